// The measures by name: what each says, and the numbers of a photo.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace filterlens {

/// Which table a measure belongs to.
enum class MeasureFamily {
  Localisation,  ///< where a map points
  Selection,     ///< where the selected cells are
  Faithfulness,  ///< what the prediction loses where other cells are selected
  Perturbation,  ///< what it loses where pixels are taken away in a map's order
};

struct MeasureSpec {
  std::string_view id;     ///< "energy": in files
  std::string_view label;  ///< "energy": the head of its column
  MeasureFamily family;
  std::string_view help;  ///< what it is, how to read it
};

/// All measures, family by family.
std::span<const MeasureSpec> measureSpecs();
const MeasureSpec* findMeasure(std::string_view id);  ///< nullptr where there is none

/// One number about one photo.
struct Measurement {
  std::string method;   ///< Explainer::id, or a baseline's: "uniform", "centre", "random"
  std::string layer;    ///< module name, "input", or kAllFilterLayers
  std::string measure;  ///< MeasureSpec::id
  double value = 0;
};

/// The layer of measures that concern all filter layers at once.
inline constexpr std::string_view kAllFilterLayers = "all";

}  // namespace filterlens
