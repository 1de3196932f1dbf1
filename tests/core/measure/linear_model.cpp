#include "tests/core/measure/linear_model.h"

#include <cmath>

namespace filterlens::test {

LinearModel::LinearModel(std::vector<double> weights, double offset)
    : weights_(std::move(weights)), offset_(offset) {
  info_.classes = 2;
}

double LinearModel::probability(const InputTensor& input) const {
  double sum = offset_;
  for (std::size_t i = 0; i < weights_.size(); ++i) sum += weights_[i] * input.values[i];
  return sum;
}

Result<Trace> LinearModel::run(const InputTensor& input, const RunOptions&, const Progress&) const {
  ++runs;
  const double p = probability(input);
  Trace trace;
  trace.inputRows = trace.inputCols = kSide;
  trace.logits = {static_cast<float>(std::log(p / (1 - p))), 0};
  return trace;
}

Result<Trace> LinearModel::followTarget(const Trace& trace, int, const Progress&) const {
  return trace;
}

Heatmap LinearModel::mapOf(const std::vector<double>& values) {
  Heatmap map;
  map.values = Grid<float>(kSide, kSide);
  for (std::size_t i = 0; i < values.size(); ++i) {
    map.values.values[i] = static_cast<float>(values[i]);
  }
  map.geometry = {AxisMap::identity(kSide), AxisMap::identity(kSide)};
  map.method = "map";
  map.layer = "input";
  return map;
}

InputTensor LinearModel::white() {
  return {kSide, kSide, std::vector<float>(3 * kSide * kSide, 1)};
}

}  // namespace filterlens::test
