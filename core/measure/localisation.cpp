#include "core/measure/localisation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace filterlens {
namespace {

double positivePart(float value) { return std::isfinite(value) && value > 0 ? value : 0.0; }

/// Sums over the cells of a map.
struct Mass {
  double total = 0;
  double inside = 0;

  void add(double density, double area, double areaInside) {
    total += density * area;
    inside += density * areaInside;
  }
  [[nodiscard]] double share() const { return inside / total; }
};

double smallestPositivePart(const Grid<float>& map) {
  double smallest = std::numeric_limits<double>::infinity();
  for (const float value : map.values) smallest = std::min(smallest, positivePart(value));
  return smallest;
}

/// What a cell has to lie above to be marked: the mean of the finite values. A map without
/// differences marks every cell.
double markThreshold(const Grid<float>& map) {
  const ValueRange range = finiteRange(map);
  if (range.low == range.high) return -std::numeric_limits<double>::infinity();
  double sum = 0;
  int count = 0;
  for (const float value : map.values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  return sum / count;
}

bool centreInBoxes(const MapGeometry& geometry, int row, int col, const PhotoPlacement& placement,
                   const BoxRegion& boxes) {
  return boxes.contains(placement.photoX(geometry.x.centre(col)),
                        placement.photoY(geometry.y.centre(row)));
}

/// The share of cells that are asked for whose centre lies in a box.
template <class Asked>
double shareOfCentres(const Heatmap& map, const PhotoPlacement& placement, const BoxRegion& boxes,
                      Asked asked) {
  int count = 0;
  int inside = 0;
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      if (!asked(map.values.at(row, col))) continue;
      ++count;
      if (centreInBoxes(map.geometry, row, col, placement, boxes)) ++inside;
    }
  }
  return count > 0 ? static_cast<double>(inside) / count : 0.0;
}

double pointing(const Heatmap& map, const PhotoPlacement& placement, const BoxRegion& boxes) {
  float largest = -std::numeric_limits<float>::infinity();
  for (const float value : map.values.values) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  const bool none = std::isinf(largest);
  return shareOfCentres(map, placement, boxes,
                        [&](float value) { return none || value == largest; });
}

}  // namespace

Localisation localise(const Heatmap& map, const PhotoPlacement& placement, const BoxRegion& boxes) {
  const RectF seen = placement.inputRect();
  const double floor = smallestPositivePart(map.values);
  Mass uniform;
  Mass whole;
  Mass above;
  Mass marked;
  const double threshold = markThreshold(map.values);
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      const RectF cell = intersection(placement.cellRect(map.geometry, row, col), seen);
      const double area = cell.width * cell.height;
      const double inside = boxes.areaIn(cell);
      const double value = positivePart(map.values.at(row, col));
      uniform.add(1, area, inside);
      whole.add(value, area, inside);
      above.add(value - floor, area, inside);
      if (map.values.at(row, col) > threshold) marked.add(1, area, inside);
    }
  }
  Localisation result;
  result.blank = !(whole.total > 0);
  result.energyByChance = uniform.share();
  result.pointingByChance = shareOfCentres(map, placement, boxes, [](float) { return true; });
  result.energy = result.blank ? result.energyByChance : whole.share();
  result.energyAboveFloor = above.total > 0 ? above.share() : result.energy;
  result.overlap = marked.inside / (marked.total + boxes.areaIn(seen) - marked.inside);
  result.pointing = pointing(map, placement, boxes);
  return result;
}

std::vector<int> cellsAroundMiddle(const MapGeometry& geometry, int count) {
  const auto fromMiddle = [](const AxisMap& axis, int i) {
    return axis.centre(i) / axis.inputSize() - 0.5;
  };
  std::vector<double> distances;
  for (int row = 0; row < geometry.rows(); ++row) {
    for (int col = 0; col < geometry.cols(); ++col) {
      distances.push_back(std::hypot(fromMiddle(geometry.y, row), fromMiddle(geometry.x, col)));
    }
  }
  std::vector<int> cells(distances.size());
  std::iota(cells.begin(), cells.end(), 0);
  std::stable_sort(cells.begin(), cells.end(), [&](int a, int b) {
    return distances[static_cast<std::size_t>(a)] < distances[static_cast<std::size_t>(b)];
  });
  cells.resize(static_cast<std::size_t>(count));
  return cells;
}

SelectionInBoxes selectionInBoxes(const Heatmap& map, const PhotoPlacement& placement,
                                  const BoxRegion& boxes) {
  const auto isSelected = [](float rank) { return std::isfinite(rank); };
  const auto& ranks = map.values.values;
  const auto k = static_cast<int>(std::count_if(ranks.begin(), ranks.end(), isSelected));
  Heatmap middle = map;
  std::fill(middle.values.values.begin(), middle.values.values.end(), std::nanf(""));
  for (const int cell : cellsAroundMiddle(map.geometry, k)) {
    middle.values.values[static_cast<std::size_t>(cell)] = 0;
  }
  SelectionInBoxes found;
  found.selected = shareOfCentres(map, placement, boxes, isSelected);
  found.centre = shareOfCentres(middle, placement, boxes, isSelected);
  found.all = shareOfCentres(map, placement, boxes, [](float) { return true; });
  return found;
}

}  // namespace filterlens
