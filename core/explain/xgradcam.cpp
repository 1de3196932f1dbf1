// XGrad-CAM: a channel's gradients are averaged by where the channel is active.
#include <numeric>

#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

constexpr double kStabiliser = 1e-7;  // as in the reference

void addXGradCam(const CamChannel& channel, std::span<double> sum) {
  const double mass = std::accumulate(channel.activation.begin(), channel.activation.end(), 0.0);
  const double evidence = std::inner_product(channel.gradient.begin(), channel.gradient.end(),
                                             channel.activation.begin(), 0.0);
  const double weight = evidence / (mass + kStabiliser);
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += weight * channel.activation[p];
}

}  // namespace

Explainer xGradCamExplainer() {
  return camExplainer(
      {
          .id = "xgradcam",
          .label = "XGrad-CAM",
          .help =
              "Which cells of a layer's output speak for the class: its channels, weighted by "
              "their gradients averaged over the cells in proportion to the channel's own values.",
          .limits = "It was made for activations that are never negative; here they have both "
                    "signs, and a channel whose values sum to nearly zero gets a huge weight.",
          .source = "Fu et al., Axiom-based Grad-CAM, arXiv 2008.02312, equation 8; matches "
                    "pytorch-grad-cam within 2e-4 once both are scaled to 0..1.",
          .parameters = {evidenceParameter()},
      },
      addXGradCam);
}

}  // namespace filterlens
