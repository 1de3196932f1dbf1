#include "ui/readout.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/text.h"

namespace filterlens {

namespace {

/// Row and column.
std::optional<std::pair<int, int>> cellAt(const MapGeometry& cells, const PhotoPlacement& placement,
                                          QPointF photoPosition) {
  const double x = placement.inputX(photoPosition.x());
  const double y = placement.inputY(photoPosition.y());
  if (x < 0 || y < 0 || x >= placement.inputWidth || y >= placement.inputHeight)
    return std::nullopt;
  const int row = cells.y.cellContaining(y);
  const int col = cells.x.cellContaining(x);
  if (row < 0 || col < 0) return std::nullopt;
  return std::pair(row, col);
}

}  // namespace

std::optional<Readout> readoutAt(const Heatmap& map, const PhotoPlacement& placement,
                                 QPointF photoPosition) {
  const auto cell = cellAt(map.geometry, placement, photoPosition);
  if (!cell) return std::nullopt;
  const auto [row, col] = *cell;
  const auto& values = map.values.values;
  const auto ranks =
      std::count_if(values.begin(), values.end(), [](float value) { return !std::isnan(value); });
  const float value = map.values.at(row, col);
  return Readout{row, col, valueText(value, map.scale, static_cast<int>(ranks)),
                 briefValueText(value, map.scale)};
}

std::optional<int> rankAt(const LayerTrace& layer, const PhotoPlacement& placement,
                          QPointF photoPosition) {
  if (layer.selection.empty()) return std::nullopt;
  const auto cell = cellAt(layer.inputGeometry, placement, photoPosition);
  if (!cell) return std::nullopt;
  const int index = cell->first * layer.inputGeometry.cols() + cell->second;
  const auto found = std::find(layer.selection.begin(), layer.selection.end(), index);
  if (found == layer.selection.end()) return std::nullopt;
  return static_cast<int>(found - layer.selection.begin());
}

}  // namespace filterlens
