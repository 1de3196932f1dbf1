// Integrated gradients along the straight line from the mean colour to the photo.
#include <cmath>
#include <numeric>

#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {
namespace {

std::string completenessNote(double sum, double difference) {
  return "The map sums to " + noteNumber(sum) + ", the logit rises by " + noteNumber(difference) +
         " from the baseline to the photo: the completeness gap is " +
         noteNumber(sum - difference) + ".";
}

/// The gradients so far, each with its weight of the trapezoid rule, times the input.
std::vector<double> attribution(std::vector<double> mean, const InputTensor& input) {
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] *= input.values[i];
  return mean;
}

Heatmap mapOf(const Trace& trace, const std::vector<double>& attribution) {
  Heatmap map = inputMap(trace);
  map.values = colourSum(attribution, trace);
  map.scale = HeatmapScale::Diverging;
  return map;
}

Result<Heatmap> integratedGradients(const NetworkRuns& runs, int /*input*/,
                                    const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const int steps = static_cast<int>(std::lround(parameters.number("steps")));
  std::vector<double> mean(runs.input.values.size());
  double baseline = 0;
  double photo = 0;
  const RunSeries series{.count = steps + 1,
                         .text = "integrated gradients",
                         .input =
                             [&](int step) {
                               InputTensor point = runs.input;
                               const auto share =
                                   static_cast<float>(static_cast<double>(step) / steps);
                               for (float& value : point.values) value *= share;
                               return point;
                             },
                         .sketch =
                             [&](int done) {
                               Heatmap map = mapOf(runs.trace, attribution(mean, runs.input));
                               noteSoFar(map, done, steps + 1, "points");
                               runs.sketch(map);
                             }};
  const auto done = network.gradients(series, [&](int step, const RepeatedRuns::Gradient& at) {
    if (step == 0) baseline = at.logit;
    photo = at.logit;
    const double weight = (step == 0 || step == steps ? 0.5 : 1.0) / steps;  // trapezoid rule
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += weight * at.values[i];
  });
  if (!done) return done.error();
  const auto whole = attribution(std::move(mean), runs.input);
  Heatmap map = mapOf(runs.trace, whole);
  const double total = std::accumulate(whole.begin(), whole.end(), 0.0);
  map.note = completenessNote(total, photo - baseline);
  map.brief = "gap " + noteNumber(total - (photo - baseline));
  return map;
}

}  // namespace

Explainer integratedGradientsExplainer() {
  return {
      .id = "integrated_gradients",
      .label = "Integrated gradients",
      .help =
          "What each pixel adds to the class's logit on the way from a picture of the mean "
          "colour to the photo: gradients averaged over that way, times the input.",
      .limits =
          "The network jumps where its selection of tokens changes, and no gradient sees a "
          "jump: hold the selection, or read the completeness gap in the map's note.",
      .source =
          "Sundararajan et al., Axiomatic Attribution for Deep Networks, arXiv 1703.01365, "
          "equation 1, by the trapezoid rule; matches PyTorch's gradients averaged by the same "
          "rule within 1e-4 of the peak at 99 % of the pixels.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "steps",
                      .label = "Steps",
                      .help =
                          "Into which the way is divided; the network runs once more than that.",
                      .minimum = 1,
                      .maximum = 1000,
                      .fallback = 32,
                      .choices = {},
                      .whole = true}},
      .appliesTo = isInput,
      .computeByRuns = integratedGradients,
  };
}

}  // namespace filterlens
