#include "core/explain/heatmap.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace filterlens {

ValueRange finiteRange(const Grid<float>& map) {
  std::optional<ValueRange> range;
  for (const float value : map.values) {
    if (!std::isfinite(value)) continue;
    if (!range) range = ValueRange{value, value};
    range->low = std::min(range->low, value);
    range->high = std::max(range->high, value);
  }
  return range.value_or(ValueRange{});
}

}  // namespace filterlens
