// The measures of one map of one photo, beside those of maps that know nothing of the network: the
// work behind MeasurePanel, as plain functions that run on the worker thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "core/measure/box_region.h"
#include "core/measure/measure_map.h"
#include "ui/analysis.h"

namespace filterlens {

/// What to measure, ready to go.
struct MeasureJob {
  std::shared_ptr<const Model> model;  ///< that measures refers to
  std::shared_ptr<const MapMeasures> measures;
  /// The map itself first; then the random and the centre map, and the nearest filter mask where it
  /// is another map.
  std::vector<std::shared_ptr<const Heatmap>> maps;
  PhotoPlacement placement;
  std::optional<BoxRegion> boxes;  ///< of the object, where the list of boxes has any
  std::string note;  ///< a sentence: where the boxes are from, or why there are none; empty without
                     ///< a list
};

/// target: the class whose probability counts. boxes: a list of boxes (readObjectBoxes); empty:
/// boxes.csv beside the photo, where there is one. Some runs of the network.
Result<std::shared_ptr<const MeasureJob>> prepareMeasures(const std::shared_ptr<const Model>&,
                                                          const Analysis&, const OpenedPhoto&,
                                                          const std::shared_ptr<const Heatmap>& map,
                                                          int target,
                                                          const std::filesystem::path& boxes,
                                                          const Progress&);

/// Of one of the job's maps; about a hundred runs of the network.
Result<std::vector<Measurement>> measureMap(const MeasureJob&, std::size_t index, const Progress&);

}  // namespace filterlens
