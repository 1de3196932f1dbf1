#include "core/measure/sparseness.h"

#include <algorithm>
#include <cmath>

namespace filterlens {

double giniIndex(std::vector<double> values) {
  constexpr double kOffset = 1e-7;
  for (double& value : values) value = std::abs(value);
  std::sort(values.begin(), values.end());
  const double scale = values.back() > 0 ? values.back() : 1.0;
  const auto n = static_cast<double>(values.size());
  double weighted = 0;
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i] / scale + kOffset;
    weighted += (2 * static_cast<double>(i + 1) - n - 1) * value;
    sum += value;
  }
  return weighted / (n * sum);
}

double giniSparseness(const Heatmap& map, int inputRows, int inputCols) {
  const bool isSigned = map.scale == HeatmapScale::Diverging;
  return giniIndex(isSigned ? valuesAtPixels(map, inputRows, inputCols)
                            : maskAtPixels(map, inputRows, inputCols));
}

}  // namespace filterlens
