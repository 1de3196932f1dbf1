// The selected tokens: the K cells that attend to each other, by rank.
#include <limits>

#include "core/explain/methods.h"

namespace filterlens {
namespace {

Result<Heatmap> selectionMap(const Trace& trace, int layer, const Parameters& /*none*/) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  if (recorded.selection.empty()) {
    return Error{"This run recorded no selected tokens for " + recorded.name +
                 "; run the network with recording on."};
  }
  Heatmap map;
  map.geometry = recorded.inputGeometry;
  map.scale = HeatmapScale::Ranks;
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols(),
                           std::numeric_limits<float>::quiet_NaN());
  float rank = 0;
  for (const int cell : recorded.selection) {
    if (cell < 0 || cell >= map.values.size()) {
      return Error{"A selected token of " + recorded.name +
                   " lies outside the map: this run's record is damaged; run the network again."};
    }
    map.values.values[static_cast<std::size_t>(cell)] = rank++;
  }
  const auto& intervened = interventionIn(trace.interventions, recorded.name).randomSeed;
  if (intervened || recorded.stage->kind == StageKind::Dropout) {
    map.note = "These tokens were drawn at random with seed " +
               std::to_string(intervened.value_or(trace.seed)) +
               "; their ranks are the order of the draw.";
  }
  return map;
}

}  // namespace

Explainer selectionExplainer() {
  return {
      .id = "selection",
      .label = "Selected tokens",
      .help =
          "The K cells that attend to each other, by rank: 0 is the cell with the largest "
          "importance (DropoutViT: the first one drawn).",
      .limits =
          "The other cells still reach the output unchanged, and DropoutViT draws its "
          "tokens at random, so being selected is no evidence for a class.",
      .source =
          "Sun et al., FilterViT and DropoutViT, arXiv 2410.22709: the top-K choice of the "
          "filter block; ties go to the lower cell index.",
      .classSpecific = false,
      .parameters = {},
      .appliesTo =
          [](const Trace& trace, int layer) {
            return isStage(trace, layer, StageKind::Filter) ||
                   isStage(trace, layer, StageKind::Dropout);
          },
      .compute = selectionMap,
  };
}

}  // namespace filterlens
