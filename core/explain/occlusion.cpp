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

/// What the windows so far took from the logit, by pixel.
struct Loss {
  Grid<double> sum;
  Grid<int> windows;

  void add(const Window& window, double lost) {
    for (int row = window.top; row < window.bottom; ++row) {
      for (int col = window.left; col < window.right; ++col) {
        sum.at(row, col) += lost;
        ++windows.at(row, col);
      }
    }
  }
  /// The mean over the windows that cover a pixel; 0 where none did yet.
  [[nodiscard]] Heatmap mean(const Trace& trace) const {
    Heatmap map = inputMap(trace);
    map.scale = HeatmapScale::Diverging;
    for (std::size_t p = 0; p < sum.values.size(); ++p) {
      map.values.values[p] = static_cast<float>(sum.values[p] / std::max(1, windows.values[p]));
    }
    return map;
  }
};

Result<Heatmap> occlusion(const NetworkRuns& runs, int /*input*/, const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const int rows = runs.trace.inputRows;
  const int cols = runs.trace.inputCols;
  Loss loss{Grid<double>(rows, cols), Grid<int>(rows, cols)};
  const double clean = runs.trace.logits.at(static_cast<std::size_t>(runs.trace.targetClass));
  const auto windows = windowsOf(runs.input, parameters);
  const auto windowAt = [&](int i) { return windows[static_cast<std::size_t>(i)]; };
  const int count = static_cast<int>(windows.size());
  const RunSeries series{.count = count,
                         .text = "occlusion",
                         .input = [&](int i) { return covered(runs.input, windowAt(i)); },
                         .sketch =
                             [&](int done) {
                               Heatmap map = loss.mean(runs.trace);
                               noteSoFar(map, done, count, "windows");
                               runs.sketch(map);
                             }};
  const auto done =
      network.logits(series, [&](int i, double logit) { loss.add(windowAt(i), clean - logit); });
  if (!done) return done.error();
  return loss.mean(runs.trace);
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
          "Zeiler & Fergus, Visualizing and Understanding Convolutional Networks, arXiv 1311.2901, "
          "section 4.2; matches captum's Occlusion within 1e-4 of the peak, but for windows under "
          "which two cells tie for the last token.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "window",
                      .label = "Window",
                      .help = "Its side in pixels of the input.",
                      .minimum = 4,
                      .maximum = 512,
                      .fallback = 32,
                      .choices = {},
                      .whole = true},
                     {.id = "stride",
                      .label = "Stride",
                      .help = "From one window to the next in pixels of the input, at most a "
                              "window's side; each window is a run.",
                      .minimum = 2,
                      .maximum = 512,
                      .fallback = 16,
                      .choices = {},
                      .whole = true}},
      .appliesTo = isInput,
      .computeByRuns = occlusion,
  };
}

}  // namespace filterlens
