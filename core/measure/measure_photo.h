// All measures of one photo.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine.h"
#include "core/explain/explainer.h"
#include "core/measure/measures.h"
#include "core/measure/randomisation.h"

namespace filterlens {

struct MeasureRequest {
  /// The filter masks are measured beside them in any case: they are what a FilterViT says of
  /// itself.
  std::vector<MethodChoice> methods;
  MeasureFamilies families = allMeasureFamilies();
  std::uint64_t seed = 0;  ///< of all draws, a DropoutViT's too
  int draws = 5;           ///< of random cells for each filter layer
  int steps = 32;          ///< of deletion and insertion, see perturbation.h; 1 or more
  /// Measures that run the network for each map take every map. Else a method's map of the input
  /// where it has one, or that of the last layer, and only methods that have neither (filter masks)
  /// at every layer.
  bool allLayers = false;
  /// For Randomisation; empty: only the other class is tried.
  std::vector<RandomisedModel> cascade;
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
/// photo that it is given. shown: receives one map of each method, for pictures.
Result<PhotoMeasures> measurePhoto(const Model&, const PhotoToMeasure&, const MeasureRequest&,
                                   const Progress&, std::vector<Heatmap>* shown = nullptr);

/// A number that hardly another text has (FNV-1a): a photo's draws depend on that of its name.
std::uint64_t keyOf(std::string_view text);

}  // namespace filterlens
