#include "core/explain/bilinear.h"

#include <algorithm>
#include <cmath>

namespace filterlens {
namespace {

/// The two cells around a position along one axis, and how far it lies towards the second.
struct Between {
  int first = 0;
  int second = 0;
  double share = 0;
};

std::vector<Between> cellsAround(std::span<const double> positions, int cells) {
  std::vector<Between> all;
  all.reserve(positions.size());
  for (const double position : positions) {
    const double cell = std::clamp(position, 0.0, cells - 1.0);
    const int first = static_cast<int>(cell);
    all.push_back({first, std::min(first + 1, cells - 1), cell - first});
  }
  return all;
}

}  // namespace

std::vector<double> bilinear(const Grid<float>& map, std::span<const double> rows,
                             std::span<const double> cols) {
  const auto ys = cellsAround(rows, map.rows);
  const auto xs = cellsAround(cols, map.cols);
  std::vector<double> values;
  values.reserve(ys.size() * xs.size());
  for (const Between& y : ys) {
    for (const Between& x : xs) {
      const double above =
          std::lerp(double{map.at(y.first, x.first)}, double{map.at(y.first, x.second)}, x.share);
      const double below =
          std::lerp(double{map.at(y.second, x.first)}, double{map.at(y.second, x.second)}, x.share);
      values.push_back(std::lerp(above, below, y.share));
    }
  }
  return values;
}

Grid<float> bilinearMap(const Grid<float>& map, std::span<const double> rows,
                        std::span<const double> cols) {
  const auto values = bilinear(map, rows, cols);
  Grid<float> enlarged(static_cast<int>(rows.size()), static_cast<int>(cols.size()));
  std::transform(values.begin(), values.end(), enlarged.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  return enlarged;
}

}  // namespace filterlens
