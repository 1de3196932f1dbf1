#include "core/explain/gradcam.h"

#include <algorithm>
#include <numeric>

#include "core/explain/methods.h"

namespace filterlens {
namespace {

/// Unlike std::max, keeps NaN.
float relu(float value) { return value < 0 ? 0.0F : value; }

// Why a map is zero everywhere: it is never shown blank without a word.
constexpr const char* kNegativeEvidence =
    "All evidence is negative: at this layer every cell speaks against the class, so Grad-CAM, "
    "which keeps evidence for it only, is zero everywhere.";
constexpr const char* kNoEvidence =
    "No evidence either way: the class's logit does not change with this layer's output.";

Result<Heatmap> gradCamMap(const Trace& trace, int layer, const Parameters& parameters) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  auto evidence = gradCamBeforeRelu(recorded);
  if (!evidence) return evidence.error();

  Heatmap map;
  map.geometry = recorded.outputGeometry;
  map.targetClass = trace.targetClass;
  map.values = std::move(*evidence);
  const ValueRange range = finiteRange(map.values);
  if (parameters.choice("evidence") == "signed") {
    map.scale = HeatmapScale::Diverging;
    if (range.low == 0 && range.high == 0) map.note = kNoEvidence;
    return map;
  }
  if (range.high <= 0) map.note = range.low < 0 ? kNegativeEvidence : kNoEvidence;
  std::transform(map.values.values.begin(), map.values.values.end(), map.values.values.begin(),
                 relu);
  return map;
}

}  // namespace

Result<Grid<float>> gradCamBeforeRelu(const LayerTrace& layer) {
  if (layer.output.empty()) {
    return Error{"This run recorded no output of " + layer.name +
                 "; run the network with recording on."};
  }
  if (layer.gradient.empty()) {
    return Error{
        "Grad-CAM needs the gradients of a class's logit, and this run followed none; "
        "choose a target class."};
  }
  if (layer.output.shape.size() != 3 || layer.output.shape != layer.gradient.shape) {
    return Error{
        "The output of " + layer.name +
        " and its gradient differ in shape: this run's record is damaged; run the network again."};
  }
  Grid<float> map(static_cast<int>(layer.output.shape[1]), static_cast<int>(layer.output.shape[2]));
  std::vector<double> sum(map.values.size());
  const float* activation = layer.output.data.get();
  const float* gradient = layer.gradient.data.get();
  for (std::int64_t channel = 0; channel < layer.output.shape[0]; ++channel) {
    const double weight =
        std::accumulate(gradient, gradient + sum.size(), 0.0) / static_cast<double>(sum.size());
    for (std::size_t cell = 0; cell < sum.size(); ++cell) sum[cell] += weight * activation[cell];
    activation += sum.size();
    gradient += sum.size();
  }
  std::transform(sum.begin(), sum.end(), map.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  return map;
}

Explainer gradCamExplainer() {
  return {
      .id = "gradcam",
      .label = "Grad-CAM",
      .help =
          "Which cells of a layer's output speak for the class: its channels, weighted by how "
          "much the class's logit rises with each of them on average.",
      .limits =
          "It is as coarse as the layer's map (a 4x4 map has 16 values), follows the logit "
          "to first order only, and shows evidence against the class only when signed.",
      .source =
          "Selvaraju et al., Grad-CAM, arXiv 1610.02391, equations 1 and 2; values are not "
          "scaled.",
      .classSpecific = true,
      .parameters = {{.id = "evidence",
                      .label = "Evidence",
                      .help = "Keep evidence for the class only, as the paper does, or evidence "
                              "against it as well.",
                      .choices = {"positive", "signed"}}},
      .appliesTo = [](const Trace& trace, int layer) { return layerAt(trace, layer) != nullptr; },
      .compute = gradCamMap,
  };
}

}  // namespace filterlens
