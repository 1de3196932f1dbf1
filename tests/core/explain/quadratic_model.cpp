#include "quadratic_model.h"

namespace filterlens {

QuadraticModel::QuadraticModel(float q) : toy(ToyNetwork::small()), curvature(q) {
  info_.classes = 3;
  photo = {toy->trace.inputRows, toy->trace.inputCols, {}};
  for (int i = 0; i < 3 * photo.height * photo.width; ++i) {
    photo.values.push_back(toy->uniform(-1, 1));
    weight.push_back(toy->uniform(-0.01F, 0.01F));
  }
  toy->trace.logits = {0, static_cast<float>(value(photo)), 0};
}

double QuadraticModel::value(const InputTensor& input) const {
  double sum = 0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double x = input.values[i];
    sum += weight[i] * x + 0.5 * curvature * x * x;
  }
  return sum;
}

std::vector<float> QuadraticModel::gradient(const InputTensor& input) const {
  std::vector<float> values;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    values.push_back(weight[i] + curvature * input.values[i]);
  }
  return values;
}

Result<Trace> QuadraticModel::run(const InputTensor& input, const RunOptions& options,
                                  const Progress&) const {
  ++runs;
  Trace trace = toy->trace;
  bool held = true;
  for (const LayerTrace& layer : trace.layers) {
    const auto given = options.selections.find(layer.name);
    held = held && (layer.selection.empty() ||
                    (given != options.selections.end() && given->second == layer.selection));
  }
  const float jump = held || input.values == photo.values ? 0 : kJump;
  trace.logits = {0, static_cast<float>(value(input)) + jump, 0};
  if (options.inputGradient) {
    trace.inputGradient = floatArray({3, input.height, input.width}, gradient(input));
  }
  return trace;
}

Result<Trace> QuadraticModel::followTarget(const Trace& trace, int target, const Progress&) const {
  Trace other = trace;
  other.targetClass = target;
  return other;
}

}  // namespace filterlens
