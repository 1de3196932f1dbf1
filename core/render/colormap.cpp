#include "core/render/colormap.h"

#include <algorithm>
#include <cmath>

#include "core/render/colormap_tables.h"

namespace filterlens {
namespace {

std::uint8_t channel(std::uint32_t colour, int shift) {
  return static_cast<std::uint8_t>(colour >> shift & 0xFFU);
}

/// The colour at a fraction between two stops.
Rgb between(std::uint32_t low, std::uint32_t high, double fraction) {
  Rgb colour;
  for (int i = 0; i < 3; ++i) {
    const int shift = 16 - 8 * i;
    const double value = channel(low, shift) * (1 - fraction) + channel(high, shift) * fraction;
    colour[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(std::lround(value));
  }
  return colour;
}

std::array<Rgb, 256> tableThrough(const ColourStops& stops) {
  std::array<Rgb, 256> table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double at = static_cast<double>(i) * (stops.size() - 1) / (table.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    table[i] = between(stops[low], stops[low + 1], at - static_cast<double>(low));
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
      Colormap{"viridis", "Viridis", false, tableThrough(kViridisStops)},
      Colormap{"cividis", "Cividis", false, tableThrough(kCividisStops)},
      Colormap{"magma", "Magma", false, tableThrough(kMagmaStops)},
      Colormap{"turbo", "Turbo", false, tableThrough(kTurboStops)},
      Colormap{"grey", "Grey", false, greys()},
      Colormap{"cool-warm", "Cool to warm", true, tableThrough(kCoolWarmStops)}};
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
