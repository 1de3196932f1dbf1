// The measures by name: what each says, and the numbers of a photo.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace filterlens {

/// Measures that are computed together and stand in one table.
enum class MeasureFamily {
  Localisation,   ///< where a map points
  Selection,      ///< where the selected cells are
  Faithfulness,   ///< what the prediction loses where other cells are selected
  Perturbation,   ///< what it loses where pixels are taken away in a map's order
  Road,           ///< the same with pixels that are replaced by what lies around them
  Masking,        ///< what is left of it where only a map's pixels stay visible
  Fidelity,       ///< whether a map's sums foretell what is lost
  Sparseness,     ///< how concentrated a map is
  Sensitivity,    ///< how far a map moves where the input hardly does
  Randomisation,  ///< what is left of a map where weights or class are others
};

struct MeasureFamilySpec {
  MeasureFamily family;
  std::string_view id;     ///< "road": on the command line
  std::string_view title;  ///< of its table
};
std::span<const MeasureFamilySpec> measureFamilies();
const MeasureFamilySpec& specOf(MeasureFamily);

using MeasureFamilies = std::set<MeasureFamily>;
MeasureFamilies allMeasureFamilies();
/// Fails on an id that there is none of; all where there are no ids.
Result<MeasureFamilies> measureFamiliesNamed(std::span<const std::string> ids);

/// Which end of a measure is good.
enum class Better { High, Low, Neither };

struct MeasureSpec {
  std::string_view id;     ///< "energy": in files
  std::string_view label;  ///< "energy": the head of its column
  MeasureFamily family;
  Better better;
  std::string_view help;  ///< what it is, how to read it
};

/// All measures, family by family.
std::span<const MeasureSpec> measureSpecs();
/// nullptr where there is none. What stands behind an "@" in the id is passed over.
const MeasureSpec* findMeasure(std::string_view id);
/// Whether a measure's id names one point of a curve ("reinit_rank@head").
inline bool isPointOfCurve(std::string_view id) { return id.find('@') != id.npos; }

/// One number about one photo.
struct Measurement {
  std::string method;  ///< Explainer::id, or a baseline's: "uniform", "centre", "random"
  std::string layer;   ///< module name, "input", or kAllFilterLayers
  std::string
      measure;  ///< MeasureSpec::id, with a point of its curve behind an "@" where it has one
  double value = 0;
};

/// The layer of measures that concern all filter layers at once.
inline constexpr std::string_view kAllFilterLayers = "all";

}  // namespace filterlens
