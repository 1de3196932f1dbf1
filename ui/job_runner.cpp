#include "ui/job_runner.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "ui/text.h"

namespace filterlens {
namespace {

constexpr std::chrono::milliseconds kShowPause{250};

/// Who asks for another file still wants the one before.
bool newestWins(JobKind kind) { return kind != JobKind::Export; }

}  // namespace

JobRunner::~JobRunner() {
  drop([](const Job&) { return true; });
  thread_ = {};  // asks it to stop, and joins
}

void JobRunner::begin() {
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& end) { workUntil(end); });
}

void JobRunner::enqueue(JobKind kind, const QString& text, Work work) {
  if (newestWins(kind)) drop([kind](const Job& job) { return job.kind == kind; });
  auto job = std::make_shared<Job>(Job{kind, text, std::move(work), {}});
  pending_.push_back(job);
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  announceBusy();
}

bool JobRunner::busyWith(JobKind kind) const {
  return std::any_of(pending_.begin(), pending_.end(),
                     [kind](const auto& job) { return job->kind == kind; });
}

void JobRunner::cancel(JobKind kind) {
  drop([kind](const Job& job) { return job.kind == kind; });
  announceBusy();
}

void JobRunner::cancelAll() {
  if (drop([](const Job&) { return true; })) Q_EMIT cancelled();
  announceBusy();
}

// A job that runs already goes on until it looks at its stop token; nobody waits for it.
bool JobRunner::drop(const std::function<bool(const Job&)>& which) {
  const auto from = std::stable_partition(pending_.begin(), pending_.end(),
                                          [&](const auto& job) { return !which(*job); });
  const bool any = from != pending_.end();
  std::for_each(from, pending_.end(), [](const auto& job) { job->stop.request_stop(); });
  pending_.erase(from, pending_.end());
  const std::scoped_lock lock(mutex_);
  std::erase_if(queue_, [](const auto& job) { return job->stop.stop_requested(); });
  return any;
}

void JobRunner::workUntil(const std::stop_token& end) {
  for (;;) {
    std::shared_ptr<Job> job;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, end, [this] { return !queue_.empty(); })) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    auto delivery = run(job);
    QMetaObject::invokeMethod(
        this, [this, job, delivery = std::move(delivery)] { finish(job, delivery); },
        Qt::QueuedConnection);
  }
}

JobRunner::Delivery JobRunner::run(const std::shared_ptr<Job>& job) {
  const auto report = [this, job](double fraction, const QString& text) {
    QMetaObject::invokeMethod(
        this,
        [this, job, fraction, text] {
          if (!job->stop.stop_requested()) Q_EMIT progressed(fraction, text);
        },
        Qt::QueuedConnection);
  };
  report(0, job->text);
  const Progress progress(job->stop.get_token(), [&](double fraction, std::string_view text) {
    report(fraction, text.empty() ? job->text : tr("%1 %2").arg(job->text, fromUtf8(text)));
  });
  try {
    return job->work(progress);
  } catch (const std::bad_alloc&) {
    return [this] { Q_EMIT failed(tr("There is not enough memory for this.")); };
  } catch (const std::exception& error) {
    const QString why = QString::fromUtf8(error.what()).section(QLatin1Char('\n'), 0, 0);
    return [this, why] { Q_EMIT failed(tr("Something went wrong: %1").arg(why)); };
  }
}

JobRunner::Show JobRunner::showOf(const Progress& progress) {
  using Clock = std::chrono::steady_clock;
  const auto last = std::make_shared<Clock::time_point>();
  return [this, progress, last](const std::function<void()>& deliver) {
    const auto now = Clock::now();
    if (now - *last < kShowPause) return;
    *last = now;
    QMetaObject::invokeMethod(
        this,
        [progress, deliver] {
          if (!progress.cancelled()) deliver();
        },
        Qt::QueuedConnection);
  };
}

void JobRunner::finish(const std::shared_ptr<Job>& job, const Delivery& deliver) {
  if (job->stop.stop_requested()) return;
  std::erase(pending_, job);
  deliver();
  announceBusy();
}

void JobRunner::announceBusy() {
  if (busy() == announced_) return;
  announced_ = busy();
  Q_EMIT busyChanged(announced_);
}

}  // namespace filterlens
