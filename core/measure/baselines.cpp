#include "core/measure/baselines.h"

#include <algorithm>
#include <cmath>

#include "core/train/random.h"

namespace filterlens {
namespace {

Heatmap baseline(const char* id, int rows, int cols, float fill = 0) {
  Heatmap map;
  map.values = Grid<float>(rows, cols, fill);
  map.geometry = {AxisMap::identity(rows), AxisMap::identity(cols)};
  map.method = id;
  map.layer = "input";
  return map;
}

/// exp(-d^2 / 2) at a pixel's centre, d in standard deviations from the middle of the side.
double gaussian(int pixel, int side) {
  constexpr double kDeviation = 0.25;
  const double distance = ((pixel + 0.5) / side - 0.5) / kDeviation;
  return std::exp(-distance * distance / 2);
}

}  // namespace

Heatmap uniformBaseline(int inputRows, int inputCols) {
  return baseline("uniform", inputRows, inputCols, 1);
}

Heatmap centreBaseline(int inputRows, int inputCols) {
  Heatmap map = baseline("centre", inputRows, inputCols);
  for (int row = 0; row < inputRows; ++row) {
    for (int col = 0; col < inputCols; ++col) {
      map.values.at(row, col) =
          static_cast<float>(gaussian(row, inputRows) * gaussian(col, inputCols));
    }
  }
  return map;
}

Heatmap randomBaseline(int inputRows, int inputCols, std::uint64_t seed) {
  Heatmap map = baseline("random", inputRows, inputCols);
  Random random(seed);
  std::generate(map.values.values.begin(), map.values.values.end(),
                [&] { return static_cast<float>(random.uniform()); });
  return map;
}

}  // namespace filterlens
