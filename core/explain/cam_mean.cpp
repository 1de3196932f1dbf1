// A CAM method's mean over several layers, on the input's pixels.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

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

/// The two cells around a position along one axis, and how far it lies towards the second.
struct Between {
  int first = 0;
  int second = 0;
  double share = 0;
};

std::vector<Between> cellsOf(const AxisMap& axis, int pixels, bool stretched) {
  const int last = axis.size() - 1;
  std::vector<Between> all;
  for (int pixel = 0; pixel < pixels; ++pixel) {
    const double at =
        stretched ? (pixel + 0.5) * axis.size() / pixels - 0.5 : axis.cellAt(pixel + 0.5);
    const double cell = std::clamp(at, 0.0, static_cast<double>(last));
    const int first = std::min(static_cast<int>(cell), std::max(0, last - 1));
    all.push_back({first, std::min(first + 1, last), cell - first});
  }
  return all;
}

/// Bilinear between the cells' centres; beyond the outermost ones their values.
Grid<float> onPixels(const Heatmap& map, int rows, int cols, bool stretched) {
  const auto ys = cellsOf(map.geometry.y, rows, stretched);
  const auto xs = cellsOf(map.geometry.x, cols, stretched);
  Grid<float> pixels(rows, cols);
  std::size_t next = 0;
  for (const Between& y : ys) {
    for (const Between& x : xs) {
      const auto along = [&](int row) {
        return std::lerp(map.values.at(row, x.first), map.values.at(row, x.second), x.share);
      };
      pixels.values[next++] =
          static_cast<float>(std::lerp(along(y.first), along(y.second), y.share));
    }
  }
  return pixels;
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
    const auto pixels = onPixels(*map, trace.inputRows, trace.inputCols, stretched);
    std::transform(sum.begin(), sum.end(), pixels.values.begin(), sum.begin(), std::plus<>());
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
          "The mean over target layers of pytorch-grad-cam, which it matches where maps are "
          "stretched over the input as there; the methods are those of their own entries.",
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
