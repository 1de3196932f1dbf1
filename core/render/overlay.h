// Overlay: a heatmap's colours laid over the photo, at the photo's own resolution, placed by
// Geometry.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/image/geometry.h"
#include "core/image/image.h"
#include "core/render/colormap.h"

namespace filterlens {

enum class Interpolation {
  Cells,   ///< each cell in one colour: what the network really has
  Smooth,  ///< bilinear between cell centres
};

struct OverlayStyle {
  const Colormap* colormap = nullptr;  ///< nullptr: the default of the map's scale
  std::optional<ValueRange> range;     ///< none: displayRange(map). Without width it is a
                                       ///< step: what is above it has the last colour
  double opacity = 0.6;                ///< of the colours over the photo
  Interpolation interpolation = Interpolation::Smooth;
  /// Share of the range whose values are not painted, 0 .. 1: the lowest ones; Diverging: those
  /// next to zero. Ranks pass it over.
  double threshold = 0;
};

/// The value of a map at a position of the photo, as the overlay shows it; NaN outside the
/// network's input and where the map says nothing.
float valueAt(const Heatmap&, const PhotoPlacement&, double photoX, double photoY, Interpolation);

/// The photo with the map over it. Pixels outside the network's input, and cells without a value,
/// show the bare photo.
Image overlay(const Image& photo, const PhotoPlacement&, const Heatmap&, const OverlayStyle&);

/// The part rect of the photo with the map over it, as outputWidth x outputHeight pixels: what a
/// view paints when it is zoomed. overlay() is the whole photo at its own size.
struct PhotoRegion {
  RectF rect;  ///< in photo pixels
  int outputWidth = 0;
  int outputHeight = 0;
};

/// Colours only, for views that paint the photo themselves: a pixel is 0xFFRRGGBB, whatever the
/// style's opacity, and 0 where nothing is shown.
std::vector<std::uint32_t> overlayColours(const PhotoPlacement&, const Heatmap&,
                                          const OverlayStyle&, const PhotoRegion&);

/// The selected cells of a layer, where they really are, as rectangles in the photo, by rank.
std::vector<RectF> selectedCells(const MapGeometry&, const std::vector<int>& selection,
                                 const PhotoPlacement&);

}  // namespace filterlens
