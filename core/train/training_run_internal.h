// A run of the trainer: epochs of steps, validation, and what is written after each.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "core/train/batch_loader.h"
#include "core/train/photo_store.h"
#include "core/train/schedule.h"
#include "core/train/trainer.h"
#include "core/train/training_state_internal.h"

namespace filterlens {

/// What a run is made from.
struct TrainingData {
  std::vector<std::string> classNames;
  PhotoStore train;
  PhotoStore val;
};

class TrainingRun {
 public:
  /// Reports are called until go() returns.
  TrainingRun(const TrainOptions&, TrainingData, const TrainingReports&, std::stop_token);

  Result<void> startAnew();  ///< random weights, or those of options.start
  Result<void> resume();     ///< from the run's folder
  Result<TrainingResult> go();

 private:
  [[nodiscard]] int classes() const { return static_cast<int>(data_.classNames.size()); }
  [[nodiscard]] int batches() const;
  [[nodiscard]] Preprocessing preprocessing() const;

  Result<void> trainEpoch();
  Result<void> trainOn(Batch&);
  Result<void> closeEpoch();
  [[nodiscard]] Result<Predictions> validate() const;
  [[nodiscard]] EpochMetrics metrics(const Evaluation&) const;
  void report(double secondsNow, int batchesNow) const;

  Result<void> saveModels(const EpochMetrics&, const Predictions&);
  Result<void> saveState() const;

  const TrainOptions options_;
  const Architecture& architecture_;
  TrainingData data_;
  const TrainingReports& reports_;
  std::stop_token stop_;
  RunFolder folder_;
  TrainingState state_;
  Schedule schedule_;
  std::vector<EpochMetrics> history_;
};

}  // namespace filterlens
