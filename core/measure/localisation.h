// Localisation: whether a map points at the object, as its boxes say where that is.
//
// A map is taken as it lies over the photo: each cell over its real extent (geometry.h), as far as
// that is in the part of the photo that the network was given.
#pragma once

#include <optional>

#include "core/explain/heatmap.h"
#include "core/measure/box_region.h"

namespace filterlens {

/// How well one map points at the boxes. All are in 0..1; 1 is best.
struct Localisation {
  /// Share of the map's positive mass inside the boxes (energy-based pointing game, Wang et al.,
  /// Score-CAM, arXiv 1910.01279): each cell's value, spread evenly over its extent. Negative
  /// values and cells without a value have none.
  double energy = 0;
  /// The same after the smallest positive part of all cells was taken from each. A filter mask is
  /// nowhere below 0.4576, and this floor, which points nowhere, is most of its mass.
  double energyAboveFloor = 0;
  /// Whether the cell with the largest value has its centre inside a box, tolerance 0 (pointing
  /// game, Zhang et al., arXiv 1608.00507); the mean over all such cells where there are several.
  double pointing = 0;
  /// Energy and pointing of a map with equal values on the same cells: what chance gives. Coarse
  /// maps do not reach over all of the input, so it differs from layer to layer.
  double energyByChance = 0;
  double pointingByChance = 0;
  /// No cell has a positive value: the map points nowhere and its energy is that of chance.
  bool blank = false;
};

/// Of a map of values (not of ranks) over a photo.
Localisation localise(const Heatmap&, const PhotoPlacement&, const BoxRegion&);

/// How many of the selected cells lie in the boxes.
struct SelectionInBoxes {
  double selected = 0;  ///< share of the selected cells whose centre lies in a box
  double all = 0;       ///< share of all cells of the map whose centre does
  /// selected / all: 1 is what chance gives; none where no cell's centre lies in a box.
  [[nodiscard]] std::optional<double> ratio() const {
    return all > 0 ? std::optional(selected / all) : std::nullopt;
  }
};

/// Of a map of ranks: cells with a value are the selected ones.
SelectionInBoxes selectionInBoxes(const Heatmap&, const PhotoPlacement&, const BoxRegion&);

}  // namespace filterlens
