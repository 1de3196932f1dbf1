#include "ui/layer_summary.h"

#include <algorithm>
#include <cmath>

namespace filterlens {
namespace {

/// Whether the map has a value for each of the cells that the layer selects from.
bool liesOnTheSelectionsCells(const LayerTrace& layer, const Heatmap& map) {
  return !layer.selection.empty() && map.geometry == layer.inputGeometry;
}

}  // namespace

LayerSummary summaryOf(const LayerTrace& layer, const Heatmap& map) {
  LayerSummary summary;
  summary.range = finiteRange(map.values);
  double sum = 0;
  int count = 0;
  for (const float value : map.values.values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    ++count;
  }
  summary.mean = count > 0 ? sum / count : 0;
  const int cells = layer.inputGeometry.rows() * layer.inputGeometry.cols();
  if (!layer.selection.empty() && cells > 0) {
    summary.kept = static_cast<double>(layer.selection.size()) / cells;
  }
  return summary;
}

Histogram histogramOf(const LayerTrace& layer, const Heatmap& map, int bins) {
  const auto count = static_cast<std::size_t>(bins);
  Histogram histogram{std::vector<int>(count), std::vector<int>(count)};
  const ValueRange range = finiteRange(map.values);
  const double width = static_cast<double>(range.high) - range.low;
  const auto binOf = [&](float value) {
    const double place = width > 0 ? (value - range.low) / width * bins : 0;
    return static_cast<std::size_t>(std::clamp(static_cast<int>(place), 0, bins - 1));
  };
  for (const float value : map.values.values) {
    if (std::isfinite(value)) ++histogram.all[binOf(value)];
  }
  if (!liesOnTheSelectionsCells(layer, map)) return histogram;
  for (const int cell : layer.selection) {
    const float value = map.values.values[static_cast<std::size_t>(cell)];
    if (std::isfinite(value)) ++histogram.selected[binOf(value)];
  }
  return histogram;
}

}  // namespace filterlens
