// Agreement: whether two maps of one photo say the same, however fine their own grids are: both
// are read on the cells of the finer one, where these really lie in the network's input.
#pragma once

#include "core/explain/heatmap.h"

namespace filterlens {

/// A map, and where its network's input lies in the photo. Refers to both.
struct PlacedMap {
  const Heatmap& map;
  const PhotoPlacement& placement;
};

/// Two maps on one grid; NaN where either says nothing.
struct CommonGrid {
  MapGeometry geometry;
  PhotoPlacement placement;  ///< of the input that geometry speaks of
  Grid<float> first;
  Grid<float> second;
};

/// A selection by rank is read as strength: 1 for the first, less for each further one, 0 for what
/// was not selected. Between a map's own cells its values are interpolated. Maps of two networks,
/// whose inputs differ in size or in the part of the photo that they hold, meet in the photo.
CommonGrid onCommonGrid(const PlacedMap& first, const PlacedMap& second);
/// The same for maps of one input.
CommonGrid onCommonGrid(const Heatmap& first, const Heatmap& second);

/// NaN where there is nothing to compare, or where a map is constant.
struct Agreement {
  double rankCorrelation = 0;  ///< Spearman's, over the cells; -1 .. 1
  double topOverlap = 0;       ///< of the strongest tenth of the cells: intersection over union
  double similarity = 0;       ///< SSIM of the maps, each stretched to 0 .. 1; -1 .. 1
};
Agreement agreementOf(const PlacedMap& first, const PlacedMap& second);
Agreement agreementOf(const Heatmap& first, const Heatmap& second);
/// The same of the maps' magnitudes, each divided by its largest instead of stretched: what sanity
/// checks compare, since a sign may flip where nothing else changes.
Agreement agreementOfMagnitudes(const Heatmap& first, const Heatmap& second);

struct Difference {
  Heatmap map;
  PhotoPlacement placement;  ///< of the input that the map lies in
};
/// first minus second, signed, on their common grid. Maps of one method and scale are subtracted as
/// they are; of others, each is stretched to 0 .. 1 first, since their units have nothing in
/// common, and the note says so.
Difference differenceOf(const PlacedMap& first, const PlacedMap& second);
Heatmap differenceOf(const Heatmap& first, const Heatmap& second);

}  // namespace filterlens
