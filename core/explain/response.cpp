// The filter response: what the mask's convolution gives, before norm and activation.
#include "core/explain/methods.h"

namespace filterlens {

Explainer responseExplainer() {
  return {
      .id = "response",
      .label = "Filter response",
      .help =
          "The output of the filter block's 7x7 dilated convolution at each cell, before "
          "normalisation and activation turn it into the filter mask.",
      .limits =
          "A larger response is not always a larger importance: the activation dips below "
          "zero, so strongly negative responses outrank mildly negative ones.",
      .source =
          "Sun et al., FilterViT and DropoutViT, arXiv 2410.22709: the convolution of the "
          "filter block.",
      .classSpecific = false,
      .parameters = {},
      .appliesTo = [](const Trace& trace,
                      int layer) { return isStage(trace, layer, StageKind::Filter); },
      .compute = [](const Trace& trace, int layer, const Parameters&) -> Result<Heatmap> {
        const LayerTrace& recorded = *layerAt(trace, layer);
        return recordedMap(recorded, recorded.response, "filter response");
      },
  };
}

}  // namespace filterlens
