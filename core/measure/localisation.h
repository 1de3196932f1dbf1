// Localisation: whether a map points at the object, as its boxes say where that is.
//
// A map is taken as it lies over the photo: each cell over its real extent (geometry.h), as far as
// that is in the part of the photo that the network was given.
#pragma once

#include <optional>
#include <vector>

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
  /// Intersection over union, by area, of the boxes and the cells whose value lies above the mean
  /// of all cells (the threshold of Chefer et al., arXiv 2012.09838); of a map without differences,
  /// every cell.
  double overlap = 0;
  /// Energy and pointing of a map with equal values on the same cells: what chance gives. Coarse
  /// maps do not reach over all of the input, so it differs from layer to layer. The energy is also
  /// the overlap of a map that marks every cell.
  double energyByChance = 0;
  double pointingByChance = 0;
  /// No cell has a positive value: the map points nowhere and its energy is that of chance.
  bool blank = false;
};

/// Of a map of values (not of ranks) over a photo.
Localisation localise(const Heatmap&, const PhotoPlacement&, const BoxRegion&);

/// How many of the selected cells lie in the boxes, beside two selections that know nothing of the
/// network. All are shares of cells whose centre lies in a box.
struct SelectionInBoxes {
  double selected = 0;  ///< of the selected cells
  double centre = 0;    ///< of as many cells around the input's middle: objects tend to be there
  double all = 0;       ///< of all cells of the map: what selecting by chance gives
  /// selected / all and centre / all: 1 is chance; none where no cell's centre lies in a box.
  [[nodiscard]] std::optional<double> ratio() const { return toChance(selected); }
  [[nodiscard]] std::optional<double> centreRatio() const { return toChance(centre); }

 private:
  [[nodiscard]] std::optional<double> toChance(double share) const {
    return all > 0 ? std::optional(share / all) : std::nullopt;
  }
};

/// The cells of a map whose centres are nearest to the input's middle, the nearest first, ties by
/// index. Distances are in sides of the input. Needs 0 <= count <= cells.
std::vector<int> cellsAroundMiddle(const MapGeometry&, int count);

/// Of a map of ranks: cells with a value are the selected ones.
SelectionInBoxes selectionInBoxes(const Heatmap&, const PhotoPlacement&, const BoxRegion&);

}  // namespace filterlens
