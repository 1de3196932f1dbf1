#include "ui/heartbeat.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iomanip>

namespace filterlens {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBeatMs = 2;

constexpr std::array<std::string_view, kJobKinds.size() + 1> kNames{"engine loads",
                                                                    "photo is read",
                                                                    "model is opened",
                                                                    "second model is opened",
                                                                    "photo is analysed",
                                                                    "changed network runs",
                                                                    "target changes",
                                                                    "maps computed",
                                                                    "agreement computed",
                                                                    "export is written",
                                                                    "folder exports",
                                                                    "map is measured",
                                                                    "nothing"};

/// Milliseconds of processor time that this thread has taken.
double threadMilliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e3 * static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_nsec);
}

}  // namespace

Heartbeat::Heartbeat(const JobRunner& jobs, std::filesystem::path file, QObject* parent)
    : QObject(parent), jobs_(jobs), file_(std::move(file)) {
  forget();
  timer_.setTimerType(Qt::PreciseTimer);
  timer_.setInterval(kBeatMs);
  connect(&timer_, &QTimer::timeout, this, &Heartbeat::beat);
  timer_.start();
}

std::unique_ptr<Heartbeat> Heartbeat::wanted(const JobRunner& jobs) {
  const QByteArray file = qgetenv("FILTERLENS_HEARTBEAT");
  return file.isEmpty() ? nullptr : std::make_unique<Heartbeat>(jobs, file.toStdString());
}

const Heartbeat::Gap& Heartbeat::longest(JobKind kind) const {
  return longest_.at(static_cast<std::size_t>(kind));
}

Heartbeat::Gap Heartbeat::longest() const {
  return *std::max_element(longest_.begin(), longest_.end(), [](const Gap& a, const Gap& b) {
    return a.milliseconds < b.milliseconds;
  });
}

void Heartbeat::forget() {
  longest_ = {};
  busy_ = {};
  beat_ = Clock::now();
  computed_ = threadMilliseconds();
}

// What ran at either end of a gap may have caused it.
void Heartbeat::beat() {
  std::array<bool, kPhases> busy{};
  for (const JobKind kind : kJobKinds) {
    busy.at(static_cast<std::size_t>(kind)) = jobs_.busyWith(kind);
  }
  busy.back() = !jobs_.busy();
  const auto now = Clock::now();
  const double computed = threadMilliseconds();
  const Gap gap{std::chrono::duration<double, std::milli>(now - beat_).count(),
                computed - computed_};
  bool grown = busy != busy_;
  for (std::size_t i = 0; i < kPhases; ++i) {
    if (!(busy.at(i) || busy_.at(i)) || gap.milliseconds <= longest_.at(i).milliseconds) continue;
    longest_.at(i) = gap;
    grown = true;
  }
  beat_ = now;
  computed_ = computed;
  busy_ = busy;
  if (grown) write();
}

void Heartbeat::write() const {
  if (file_.empty()) return;
  std::ofstream out(file_, std::ios::trunc);
  out << (busy_.back() ? "idle\n" : "busy\n");  // for whoever waits until the window has done it
  out << std::fixed << std::setprecision(1);
  for (std::size_t i = 0; i < kPhases; ++i) {
    const Gap& gap = longest_.at(i);
    if (gap.milliseconds == 0) continue;
    out << "while " << std::left << std::setw(18) << kNames.at(i) << std::right << std::setw(8)
        << gap.milliseconds << " ms without an event, " << std::setw(6) << gap.computing
        << " ms of it computing\n";
  }
}

}  // namespace filterlens
