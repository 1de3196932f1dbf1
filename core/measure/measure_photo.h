// All measures of one photo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/explainer.h"
#include "core/measure/measures.h"

namespace filterlens {

struct MeasureRequest {
  std::vector<MethodChoice> methods;
  std::uint64_t seed = 0;  ///< of all draws, a DropoutViT's too
  int draws = 5;           ///< of random cells for each filter layer
  /// Of deletion and insertion, see perturbation.h; 0: leave them out, which is much faster.
  int steps = 32;
  /// Deletion and insertion for every map. Else a method's map of the input where it has one, or
  /// that of the last layer, and only methods that have neither (filter masks) at every layer.
  bool allLayers = false;
};

struct PhotoToMeasure {
  std::string name;  ///< draws depend on it, and not on which other photos are measured
  PreparedInput input;
  std::optional<int> label;  ///< the class that it shows; none: the most probable one is the target
  std::vector<RectF> boxes;  ///< in pixels of the photo; empty: nothing to localise
};

struct PhotoMeasures {
  std::string file;
  std::string sha256;  ///< of the file
  std::optional<int> label;
  int predicted = 0;
  int target = 0;          ///< the class that maps and probabilities are of
  double probability = 0;  ///< of the target
  std::vector<Measurement> values;
  std::vector<std::string> notes;  ///< sentences: maps that could not be computed, overlaps

  /// Whether the model gets it right; also where nobody said what it shows.
  [[nodiscard]] bool right() const { return !label || *label == predicted; }
};

/// Runs the network on a photo and measures every chosen method at every layer that it has a map
/// for, beside baselines, and every filter layer's selection. file and sha256 are left to the
/// caller. Fails where the network cannot run, and where the boxes lie outside the part of the
/// photo that it is given.
Result<PhotoMeasures> measurePhoto(const Model&, const PhotoToMeasure&, const MeasureRequest&,
                                   const Progress&);

}  // namespace filterlens
