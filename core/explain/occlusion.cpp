// Occlusion: how far the logit falls where a window of the photo is covered.
#include <algorithm>
#include <cmath>

#include "core/explain/methods.h"
#include "core/explain/runs.h"

namespace filterlens {
namespace {

/// Where windows begin along a side: every stride pixels until the last one reaches the end.
std::vector<int> windowStarts(int side, int window, int stride) {
  std::vector<int> starts{0};
  while (starts.back() + window < side) starts.push_back(starts.back() + stride);
  return starts;
}

struct Window {
  int top = 0, bottom = 0, left = 0, right = 0;  // up to, not including, bottom and right
};

InputTensor covered(InputTensor input, const Window& window) {
  for (int row = 0; row < 3 * input.height; ++row) {
    if (row % input.height < window.top || row % input.height >= window.bottom) continue;
    const auto begin = input.values.begin() + static_cast<std::ptrdiff_t>(row) * input.width;
    std::fill(begin + window.left, begin + window.right, 0.0F);
  }
  return input;
}

std::vector<Window> windowsOf(const InputTensor& input, const Parameters& parameters) {
  const int side = static_cast<int>(std::lround(parameters.number("window")));
  // A stride beyond the window would leave pixels that no window covers.
  const int stride = std::min(side, static_cast<int>(std::lround(parameters.number("stride"))));
  std::vector<Window> windows;
  for (const int top : windowStarts(input.height, side, stride)) {
    for (const int left : windowStarts(input.width, side, stride)) {
      windows.push_back(
          {top, std::min(top + side, input.height), left, std::min(left + side, input.width)});
    }
  }
  return windows;
}

Result<Heatmap> occlusion(const NetworkRuns& runs, int /*input*/, const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  Heatmap map = inputMap(runs.trace);
  Grid<double> sum(map.values.rows, map.values.cols);
  Grid<int> count(map.values.rows, map.values.cols);
  const double clean = runs.trace.logits.at(static_cast<std::size_t>(runs.trace.targetClass));
  const auto windows = windowsOf(runs.input, parameters);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const Window& window = windows[i];
    runs.progress.report(static_cast<double>(i) / static_cast<double>(windows.size()), "occlusion");
    const auto logit = network.logit(covered(runs.input, window));
    if (!logit) return logit.error();
    for (int row = window.top; row < window.bottom; ++row) {
      for (int col = window.left; col < window.right; ++col) {
        sum.at(row, col) += clean - *logit;
        ++count.at(row, col);
      }
    }
  }
  for (std::size_t p = 0; p < sum.values.size(); ++p) {
    map.values.values[p] = static_cast<float>(sum.values[p] / count.values[p]);
  }
  map.scale = HeatmapScale::Diverging;
  return map;
}

}  // namespace

Explainer occlusionExplainer() {
  return {
      .id = "occlusion",
      .label = "Occlusion",
      .help =
          "How far the class's logit falls where a window slid over the photo covers it with "
          "the mean colour; each pixel has the mean over the windows that cover it.",
      .limits =
          "It is as coarse as the window, sees no two places that stand in for each other, "
          "and a window's edges are something new to the network.",
      .source =
          "Zeiler & Fergus, Visualizing and Understanding Convolutional Networks, arXiv "
          "1311.2901, section 4.2; matches captum's Occlusion.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "window",
                      .label = "Window",
                      .help = "Its side in pixels of the input.",
                      .minimum = 4,
                      .maximum = 512,
                      .fallback = 32},
                     {.id = "stride",
                      .label = "Stride",
                      .help = "From one window to the next in pixels of the input, at most a "
                              "window's side; each window is a run.",
                      .minimum = 2,
                      .maximum = 512,
                      .fallback = 16}},
      .appliesTo = isInput,
      .computeByRuns = occlusion,
  };
}

}  // namespace filterlens
