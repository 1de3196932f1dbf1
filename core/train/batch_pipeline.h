// BatchPipeline: batches made ahead on worker threads and handed out in order.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "core/result.h"
#include "core/train/batch.h"

namespace filterlens {

class BatchPipeline {
 public:
  /// Makes batch number index; called on several threads at once. Where stop is requested the
  /// result does not matter.
  using Make = std::function<Result<Batch>(int index, const std::stop_token& stop)>;

  /// Makes the batches first, …, end - 1 on that many threads. No more than ahead batches are in
  /// the making or wait to be taken.
  BatchPipeline(Make make, int first, int end, int threads, int ahead);
  /// Ends the threads; a batch in the making is given up.
  ~BatchPipeline();
  BatchPipeline(const BatchPipeline&) = delete;
  BatchPipeline& operator=(const BatchPipeline&) = delete;

  /// The next batch, or why it could not be made; nothing at the end. Waits until it is there.
  std::optional<Result<Batch>> next();
  /// How long next() has waited, in seconds.
  [[nodiscard]] double waitSeconds() const { return waitSeconds_; }

 private:
  void work(const std::stop_token&);
  /// What make_ gives; no exception gets out.
  [[nodiscard]] Result<Batch> made(int index, const std::stop_token&) const;
  [[nodiscard]] std::optional<int> claim(const std::stop_token&);

  Make make_;
  int end_;
  int ahead_;
  std::mutex mutex_;
  std::condition_variable_any batchMade_;
  std::condition_variable_any batchTaken_;
  int claimed_;    ///< the next batch that a thread may begin
  int delivered_;  ///< the next batch that next() gives
  std::map<int, Result<Batch>> ready_;
  double waitSeconds_ = 0;
  std::vector<std::jthread> threads_;  ///< last: they use the rest
};

/// One pipeline after the other, as a loader needs them for its epochs.
class BatchStream {
 public:
  /// Replaces the pipeline; arguments are BatchPipeline's.
  void begin(BatchPipeline::Make make, int first, int end, int threads, int ahead);
  /// The next batch; nothing at the end, before the first begin(), and after a failure.
  std::optional<Batch> next();
  /// Why a batch could not be made, since the last begin().
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }
  /// How long next() has waited in all, in seconds.
  [[nodiscard]] double waitSeconds() const;

 private:
  double earlierWait_ = 0;
  std::optional<Error> failure_;
  std::unique_ptr<BatchPipeline> pipeline_;
};

}  // namespace filterlens
