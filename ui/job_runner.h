// JobRunner: one worker thread for all slow work. The newest request of a kind wins: it cancels the
// one before it, except that every file is written (Export). Results are handed over on the UI
// thread, and only while somebody still wants them.
#pragma once

#include <QObject>
#include <QString>
#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/progress.h"

namespace filterlens {

enum class JobKind {
  Engine,
  Photo,
  Model,
  SecondModel,
  Analysis,
  WhatIf,
  Target,
  Map,
  Agreement,
  Export,
  ExportAll,
  Measure
};
inline constexpr std::array kJobKinds{JobKind::Engine,      JobKind::Photo,     JobKind::Model,
                                      JobKind::SecondModel, JobKind::Analysis,  JobKind::WhatIf,
                                      JobKind::Target,      JobKind::Map,       JobKind::Agreement,
                                      JobKind::Export,      JobKind::ExportAll, JobKind::Measure};

class JobRunner : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;
  /// Stops what runs and waits for it.
  ~JobRunner() override;

  /// Starts the thread; what was asked for before waits until then.
  void begin();

  /// What work that can show how far it is calls with something to do on the thread of this object:
  /// done at most a few times a second, and not after the job was cancelled.
  using Show = std::function<void(const std::function<void()>&)>;

  /// Runs work(const Progress&) or work(const Progress&, const Show&) on the worker, then done(its
  /// result) on the thread of this object. text: what is being done, for people. Cancels an earlier
  /// job of the same kind, but for Export.
  template <class Work, class Done>
  void start(JobKind kind, const QString& text, Work work, Done done) {
    enqueue(kind, text,
            [this, work = std::move(work), done = std::move(done)](const Progress& progress) {
              const auto value = [&] {
                if constexpr (std::is_invocable_v<Work, const Progress&, const Show&>) {
                  return shared(work(progress, showOf(progress)));
                } else {
                  return shared(work(progress));
                }
              }();
              return Delivery([value, done] { done(std::move(*value)); });
            });
  }

  void cancel(JobKind);
  /// What the user's Cancel does.
  void cancelAll();
  [[nodiscard]] bool busy() const { return !pending_.empty(); }
  [[nodiscard]] bool busyWith(JobKind) const;

 Q_SIGNALS:
  void busyChanged(bool busy);
  void progressed(double fraction, const QString& text);
  /// The user stopped the work.
  void cancelled();
  /// Work ended in an exception (out of memory).
  void failed(const QString& sentence);

 private:
  template <class Value>
  static std::shared_ptr<Value> shared(Value value) {
    return std::make_shared<Value>(std::move(value));
  }
  [[nodiscard]] Show showOf(const Progress&);
  using Delivery = std::function<void()>;
  using Work = std::function<Delivery(const Progress&)>;
  struct Job {
    JobKind kind;
    QString text;
    Work work;
    std::stop_source stop;
  };

  void enqueue(JobKind, const QString& text, Work);
  bool drop(const std::function<bool(const Job&)>& which);
  void workUntil(const std::stop_token& end);
  Delivery run(const std::shared_ptr<Job>&);
  void finish(const std::shared_ptr<Job>&, const Delivery&);
  void announceBusy();

  std::vector<std::shared_ptr<Job>> pending_;  // queued or running; UI thread only
  bool announced_ = false;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::shared_ptr<Job>> queue_;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace filterlens
