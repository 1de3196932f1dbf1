// Contours: the lines along which a map has one value, as vectors in the photo, so that they are
// crisp at any zoom. They follow the map as the smooth overlay shows it.
#pragma once

#include <span>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/image/geometry.h"

namespace filterlens {

struct PointF {
  double x = 0;
  double y = 0;
};

struct ContourLine {
  float level = 0;
  std::vector<PointF> points;  ///< in photo pixels; a closed line ends on its first point
  [[nodiscard]] bool closed() const;
};

/// count levels that part a range evenly, the ends not among them.
std::vector<float> contourLevels(ValueRange, int count);

/// Marching squares over the centres of the cells, each placed by Geometry, and over positions
/// between them where cells are few, bilinear as in an overlay, so that lines are round there too.
/// Between the outermost centres and the edges of their cells a map goes on as it is. A square with
/// a cell that has no value has no line. Where a square could be read two ways, its mean value
/// decides.
std::vector<ContourLine> contourLines(const Heatmap&, const PhotoPlacement&,
                                      std::span<const float> levels);

}  // namespace filterlens
