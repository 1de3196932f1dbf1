// RISE: random masks, weighted by the probability that they leave.
#include <cmath>
#include <map>

#include "core/explain/bilinear.h"
#include "core/explain/methods.h"
#include "core/explain/runs.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// A grid of zeros and ones, enlarged bilinearly and shifted by chance by up to a cell.
Grid<float> randomMask(int rows, int cols, int grid, double kept, Random& random) {
  Grid<float> coarse(grid + 1, grid + 1);
  for (float& cell : coarse.values) cell = random.chance(kept) ? 1.0F : 0.0F;
  const auto cellsOf = [&](int pixels) {
    const double shift = random.uniform();
    return positionsAlong(pixels,
                          [&](int pixel) { return (pixel + 0.5) * (grid - 1) / pixels + shift; });
  };
  const auto ys = cellsOf(rows);
  const auto xs = cellsOf(cols);
  return bilinearMap(coarse, ys, xs);
}

/// The estimate after some of the masks.
Heatmap estimate(const Trace& trace, const std::vector<double>& sum, double kept, int masks) {
  Heatmap map = inputMap(trace);
  for (std::size_t p = 0; p < sum.size(); ++p) {
    map.values.values[p] = static_cast<float>(sum[p] / (kept * masks));
  }
  return map;
}

Result<Heatmap> rise(const NetworkRuns& runs, int /*input*/, const Parameters& parameters) {
  const RepeatedRuns network(runs, isSelectionHeld(parameters));
  const int masks = static_cast<int>(std::lround(parameters.number("masks")));
  const int grid = static_cast<int>(std::lround(parameters.number("grid")));
  const double kept = parameters.number("kept");
  const auto seed = static_cast<std::uint64_t>(parameters.number("seed"));
  std::vector<double> sum(static_cast<std::size_t>(runs.input.height) *
                          static_cast<std::size_t>(runs.input.width));
  std::map<int, Grid<float>> waiting;  // masks of the batch that runs
  const RunSeries series{.count = masks,
                         .text = "RISE",
                         .input =
                             [&](int i) {
                               Random random(seed, i);
                               const auto& mask = waiting[i] = randomMask(
                                   runs.input.height, runs.input.width, grid, kept, random);
                               return masked(runs.input, mask);
                             },
                         .sketch =
                             [&](int done) {
                               Heatmap map = estimate(runs.trace, sum, kept, done);
                               noteSoFar(map, done, masks, "masks");
                               runs.sketch(map);
                             }};
  const auto done = network.probabilities(series, [&](int i, double probability) {
    const auto mask = waiting.extract(i);
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += probability * mask.mapped().values[p];
  });
  if (!done) return done.error();
  return estimate(runs.trace, sum, kept, masks);
}

}  // namespace

Explainer riseExplainer() {
  return {
      .id = "rise",
      .label = "RISE",
      .help =
          "How probable the class stays on average where a pixel is kept while random parts of "
          "the photo are hidden.",
      .limits =
          "It is an estimate: few masks leave noise of their own grid, and all values are "
          "large where the class is probable whatever is hidden.",
      .source = "Petsiuk et al., RISE, arXiv 1806.07421, equation 6.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {selectionParameter(),
                     {.id = "masks",
                      .label = "Masks",
                      .help = "Random masks, each a run of the network; the paper takes 4000.",
                      .minimum = 1,
                      .maximum = 20000,
                      .fallback = 500,
                      .choices = {},
                      .whole = true},
                     {.id = "grid",
                      .label = "Grid",
                      .help = "Cells of a mask along each side.",
                      .minimum = 2,
                      .maximum = 32,
                      .fallback = 7,
                      .choices = {},
                      .whole = true},
                     {.id = "kept",
                      .label = "Share kept",
                      .help = "The chance that a mask's cell is kept.",
                      .minimum = 0.05,
                      .maximum = 0.95,
                      .fallback = 0.5},
                     seedParameter()},
      .appliesTo = isInput,
      .computeByRuns = rise,
  };
}

}  // namespace filterlens
