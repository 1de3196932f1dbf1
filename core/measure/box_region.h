// BoxRegion: the part of a photo that its boxes cover together.
#pragma once

#include <span>
#include <vector>

#include "core/image/geometry.h"

namespace filterlens {

/// The part that two rectangles share; no area where they share none.
RectF intersection(const RectF&, const RectF&);

/// The union of boxes, in pixels of the photo.
class BoxRegion {
 public:
  explicit BoxRegion(std::span<const RectF> boxes);

  /// Left and upper edges belong to a box, right and lower ones do not.
  [[nodiscard]] bool contains(double x, double y) const;
  /// Square pixels of a rectangle that the boxes cover; what two boxes cover counts once.
  [[nodiscard]] double areaIn(const RectF&) const;

 private:
  std::vector<RectF> parts_;  // that do not overlap
};

}  // namespace filterlens
