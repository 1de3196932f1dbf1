// Batches one input at a time: for models that have nothing better.
#include "core/engine.h"

namespace filterlens {
namespace {

template <class Item, class Make>
Result<std::vector<Item>> oneByOne(const Model& model, std::span<const InputTensor> inputs,
                                   const RunOptions& options, const Progress& progress, Make make) {
  std::vector<Item> items;
  for (const InputTensor& input : inputs) {
    progress.report(static_cast<double>(items.size()) / static_cast<double>(inputs.size()), {});
    if (progress.cancelled()) return cancelledError();
    auto trace = model.run(input, options);
    if (!trace) return trace.error();
    items.push_back(make(*trace));
  }
  return items;
}

}  // namespace

Result<std::vector<std::vector<float>>> Model::logitsOf(std::span<const InputTensor> inputs,
                                                        const RunOptions& options,
                                                        const Progress& progress) const {
  RunOptions bare = options;
  bare.record = false;
  return oneByOne<std::vector<float>>(*this, inputs, bare, progress,
                                      [](const Trace& trace) { return trace.logits; });
}

Result<std::vector<InputGradient>> Model::inputGradientsOf(std::span<const InputTensor> inputs,
                                                           const RunOptions& options,
                                                           const Progress& progress) const {
  RunOptions following = options;
  following.inputGradient = true;
  return oneByOne<InputGradient>(*this, inputs, following, progress, [](const Trace& trace) {
    const auto values = trace.inputGradient.span();
    return InputGradient{trace.logits, {values.begin(), values.end()}};
  });
}

}  // namespace filterlens
