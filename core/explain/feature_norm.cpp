// Feature norm: how strongly each cell of a layer's output responds.
#include <cmath>

#include "core/explain/methods.h"

namespace filterlens {
namespace {

Result<Heatmap> featureNormMap(const Trace& trace, int layer, const Parameters& /*none*/) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  Heatmap map;
  map.geometry = recorded.outputGeometry;
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  const auto cells = map.values.values.size();
  const auto features = recorded.output.span();
  if (features.empty() || cells == 0 || features.size() % cells != 0) {
    return Error{"This run recorded no output of " + recorded.name +
                 "; run the network with recording on."};
  }
  for (std::size_t channel = 0; channel < features.size(); channel += cells) {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      const float value = features[channel + cell];
      map.values.values[cell] += value * value;
    }
  }
  for (float& value : map.values.values) value = std::sqrt(value);
  return map;
}

}  // namespace

Explainer featureNormExplainer() {
  return {
      .id = "feature_norm",
      .label = "Feature norm",
      .help =
          "How strongly each cell of the layer's output responds: the Euclidean norm of its "
          "features.",
      .limits =
          "Strong features may speak for any class, for none, or be ignored by the layers after "
          "it; norms of different layers cannot be compared.",
      .source = "Euclidean norm over the channels; no paper is needed for it.",
      .classSpecific = false,
      .byDefault = false,
      .parameters = {},
      .appliesTo = [](const Trace& trace, int layer) { return layerAt(trace, layer) != nullptr; },
      .compute = featureNormMap,
  };
}

}  // namespace filterlens
