// Heatmap: a map of floats on a layer's own grid, where its cells lie, and how it was made.
#pragma once

#include <string>
#include <vector>

#include "core/explain/parameters.h"
#include "core/grid.h"
#include "core/image/geometry.h"

namespace filterlens {

/// How to read the numbers; decides colour map and range.
enum class HeatmapScale {
  Sequential,  ///< any values, larger is more
  Diverging,   ///< signed: zero is the middle
  Ranks,       ///< 0, 1, … : selected, by rank; NaN: not selected
};

struct Heatmap {
  Grid<float> values;    ///< NaN where the method says nothing about a cell
  MapGeometry geometry;  ///< of these cells
  HeatmapScale scale = HeatmapScale::Sequential;

  std::string method;     ///< Explainer::id
  std::string layer;      ///< module name, or "input"
  int targetClass = -1;   ///< for class-specific methods; -1 otherwise
  Parameters parameters;  ///< all that the method took, defaults filled in
  std::string note;  ///< a sentence where the map needs one ("No evidence for this class: …");
                     ///< empty otherwise
  std::string brief = {};  ///< a number of the note in a few words, where there is little room:
                           ///< "gap 0.021"; empty where there is none
};

/// Smallest and largest finite value; {0, 0} where there is none.
struct ValueRange {
  float low = 0;
  float high = 0;
  bool operator==(const ValueRange&) const = default;
};
ValueRange finiteRange(const Grid<float>&);

/// A number as a note says it: "0.0213".
std::string noteNumber(double);

}  // namespace filterlens
