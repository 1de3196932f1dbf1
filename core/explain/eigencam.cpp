// EigenCAM: the first principal component of a layer's output.
#include "core/explain/cam.h"
#include "core/explain/leading_component.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

Result<Heatmap> eigenCam(const Trace& trace, int layer, const Parameters& parameters) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  if (auto checked = checkOutput(recorded); !checked) return checked.error();
  Grid<float> values(static_cast<int>(recorded.output.shape[1]),
                     static_cast<int>(recorded.output.shape[2]));
  const auto scores = leadingComponent(recorded.output.span(), values.values.size());
  const bool positive = parameters.choice("values") == "positive";
  for (std::size_t cell = 0; cell < scores.size(); ++cell) {
    values.values[cell] = static_cast<float>(positive && scores[cell] < 0 ? 0 : scores[cell]);
  }
  Heatmap map;
  map.geometry = recorded.outputGeometry;
  map.values = std::move(values);
  if (!positive) map.scale = HeatmapScale::Diverging;
  const ValueRange range = finiteRange(map.values);
  if (range.low == 0 && range.high == 0) {
    map.note = "All cells of this layer's output are alike, so it has no principal component.";
  }
  return map;
}

}  // namespace

Explainer eigenCamExplainer() {
  return {
      .id = "eigencam",
      .label = "EigenCAM",
      .help =
          "What varies most over a layer's output: the first principal component of its channels, "
          "at each cell.",
      .limits =
          "It knows no class and need not be what the prediction rests on; which end of the "
          "component is positive is a convention (the one that reaches further from zero).",
      .source =
          "Muhammad & Yeasin, Eigen-CAM, arXiv 2008.00299; channels are centred as in "
          "pytorch-grad-cam, the sign is that of its SegEigenCAM.",
      .byDefault = false,
      .parameters = {{.id = "values",
                      .label = "Values",
                      .help = "Keep the positive end of the component only, as the paper's figures "
                              "do, or both.",
                      .choices = {"positive", "signed"}}},
      .appliesTo = [](const Trace& trace, int layer) { return layerAt(trace, layer) != nullptr; },
      .compute = eigenCam,
  };
}

}  // namespace filterlens
