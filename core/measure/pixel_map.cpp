#include "core/measure/pixel_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace filterlens {
namespace {

/// Where a pixel lies between two cells of an axis.
struct Between {
  int lower = 0;
  int upper = 0;
  double weight = 0;  // of upper
};

std::vector<Between> placesOn(const AxisMap& axis, int pixels) {
  std::vector<Between> places(static_cast<std::size_t>(pixels));
  for (int pixel = 0; pixel < pixels; ++pixel) {
    const double cell = std::clamp(axis.cellAt(pixel + 0.5), 0.0, axis.size() - 1.0);
    const int lower = static_cast<int>(cell);
    places[static_cast<std::size_t>(pixel)] = {lower, std::min(lower + 1, axis.size() - 1),
                                               cell - lower};
  }
  return places;
}

double valueAt(const Grid<float>& map, int row, int col) {
  const float value = map.at(row, col);
  return std::isfinite(value) ? value : 0.0;
}

}  // namespace

std::vector<double> valuesAtPixels(const Heatmap& map, int rows, int cols) {
  const auto ys = placesOn(map.geometry.y, rows);
  const auto xs = placesOn(map.geometry.x, cols);
  std::vector<double> values;
  values.reserve(ys.size() * xs.size());
  for (const auto& y : ys) {
    for (const auto& x : xs) {
      const double above = std::lerp(valueAt(map.values, y.lower, x.lower),
                                     valueAt(map.values, y.lower, x.upper), x.weight);
      const double below = std::lerp(valueAt(map.values, y.upper, x.lower),
                                     valueAt(map.values, y.upper, x.upper), x.weight);
      values.push_back(std::lerp(above, below, y.weight));
    }
  }
  return values;
}

std::vector<double> maskAtPixels(const Heatmap& map, int inputRows, int inputCols) {
  auto values = valuesAtPixels(map, inputRows, inputCols);
  if (map.scale == HeatmapScale::Diverging) {
    for (double& value : values) value = std::max(value, 0.0);
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double floor = *low;
  const double width = *high - floor;
  for (double& value : values) value = width > 0 ? (value - floor) / width : 0.0;
  return values;
}

std::vector<int> pixelOrder(const Heatmap& map, int inputRows, int inputCols) {
  const auto values = valuesAtPixels(map, inputRows, inputCols);
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
  });
  return order;
}

}  // namespace filterlens
