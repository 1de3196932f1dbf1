// LayerSummary: what the list of layers says of one layer: numbers of the map that it shows, the
// share of cells that attend, a histogram.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/model/trace.h"

namespace filterlens {

struct LayerSummary {
  ValueRange range;  ///< of the finite values
  double mean = 0;
  std::optional<double> kept;  ///< share of the cells that attend; none where all do
};

/// map: what the list shows of the layer.
LayerSummary summaryOf(const LayerTrace&, const Heatmap& map);

/// How often values fall into bins of equal width between the smallest and the largest.
struct Histogram {
  std::vector<int> all;
  std::vector<int> selected;  ///< of these, on selected cells; zeros where the map has another grid
};
Histogram histogramOf(const LayerTrace&, const Heatmap& map, int bins);

}  // namespace filterlens
