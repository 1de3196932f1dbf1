// LayerCAM: HiResCAM with the positive gradients only.
#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

void addLayerCam(const CamChannel& channel, std::span<double> sum) {
  for (std::size_t p = 0; p < sum.size(); ++p) {
    if (channel.gradient[p] < 0) continue;
    sum[p] += static_cast<double>(channel.gradient[p]) * channel.activation[p];
  }
}

}  // namespace

Explainer layerCamExplainer() {
  return camExplainer(
      {
          .id = "layercam",
          .label = "LayerCAM",
          .help = "Which cells of a layer's output speak for the class: each value times its own "
                  "gradient where that is positive, summed over the channels.",
          .limits = "What would lower the logit by growing is left out, so the map is no account "
                    "of the logit.",
          .source = "Jiang et al., LayerCAM, IEEE TIP 2021, equations 5 and 6; matches "
                    "pytorch-grad-cam within 2e-4 once both are scaled to 0..1.",
          .parameters = {evidenceParameter()},
      },
      addLayerCam);
}

}  // namespace filterlens
