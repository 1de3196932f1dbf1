// Element-wise Grad-CAM: what single values contribute, negative contributions left out.
#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

void addElementWise(const CamChannel& channel, std::span<double> sum) {
  for (std::size_t p = 0; p < sum.size(); ++p) {
    const double product = static_cast<double>(channel.gradient[p]) * channel.activation[p];
    // Written so that NaN is kept.
    if (!(product <= 0)) sum[p] += product;
  }
}

}  // namespace

Explainer elementWiseExplainer() {
  return camExplainer(
      {
          .id = "elementwise",
          .label = "Element-wise CAM",
          .help = "Which cells of a layer's output speak for the class: the positive ones of all "
                  "products of a value and its gradient, summed over the channels.",
          .limits = "Evidence of one channel is never balanced by evidence against the class of "
                    "another, so nearly every cell is positive.",
          .source = "The method GradCAMElementWise of pytorch-grad-cam, which it matches within "
                    "2e-4 once both are scaled to 0..1.",
      },
      addElementWise);
}

}  // namespace filterlens
