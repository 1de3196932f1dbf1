#include "core/render/colormap.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/render/colormap_tables.h"

namespace filterlens {
namespace {

int hexDigit(char digit) { return digit <= '9' ? digit - '0' : digit - 'A' + 10; }

std::array<Rgb, 256> tableOf(std::string_view digits) {
  std::array<Rgb, 256> table;
  for (auto& colour : table) {
    for (auto& channel : colour) {
      channel = static_cast<std::uint8_t>(hexDigit(digits[0]) * 16 + hexDigit(digits[1]));
      digits.remove_prefix(2);
    }
  }
  return table;
}

std::array<Rgb, 256> greys() {
  std::array<Rgb, 256> table;
  for (std::size_t i = 0; i < table.size(); ++i) table[i].fill(static_cast<std::uint8_t>(i));
  return table;
}

constexpr std::size_t kMaps = 6;

Colormap reversedTwin(Colormap map) {
  std::reverse(map.table.begin(), map.table.end());
  map.reversed = true;
  return map;
}

const Colormap& reversedOf(const Colormap& map) {
  static const std::array<Colormap, kMaps> twins = [] {
    std::array<Colormap, kMaps> reversed;
    std::transform(colormaps().begin(), colormaps().end(), reversed.begin(), reversedTwin);
    return reversed;
  }();
  return twins[static_cast<std::size_t>(&map - colormaps().data())];
}

/// A constant map: room about its value, so that it has a colour and the bar two ends.
ValueRange withRoom(ValueRange range) {
  if (range.low < range.high) return range;
  const float room = range.low == 0 ? 1 : std::abs(range.low) / 2;
  return {range.low - room, range.high + room};
}

/// 0 <= percent <= 100; reorders the values, of which there is at least one.
float percentile(std::vector<float>& values, double percent) {
  const double at = percent / 100 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  const auto lower = values.begin() + below;
  std::nth_element(values.begin(), lower, values.end());
  if (lower + 1 == values.end()) return *lower;
  const float upper = *std::min_element(lower + 1, values.end());
  return *lower + (upper - *lower) * static_cast<float>(at - static_cast<double>(below));
}

}  // namespace

Rgb Colormap::at(double fraction) const {
  const double clamped = fraction > 0 ? std::min(fraction, 1.0) : 0;  // NaN is low
  return table[static_cast<std::size_t>(std::lround(clamped * 255))];
}

std::span<const Colormap> colormaps() {
  static const std::array<Colormap, kMaps> all = {
      Colormap{"viridis", "Viridis", false, false, tableOf(kViridisTable)},
      Colormap{"cividis", "Cividis", false, false, tableOf(kCividisTable)},
      Colormap{"magma", "Magma", false, false, tableOf(kMagmaTable)},
      Colormap{"turbo", "Turbo", false, false, tableOf(kTurboTable)},
      Colormap{"grey", "Grey", false, false, greys()},
      Colormap{"cool-warm", "Cool to warm", true, false, tableOf(kCoolWarmTable)}};
  return all;
}

const Colormap& defaultColormap(HeatmapScale scale) { return colormapFor(scale, nullptr); }

const Colormap* findColormap(std::string_view id) {
  for (const auto& map : colormaps()) {
    if (map.id == id) return &map;
  }
  return nullptr;
}

// NOLINTBEGIN(clang-analyzer-core.*): both names stand in the table.
const Colormap& colormapFor(HeatmapScale scale, const Colormap* chosen) {
  if (scale == HeatmapScale::Diverging) {
    return chosen && chosen->diverging ? *chosen : *findColormap("cool-warm");
  }
  const Colormap& map = chosen ? *chosen : *findColormap("viridis");
  return scale == HeatmapScale::Ranks && !map.reversed ? reversedOf(map) : map;
}
// NOLINTEND(clang-analyzer-core.*)

ValueRange displayRange(const Heatmap& map) {
  ValueRange range = finiteRange(map.values);
  if (map.scale == HeatmapScale::Diverging) {
    const float reach = std::max(std::abs(range.low), std::abs(range.high));
    range = {-reach, reach};
  }
  if (map.scale == HeatmapScale::Ranks && range.low == range.high) range.high += 1;
  return withRoom(range);
}

ValueRange percentileRange(const Heatmap& map, double percent) {
  if (map.scale == HeatmapScale::Ranks) return displayRange(map);
  std::vector<float> values;
  values.reserve(map.values.values.size());
  for (const float value : map.values.values) {
    if (!std::isfinite(value)) continue;
    values.push_back(map.scale == HeatmapScale::Diverging ? std::abs(value) : value);
  }
  if (values.empty()) return displayRange(map);
  const float high = percentile(values, 100 - percent);
  if (map.scale == HeatmapScale::Diverging) return withRoom({-high, high});
  return withRoom({percentile(values, percent), high});
}

}  // namespace filterlens
