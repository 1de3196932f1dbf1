#include "ui/readout.h"

#include <algorithm>
#include <cmath>

#include "ui/text.h"

namespace filterlens {

std::optional<Readout> readoutAt(const Heatmap& map, const PhotoPlacement& placement,
                                 QPointF photoPosition) {
  const double x = placement.inputX(photoPosition.x());
  const double y = placement.inputY(photoPosition.y());
  if (x < 0 || y < 0 || x >= placement.inputWidth || y >= placement.inputHeight)
    return std::nullopt;
  const int row = map.geometry.y.cellContaining(y);
  const int col = map.geometry.x.cellContaining(x);
  if (row < 0 || col < 0) return std::nullopt;
  const auto& values = map.values.values;
  const auto ranks =
      std::count_if(values.begin(), values.end(), [](float value) { return !std::isnan(value); });
  const float value = map.values.at(row, col);
  return Readout{row, col, valueText(value, map.scale, static_cast<int>(ranks)),
                 briefValueText(value, map.scale)};
}

}  // namespace filterlens
