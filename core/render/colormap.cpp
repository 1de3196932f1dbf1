#include "core/render/colormap.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

Rgb Colormap::at(double fraction) const {
  const double clamped = fraction > 0 ? std::min(fraction, 1.0) : 0;  // NaN is low
  return table[static_cast<std::size_t>(std::lround(clamped * 255))];
}

std::span<const Colormap> colormaps() {
  static const std::array<Colormap, 6> all = {
      Colormap{"viridis", "Viridis", false, tableOf(kViridisTable)},
      Colormap{"cividis", "Cividis", false, tableOf(kCividisTable)},
      Colormap{"magma", "Magma", false, tableOf(kMagmaTable)},
      Colormap{"turbo", "Turbo", false, tableOf(kTurboTable)},
      Colormap{"grey", "Grey", false, greys()},
      Colormap{"cool-warm", "Cool to warm", true, tableOf(kCoolWarmTable)}};
  return all;
}

const Colormap& defaultColormap(HeatmapScale scale) {
  return *findColormap(scale == HeatmapScale::Diverging ? "cool-warm" : "viridis");
}

const Colormap* findColormap(std::string_view id) {
  for (const auto& map : colormaps()) {
    if (map.id == id) return &map;
  }
  return nullptr;
}

ValueRange displayRange(const Heatmap& map) {
  ValueRange range = finiteRange(map.values);
  if (map.scale == HeatmapScale::Diverging) {
    const float reach = std::max(std::abs(range.low), std::abs(range.high));
    range = {-reach, reach};
  }
  if (range.low < range.high) return range;
  // A constant map: room about its value, so that it has a colour and the bar two ends.
  const float room = range.low == 0 ? 1 : std::abs(range.low) / 2;
  return {range.low - room, range.high + room};
}

}  // namespace filterlens
