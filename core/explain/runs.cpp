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

template <class Run, class Use>
Result<void> RepeatedRuns::inBatches(const RunSeries& series, int batch, Run run, Use use) const {
  for (int first = 0; first < series.count; first += batch) {
    const int end = std::min(first + batch, series.count);
    if (first > 0 && series.sketch && runs_.sketch) series.sketch(first);
    if (runs_.progress.cancelled()) return cancelledError();
    std::vector<InputTensor> inputs;
    for (int i = first; i < end; ++i) inputs.push_back(series.input(i));
    const double all = series.count;
    const Progress progress = runs_.progress.part(first / all, end / all, series.text);
    const auto items = run(inputs, progress);
    if (!items) return items.error();
    for (int i = first; i < end; ++i) use(i, (*items)[static_cast<std::size_t>(i - first)]);
  }
  return {};
}

Result<void> RepeatedRuns::eachLogits(
    const RunSeries& series, const std::function<void(int, std::span<const float>)>& use) const {
  return inBatches(
      series, batchSize(runs_.input, false),
      [&](const std::vector<InputTensor>& inputs, const Progress& progress) {
        return runs_.model.logitsOf(inputs, options_, progress);
      },
      use);
}

Result<void> RepeatedRuns::logits(const RunSeries& series,
                                  const std::function<void(int, double)>& use) const {
  return eachLogits(series, [&](int i, std::span<const float> logits) {
    use(i, logits[static_cast<std::size_t>(runs_.trace.targetClass)]);
  });
}

Result<void> RepeatedRuns::probabilities(const RunSeries& series,
                                         const std::function<void(int, double)>& use) const {
  const double temperature = runs_.model.info().temperature;
  return eachLogits(series, [&](int i, std::span<const float> logits) {
    const double own = logits[static_cast<std::size_t>(runs_.trace.targetClass)];
    double sum = 0;
    for (const float other : logits) sum += std::exp((other - own) / temperature);
    use(i, 1 / sum);
  });
}

Result<void> RepeatedRuns::gradients(const RunSeries& series,
                                     const std::function<void(int, const Gradient&)>& use) const {
  const auto target = static_cast<std::size_t>(runs_.trace.targetClass);
  bool reached = true;
  auto done = inBatches(
      series, batchSize(runs_.input, true),
      [&](const std::vector<InputTensor>& inputs, const Progress& progress) {
        return runs_.model.inputGradientsOf(inputs, options_, progress);
      },
      [&](int i, const InputGradient& item) {
        reached = reached && item.values.size() == runs_.input.values.size();
        if (reached) {
          use(i, Gradient{item.logits.at(target), {item.values.begin(), item.values.end()}});
        }
      });
  if (!done || reached) return done;
  return Error{"The network followed its target no further back than its first layer."};
}

Result<RepeatedRuns::Gradient> RepeatedRuns::gradient(const InputTensor& input) const {
  Gradient gradient;
  const auto done = gradients({.count = 1, .text = "gradient", .input = [&](int) { return input; }},
                              [&](int, const Gradient& found) { gradient = found; });
  if (!done) return done.error();
  return gradient;
}

// Measured on two cores: 16 runs of compact at 128 pixels at once take 0.6 times as long as one by
// one; of xs at 224, 8 take 1.2 times, and 4 with gradients 1.3 times as long.
int batchSize(const InputTensor& input, bool gradients) {
  constexpr double kLargest = 160.0 * 160.0;
  constexpr double kPixels = 224.0 * 224.0;
  const double pixels = static_cast<double>(input.height) * input.width;
  if (pixels > kLargest) return 1;
  const double most = gradients ? 8 : 16;
  return static_cast<int>(std::clamp(most / 2 * kPixels / pixels, 1.0, most));
}

ParameterSpec selectionParameter() {
  return {.id = kSelectionParameter,
          .label = "Selection",
          .help =
              "Let every run select its own tokens, or hold the tokens that the photo itself "
              "selects, without which the logit jumps where a selection changes.",
          .choices = {"free", "held"}};
}

bool isSelectionHeld(const Parameters& parameters) {
  return parameters.choice(kSelectionParameter) == "held";
}

ParameterSpec seedParameter() {
  return {.id = "seed",
          .label = "Seed",
          .help = "Of what is drawn at random: the same seed draws the same numbers.",
          .minimum = 0,
          .maximum = 1e9,
          .fallback = 0,
          .choices = {},
          .whole = true};
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

void noteSoFar(Heatmap& map, int done, int count, const std::string& runs) {
  map.brief = std::to_string(done) + " of " + std::to_string(count);
  map.note = "So far from " + map.brief + " " + runs + ".";
}

bool isInput(const Trace& trace, int layer) {
  return layer == kInputLayer && trace.targetClass >= 0;
}

}  // namespace filterlens
