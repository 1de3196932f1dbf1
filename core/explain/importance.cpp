// The filter mask: importance = sigmoid(GELU(norm(response))).
#include "core/explain/methods.h"

namespace filterlens {

Explainer importanceExplainer() {
  return {
      .id = "importance",
      .label = "Filter mask",
      .help =
          "How strongly the filter block scales each cell's features; the cells with the "
          "largest values become tokens.",
      .limits =
          "It is a scale on features, not evidence for a class: it is the same for every "
          "class, never below 0.4576, and does not always rise with the filter response.",
      .source =
          "Sun et al., FilterViT and DropoutViT, arXiv 2410.22709: the importance map of the "
          "filter block.",
      .classSpecific = false,
      .parameters = {},
      .appliesTo = [](const Trace& trace,
                      int layer) { return isStage(trace, layer, StageKind::Filter); },
      .compute = [](const Trace& trace, int layer, const Parameters&) -> Result<Heatmap> {
        const LayerTrace& recorded = *layerAt(trace, layer);
        return recordedMap(recorded, recorded.importance, "filter mask");
      },
  };
}

}  // namespace filterlens
