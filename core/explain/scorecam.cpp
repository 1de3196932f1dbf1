// Score-CAM: a channel counts by the logit of the photo seen through it.
#include <algorithm>
#include <cmath>

#include "core/explain/bilinear.h"
#include "core/explain/cam.h"
#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {
namespace {

/// Corner cells on corner pixels.
std::vector<double> cellsOf(int cells, int pixels) {
  return positionsAlong(pixels,
                        [&](int pixel) { return pixel * (cells - 1.0) / std::max(1, pixels - 1); });
}

/// A channel enlarged to the input and scaled to 0..1.
Grid<float> channelMask(std::span<const float> channel, int rows, int cols,
                        const InputTensor& input) {
  Grid<float> cells(rows, cols);
  std::copy(channel.begin(), channel.end(), cells.values.begin());
  auto mask = bilinearMap(cells, cellsOf(rows, input.height), cellsOf(cols, input.width));
  const auto [low, high] = std::minmax_element(mask.values.begin(), mask.values.end());
  const float least = *low;
  const float range = std::max(*high - least, 1e-8F);
  for (float& value : mask.values) value = (value - least) / range;
  return mask;
}

/// The channels of a layer's output, weighted by the softmax over the scores that there are.
Grid<float> weightedMean(const LayerTrace& layer, const std::vector<double>& scores) {
  const double top = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (const double score : scores) total += std::exp(score - top);
  Grid<float> map(static_cast<int>(layer.output.shape[1]), static_cast<int>(layer.output.shape[2]));
  std::vector<double> sum(map.values.size());
  for (std::size_t channel = 0; channel < scores.size(); ++channel) {
    const auto values = layer.output.span().subspan(channel * sum.size(), sum.size());
    const double weight = std::exp(scores[channel] - top) / total;
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += weight * values[p];
  }
  std::transform(sum.begin(), sum.end(), map.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  return map;
}

Result<Heatmap> scoreCam(const NetworkRuns& runs, int index, const Parameters& parameters) {
  const LayerTrace& layer = *layerAt(runs.trace, index);
  if (auto checked = checkOutput(layer); !checked) return checked.error();
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const int channels = static_cast<int>(layer.output.shape[0]);
  const int rows = static_cast<int>(layer.output.shape[1]);
  const int cols = static_cast<int>(layer.output.shape[2]);
  const auto cells = static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
  std::vector<double> scores;
  const auto mapSoFar = [&] {
    return evidenceMap(runs.trace, layer, weightedMean(layer, scores), "Score-CAM", parameters);
  };
  const RunSeries series{
      .count = channels,
      .text = "Score-CAM",
      .input =
          [&](int channel) {
            const auto values =
                layer.output.span().subspan(static_cast<std::size_t>(channel) * cells, cells);
            return masked(runs.input, channelMask(values, rows, cols, runs.input));
          },
      .sketch =
          [&](int done) {
            Heatmap map = mapSoFar();
            noteSoFar(map, done, channels, "channels");
            runs.sketch(map);
          }};
  const auto done = network.logits(series, [&](int, double logit) { scores.push_back(logit); });
  if (!done) return done.error();
  return mapSoFar();
}

}  // namespace

Explainer scoreCamExplainer() {
  return {
      .id = "scorecam",
      .label = "Score-CAM",
      .help =
          "Which cells of a layer's output speak for the class: its channels, weighted by the "
          "logit of the photo seen through each of them.",
      .limits =
          "Each channel is a run of the network; the softmax over channels makes nearly "
          "equal logits nearly equal weights, so that the map is close to the plain mean.",
      .source =
          "Wang et al., Score-CAM, arXiv 1910.01279, algorithm 1, with raw logits as in "
          "pytorch-grad-cam.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {evidenceParameter(), selectionParameter()},
      .appliesTo =
          [](const Trace& trace, int layer) {
            return trace.targetClass >= 0 && layerAt(trace, layer) != nullptr;
          },
      .computeByRuns = scoreCam,
  };
}

}  // namespace filterlens
