#include "core/explain/runs.h"

#include <algorithm>
#include <cmath>

namespace filterlens {

RepeatedRuns::RepeatedRuns(const NetworkRuns& runs, bool selectionHeld) : runs_(runs) {
  options_.targetClass = runs.trace.targetClass;
  options_.seed = runs.trace.seed;
  options_.interventions = runs.trace.interventions;
  if (!selectionHeld) return;
  for (const auto& layer : runs.trace.layers) {
    if (!layer.selection.empty()) options_.selections.emplace(layer.name, layer.selection);
  }
}

Result<std::vector<float>> RepeatedRuns::logits(const InputTensor& input) const {
  if (runs_.progress.cancelled()) return cancelledError();
  RunOptions options = options_;
  options.record = false;
  auto trace = runs_.model.run(input, options);
  if (!trace) return trace.error();
  return std::move(trace->logits);
}

Result<double> RepeatedRuns::logit(const InputTensor& input) const {
  const auto all = logits(input);
  if (!all) return all.error();
  return static_cast<double>(all->at(static_cast<std::size_t>(runs_.trace.targetClass)));
}

Result<double> RepeatedRuns::probability(const InputTensor& input) const {
  const auto all = logits(input);
  if (!all) return all.error();
  const double temperature = runs_.model.info().temperature;
  const double own = all->at(static_cast<std::size_t>(runs_.trace.targetClass));
  double sum = 0;
  for (const float other : *all) sum += std::exp((other - own) / temperature);
  return 1 / sum;
}

Result<RepeatedRuns::Gradient> RepeatedRuns::gradient(const InputTensor& input) const {
  if (runs_.progress.cancelled()) return cancelledError();
  RunOptions options = options_;
  options.inputGradient = true;
  const auto trace = runs_.model.run(input, options);
  if (!trace) return trace.error();
  const auto values = trace->inputGradient.span();
  if (values.size() != input.values.size()) {
    return Error{"The network followed its target no further back than its first layer."};
  }
  return Gradient{trace->logits.at(static_cast<std::size_t>(runs_.trace.targetClass)),
                  {values.begin(), values.end()}};
}

ParameterSpec selectionParameter() {
  return {.id = "selection",
          .label = "Selection",
          .help =
              "Let every run select its own tokens, or hold the tokens that the photo itself "
              "selects, without which the logit jumps where a selection changes.",
          .choices = {"free", "held"}};
}

bool isSelectionHeld(const Parameters& parameters) {
  return parameters.choice("selection") == "held";
}

ParameterSpec seedParameter() {
  return {.id = "seed",
          .label = "Seed",
          .help = "Of what is drawn at random: the same seed draws the same numbers.",
          .minimum = 0,
          .maximum = 1e9,
          .fallback = 0};
}

Result<RepeatedRuns::Gradient> inputGradient(const NetworkRuns& runs) {
  const auto recorded = runs.trace.inputGradient.span();
  if (recorded.empty()) return RepeatedRuns(runs, false).gradient(runs.input);
  const auto target = static_cast<std::size_t>(runs.trace.targetClass);
  return RepeatedRuns::Gradient{runs.trace.logits.at(target), {recorded.begin(), recorded.end()}};
}

InputTensor masked(InputTensor input, const Grid<float>& mask) {
  const std::size_t plane = mask.values.size();
  for (std::size_t p = 0; p < input.values.size(); ++p) input.values[p] *= mask.values[p % plane];
  return input;
}

Heatmap inputMap(const Trace& trace) {
  Heatmap map;
  map.geometry = {AxisMap::identity(trace.inputRows), AxisMap::identity(trace.inputCols)};
  map.targetClass = trace.targetClass;
  map.values = Grid<float>(trace.inputRows, trace.inputCols);
  return map;
}

Grid<float> colourSum(const std::vector<double>& values, const Trace& trace) {
  Grid<float> sum(trace.inputRows, trace.inputCols);
  const std::size_t plane = sum.values.size();
  for (std::size_t p = 0; p < plane; ++p) {
    sum.values[p] = static_cast<float>(values[p] + values[plane + p] + values[2 * plane + p]);
  }
  return sum;
}

Grid<float> largestOfColours(const std::vector<double>& values, const Trace& trace) {
  Grid<float> largest(trace.inputRows, trace.inputCols);
  const std::size_t plane = largest.values.size();
  for (std::size_t p = 0; p < plane; ++p) {
    largest.values[p] = static_cast<float>(std::max(
        {std::abs(values[p]), std::abs(values[plane + p]), std::abs(values[2 * plane + p])}));
  }
  return largest;
}

bool isInput(const Trace& trace, int layer) {
  return layer == kInputLayer && trace.targetClass >= 0;
}

}  // namespace filterlens
