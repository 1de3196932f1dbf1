// What changes in the course of a run: learning rate and input size.
#pragma once

#include "core/train/train_options.h"

namespace filterlens {

class Schedule {
 public:
  /// batches: of an epoch.
  Schedule(const TrainOptions& options, int batches) : options_(options), batches_(batches) {}

  /// Which part of the run is over before this batch: 0 to 1. epoch: from 1; batch: from 0.
  [[nodiscard]] double part(int epoch, int batch) const;
  /// Linear warm-up, then a cosine (Loshchilov & Hutter, arXiv 1608.03983).
  [[nodiscard]] double learningRate(int epoch, int batch) const;
  /// Pixels of the input's side in this epoch.
  [[nodiscard]] int side(int epoch) const;

 private:
  const TrainOptions& options_;
  int batches_;
};

}  // namespace filterlens
