// Grad-CAM++: positive gradients, weighted so that each place where a channel fires counts alike.
#include <numeric>

#include "core/explain/cam.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

constexpr double kStabiliser = 1e-6;  // as in the reference

/// Equation 19 of the paper: how much of a positive gradient counts.
double alpha(double gradient, double mass) {
  if (gradient == 0) return 0;
  const double square = gradient * gradient;
  return square / (2 * square + mass * square * gradient + kStabiliser);
}

void addGradCamPlusPlus(const CamChannel& channel, std::span<double> sum) {
  const double mass = std::accumulate(channel.activation.begin(), channel.activation.end(), 0.0);
  double weight = 0;
  for (const double gradient : channel.gradient) {
    if (!(gradient <= 0)) weight += alpha(gradient, mass) * gradient;
  }
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += weight * channel.activation[p];
}

}  // namespace

Explainer gradCamPlusPlusExplainer() {
  return camExplainer(
      {
          .id = "gradcam_plus_plus",
          .label = "Grad-CAM++",
          .help =
              "Which cells of a layer's output speak for the class: like Grad-CAM, with positive "
              "gradients only, weighted so that several objects of the class count alike.",
          .limits = "Gradients here are small (1e-6 to 1e-2), where the formula's stabiliser of "
                    "1e-6 decides much of the weights; implementations differ in it.",
          .source = "Chattopadhyay et al., Grad-CAM++, arXiv 1710.11063, equation 19; matches "
                    "pytorch-grad-cam within 2e-4 once both are scaled to 0..1 (torch-cam reads "
                    "the equation otherwise).",
          .parameters = {evidenceParameter()},
      },
      addGradCamPlusPlus);
}

}  // namespace filterlens
