#include "core/train/schedule.h"

#include <cmath>
#include <numbers>

namespace filterlens {

double Schedule::part(int epoch, int batch) const {
  return (epoch - 1 + static_cast<double>(batch) / batches_) / options_.epochs;
}

double Schedule::learningRate(int epoch, int batch) const {
  constexpr double kFirst = 0.001;
  const double epochs = epoch - 1 + static_cast<double>(batch) / batches_;
  if (epochs < options_.warmUpEpochs) {
    return options_.learningRate * (kFirst + (1 - kFirst) * epochs / options_.warmUpEpochs);
  }
  const double part =
      (epochs - options_.warmUpEpochs) / std::max(1e-9, options_.epochs - options_.warmUpEpochs);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * part));
  const double last = options_.finalLearningRate;
  return options_.learningRate * (last + (1 - last) * cosine);
}

int Schedule::side(int epoch) const {
  int side = options_.sizes.front().side;
  for (const auto& size : options_.sizes) {
    if (size.from <= part(epoch, 0) + 1e-9) side = size.side;
  }
  return side;
}

}  // namespace filterlens
