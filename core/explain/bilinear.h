// Values between the cells of a map: the one way in which methods and measures enlarge a grid.
#pragma once

#include <span>
#include <vector>

#include "core/grid.h"

namespace filterlens {

/// Bilinear between the centres of cells, at every pair of a row and a column; positions count in
/// cells, the centre of cell i is i. Beyond the outermost centres it is the outermost cell's value.
/// Row by row: rows.size() x cols.size().
std::vector<double> bilinear(const Grid<float>&, std::span<const double> rows,
                             std::span<const double> cols);

/// The same as a map.
Grid<float> bilinearMap(const Grid<float>&, std::span<const double> rows,
                        std::span<const double> cols);

/// count positions along one axis, those of positionOf(0), positionOf(1), …
template <class PositionOf>
std::vector<double> positionsAlong(int count, PositionOf positionOf) {
  std::vector<double> positions;
  positions.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) positions.push_back(positionOf(i));
  return positions;
}

}  // namespace filterlens
