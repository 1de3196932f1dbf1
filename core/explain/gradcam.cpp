#include "core/explain/gradcam.h"

#include <numeric>

#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

void addGradCam(const CamChannel& channel, std::span<double> sum) {
  const double weight = std::accumulate(channel.gradient.begin(), channel.gradient.end(), 0.0) /
                        static_cast<double>(sum.size());
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += weight * channel.activation[p];
}

}  // namespace

Result<Grid<float>> gradCamBeforeRelu(const LayerTrace& layer) {
  return sumOverChannels(layer, "Grad-CAM", addGradCam);
}

Explainer gradCamExplainer() {
  Explainer texts{
      .id = "gradcam",
      .label = "Grad-CAM",
      .help =
          "Which cells of a layer's output speak for the class: its channels, weighted by how "
          "much the class's logit rises with each of them on average.",
      .limits =
          "It is as coarse as the layer's map (a 4x4 map has 16 values), follows the logit "
          "to first order only, and shows evidence against the class only when signed.",
      .source =
          "Selvaraju et al., Grad-CAM, arXiv 1610.02391, equations 1 and 2; values are not scaled; "
          "matches pytorch-grad-cam within 2e-4 once both are scaled to 0..1.",
      .parameters = {evidenceParameter()},
  };
  Explainer method = camExplainer(std::move(texts), addGradCam);
  method.byDefault = true;
  return method;
}

}  // namespace filterlens
