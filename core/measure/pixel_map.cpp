#include "core/measure/pixel_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/explain/bilinear.h"

namespace filterlens {
namespace {

std::vector<double> cellsOf(const AxisMap& axis, int pixels) {
  return positionsAlong(pixels, [&](int pixel) { return axis.cellAt(pixel + 0.5); });
}

}  // namespace

std::vector<double> valuesAtPixels(const Heatmap& map, int rows, int cols) {
  auto finite = map.values;
  for (float& value : finite.values) value = std::isfinite(value) ? value : 0.0F;
  return bilinear(finite, cellsOf(map.geometry.y, rows), cellsOf(map.geometry.x, cols));
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
