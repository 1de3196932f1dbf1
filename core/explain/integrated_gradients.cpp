// Integrated gradients along the straight line from the mean colour to the photo.
#include <cmath>
#include <numeric>
#include <sstream>

#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {
namespace {

std::string completenessNote(double sum, double difference) {
  std::ostringstream text;
  text.precision(3);
  text << "The map sums to " << sum << ", the logit rises by " << difference
       << " from the baseline to the photo: the completeness gap is " << sum - difference << ".";
  return text.str();
}

Result<Heatmap> integratedGradients(const NetworkRuns& runs, int /*input*/,
                                    const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const int steps = static_cast<int>(std::lround(parameters.number("steps")));
  std::vector<double> mean(runs.input.values.size());
  double baseline = 0;
  double photo = 0;
  for (int step = 0; step <= steps; ++step) {
    runs.progress.report(step / (steps + 1.0), "integrated gradients");
    InputTensor point = runs.input;
    const auto share = static_cast<float>(static_cast<double>(step) / steps);
    for (float& value : point.values) value *= share;
    const auto gradient = network.gradient(point);
    if (!gradient) return gradient.error();
    if (step == 0) baseline = gradient->logit;
    photo = gradient->logit;
    const double weight = (step == 0 || step == steps ? 0.5 : 1.0) / steps;  // trapezoid rule
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += weight * gradient->values[i];
  }
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] *= runs.input.values[i];
  Heatmap map = inputMap(runs.trace);
  map.values = colourSum(mean, runs.trace);
  map.scale = HeatmapScale::Diverging;
  map.note = completenessNote(std::accumulate(mean.begin(), mean.end(), 0.0), photo - baseline);
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
          "equation 1, by the trapezoid rule.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "steps",
                      .label = "Steps",
                      .help =
                          "Into which the way is divided; the network runs once more than that.",
                      .minimum = 1,
                      .maximum = 1000,
                      .fallback = 32}},
      .appliesTo = isInput,
      .computeByRuns = integratedGradients,
  };
}

}  // namespace filterlens
