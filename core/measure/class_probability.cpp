#include "core/measure/class_probability.h"

#include <algorithm>

namespace filterlens {

double classProbability(const std::vector<float>& logits, int classIndex, const ModelInfo& model) {
  const auto all = predictions(logits, {}, model.temperature);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Prediction& p) { return p.index == classIndex; });
  return found == all.end() ? 0.0 : found->probability;
}

Result<double> classProbability(const Model& model, const InputTensor& input, int classIndex,
                                RunOptions options, const Progress& progress) {
  if (progress.cancelled()) return cancelledError();
  options.record = false;
  const auto trace = model.run(input, options);
  if (!trace) return trace.error();
  return classProbability(trace->logits, classIndex, model.info());
}

Result<double> TargetClass::probability(const InputTensor& input, const Progress& progress) const {
  RunOptions options;
  options.seed = seed;
  return classProbability(model, input, index, options, progress);
}

}  // namespace filterlens
