#include "core/train/batch_pipeline.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <utility>

namespace filterlens {
BatchPipeline::BatchPipeline(Make make, int first, int end, int threads, int ahead)
    : make_(std::move(make)),
      end_(end),
      ahead_(std::max(1, ahead)),
      claimed_(first),
      delivered_(first) {
  const int useful = std::clamp(end - first, 0, std::max(1, threads));
  for (int i = 0; i < useful; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

BatchPipeline::~BatchPipeline() {
  for (auto& thread : threads_) thread.request_stop();
}

std::optional<int> BatchPipeline::claim(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto mayBegin = [this] { return claimed_ >= end_ || claimed_ < delivered_ + ahead_; };
  if (!batchTaken_.wait(lock, stop, mayBegin) || claimed_ >= end_ || stop.stop_requested())
    return {};
  return claimed_++;
}

Result<Batch> BatchPipeline::made(int index, const std::stop_token& stop) const {
  try {
    return make_(index, stop);
  } catch (const std::bad_alloc&) {
    return Error{"There is not enough memory for a batch of pictures; take smaller batches."};
  } catch (const std::exception& error) {
    return Error{std::string("A batch of pictures could not be made: ") + error.what() + "."};
  }
}

void BatchPipeline::work(const std::stop_token& stop) {
  while (const auto index = claim(stop)) {
    Result<Batch> batch = made(*index, stop);
    const std::scoped_lock lock(mutex_);
    ready_.emplace(*index, std::move(batch));
    batchMade_.notify_all();
  }
}

std::optional<Result<Batch>> BatchPipeline::next() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  if (delivered_ >= end_) return std::nullopt;
  batchMade_.wait(lock, [this] { return ready_.contains(delivered_); });
  waitSeconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  Result<Batch> batch = std::move(ready_.extract(delivered_).mapped());
  ++delivered_;
  batchTaken_.notify_all();
  return batch;
}

void BatchStream::begin(BatchPipeline::Make make, int first, int end, int threads, int ahead) {
  earlierWait_ = waitSeconds();
  failure_.reset();
  pipeline_.reset();  // before the new threads compete with the old ones
  pipeline_ = std::make_unique<BatchPipeline>(std::move(make), first, end, threads, ahead);
}

std::optional<Batch> BatchStream::next() {
  if (!pipeline_ || failure_) return std::nullopt;
  auto batch = pipeline_->next();
  if (!batch) return std::nullopt;
  if (*batch) return std::move(**batch);
  failure_ = batch->error();
  return std::nullopt;
}

double BatchStream::waitSeconds() const {
  return earlierWait_ + (pipeline_ ? pipeline_->waitSeconds() : 0);
}

}  // namespace filterlens
