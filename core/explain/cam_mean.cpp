// A CAM method's mean over several layers, on the input's pixels.
#include <algorithm>
#include <array>

#include "core/explain/bilinear.h"
#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {
namespace {

constexpr std::array<std::string_view, 7> kMethods{
    "gradcam", "gradcam_plus_plus", "hirescam", "layercam", "xgradcam", "elementwise", "eigencam"};

bool isChosen(const Trace& trace, int layer, const std::string& layers) {
  const int fromTheEnd = static_cast<int>(trace.layers.size()) - layer;
  if (layers == "last2") return fromTheEnd <= 2;
  if (layers == "last3") return fromTheEnd <= 3;
  if (layers == "last4") return fromTheEnd <= 4;
  if (layers == "full") return isStage(trace, layer, StageKind::Full);
  if (layers == "pooled") return isStage(trace, layer, StageKind::Pooled);
  if (layers == "filter") {
    return isStage(trace, layer, StageKind::Filter) || isStage(trace, layer, StageKind::Dropout);
  }
  return true;
}

/// Scaled to 0..1; all zero where all values are alike.
void scaleToUnit(std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const float least = *low;
  const float range = 1e-7F + (*high - least);  // 1e-7 as in pytorch-grad-cam
  for (float& value : values) value = (value - least) / range;
}

/// Where pixels lie among the cells of a map.
std::vector<double> cellsOf(const AxisMap& axis, int pixels, bool stretched) {
  return positionsAlong(pixels, [&](int pixel) {
    return stretched ? (pixel + 0.5) * axis.size() / pixels - 0.5 : axis.cellAt(pixel + 0.5);
  });
}

Result<Heatmap> camMean(const Trace& trace, int /*input*/, const Parameters& parameters) {
  const Explainer& method = *findExplainer(parameters.choice("method"));
  const bool stretched = parameters.choice("placement") == "stretched";
  Heatmap mean = inputMap(trace);
  auto& sum = mean.values.values;
  int layers = 0;
  for (int layer = 0; layer < static_cast<int>(trace.layers.size()); ++layer) {
    if (!isChosen(trace, layer, parameters.choice("layers"))) continue;
    auto map = explain(method, trace, layer);
    if (!map) return map.error();
    ++layers;
    mean.targetClass = map->targetClass;
    scaleToUnit(map->values.values);
    const auto pixels = bilinear(map->values, cellsOf(map->geometry.y, trace.inputRows, stretched),
                                 cellsOf(map->geometry.x, trace.inputCols, stretched));
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += static_cast<float>(pixels[p]);
  }
  if (layers == 0) {
    return Error{"This network has no layer of the chosen kind; choose other layers."};
  }
  scaleToUnit(sum);
  mean.note = "The mean over " + std::to_string(layers) + (layers == 1 ? " layer." : " layers.");
  return mean;
}

}  // namespace

Explainer camMeanExplainer() {
  return {
      .id = "cam_mean",
      .label = "CAM mean over layers",
      .help =
          "A CAM method's maps of several layers, each scaled to 0..1, laid over each other on the "
          "input's pixels and averaged.",
      .limits =
          "Scaling makes every layer count the same, however little it says, and the map's values "
          "comparable with those of no other photo.",
      .source =
          "The mean over target layers of pytorch-grad-cam, which it matches within 2e-4 where "
          "maps are stretched over the input as there; the methods are those of their own entries.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {{.id = "method",
                      .label = "Method",
                      .help = "Whose maps are averaged, with that method's defaults.",
                      .choices = {kMethods.begin(), kMethods.end()}},
                     {.id = "layers",
                      .label = "Layers",
                      .help = "Over which layers: the last ones, all, or those of one kind (filter "
                              "means those that select tokens).",
                      .choices = {"last3", "last2", "last4", "all", "filter", "pooled", "full"}},
                     {.id = "placement",
                      .label = "Placement",
                      .help =
                          "Cells where they really lie in the input, or each map stretched over "
                          "the whole input as pytorch-grad-cam does.",
                      .choices = {"network", "stretched"}}},
      .appliesTo = isInput,
      .compute = camMean,
  };
}

}  // namespace filterlens
