#include "core/explain/heatmap.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <sstream>

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

std::string noteNumber(double value) {
  constexpr int kDigits = 3;
  std::ostringstream text;
  text.precision(kDigits);
  text << value;
  return text.str();
}

}  // namespace filterlens
