// SmoothGrad: the mean gradient of noisy copies of the photo.
#include <algorithm>
#include <cmath>

#include "core/explain/methods.h"
#include "core/explain/runs.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

Result<Heatmap> smoothGrad(const NetworkRuns& runs, int /*input*/, const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const auto& values = runs.input.values;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double deviation = parameters.number("noise") * (*high - *low);
  const auto seed = static_cast<std::uint64_t>(parameters.number("seed"));
  const int samples = static_cast<int>(std::lround(parameters.number("samples")));
  std::vector<double> sum(values.size());
  const auto meanOf = [&](int count) {
    std::vector<double> mean = sum;
    for (double& value : mean) value /= count;
    Heatmap map = inputMap(runs.trace);
    map.values = largestOfColours(mean, runs.trace);
    return map;
  };
  const RunSeries series{.count = samples,
                         .text = "SmoothGrad",
                         .input =
                             [&](int sample) {
                               Random random(seed, sample);
                               InputTensor noisy = runs.input;
                               for (float& value : noisy.values) {
                                 value += static_cast<float>(deviation * random.normal());
                               }
                               return noisy;
                             },
                         .sketch =
                             [&](int done) {
                               Heatmap map = meanOf(done);
                               noteSoFar(map, done, samples, "noisy copies");
                               runs.sketch(map);
                             }};
  const auto done = network.gradients(series, [&](int, const RepeatedRuns::Gradient& gradient) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += gradient.values[i];
  });
  if (!done) return done.error();
  return meanOf(samples);
}

}  // namespace

Explainer smoothGradExplainer() {
  return {
      .id = "smoothgrad",
      .label = "SmoothGrad",
      .help =
          "How much the class's logit changes with each pixel, averaged over noisy copies of "
          "the photo: the largest magnitude over the three colours.",
      .limits =
          "It is smoother than saliency, not more faithful; noise changes which tokens are "
          "selected unless the selection is held.",
      .source =
          "Smilkov et al., SmoothGrad, arXiv 1706.03825, section 2; the noise's deviation is "
          "a share of the input's range.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "samples",
                      .label = "Samples",
                      .help = "Noisy copies, each a run of the network.",
                      .minimum = 1,
                      .maximum = 1000,
                      .fallback = 25,
                      .choices = {},
                      .whole = true},
                     {.id = "noise",
                      .label = "Noise",
                      .help = "Standard deviation as a share of the input's range.",
                      .minimum = 0,
                      .maximum = 1,
                      .fallback = 0.15},
                     seedParameter()},
      .appliesTo = isInput,
      .computeByRuns = smoothGrad,
  };
}

}  // namespace filterlens
