// Gradients of the input: saliency, and gradient x input.
#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {

Explainer saliencyExplainer() {
  return {
      .id = "saliency",
      .label = "Saliency",
      .help =
          "How much the class's logit changes with each pixel: the largest magnitude of its "
          "gradient over the three colours.",
      .limits =
          "It shows what the logit is sensitive to, which is not what it rests on, says "
          "nothing of direction, and is noisy from pixel to pixel.",
      .source =
          "Simonyan et al., Deep Inside Convolutional Networks, arXiv 1312.6034, section 3; "
          "matches PyTorch's gradients within 1e-4 of the peak.",
      .classSpecific = true,
      .byDefault = false,
      .appliesTo = isInput,
      .computeByRuns = [](const NetworkRuns& runs, int, const Parameters&) -> Result<Heatmap> {
        const auto gradient = inputGradient(runs);
        if (!gradient) return gradient.error();
        Heatmap map = inputMap(runs.trace);
        map.values = largestOfColours(gradient->values, runs.trace);
        return map;
      },
  };
}

Explainer gradientTimesInputExplainer() {
  return {
      .id = "gradient_x_input",
      .label = "Gradient x input",
      .help =
          "What each pixel adds to the class's logit to first order: its normalised value "
          "times its gradient, summed over the three colours.",
      .limits =
          "A pixel of the mean colour is 0 and gets nothing whatever it shows; the sum is "
          "the logit's only for a linear network.",
      .source =
          "Shrikumar et al., Not Just a Black Box, arXiv 1605.01713, section 3; matches PyTorch's "
          "gradients times the input within 1e-4 of the peak.",
      .classSpecific = true,
      .byDefault = false,
      .appliesTo = isInput,
      .computeByRuns = [](const NetworkRuns& runs, int, const Parameters&) -> Result<Heatmap> {
        auto gradient = inputGradient(runs);
        if (!gradient) return gradient.error();
        for (std::size_t i = 0; i < gradient->values.size(); ++i) {
          gradient->values[i] *= runs.input.values[i];
        }
        Heatmap map = inputMap(runs.trace);
        map.values = colourSum(gradient->values, runs.trace);
        map.scale = HeatmapScale::Diverging;
        return map;
      },
  };
}

}  // namespace filterlens
