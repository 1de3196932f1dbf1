// Colormap: from numbers to colours. Tables that colour-blind readers can follow; never jet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/explain/heatmap.h"

namespace filterlens {

using Rgb = std::array<std::uint8_t, 3>;

struct Colormap {
  std::string_view id;     ///< "viridis"
  std::string_view label;  ///< "Viridis"
  bool diverging = false;  ///< made for signed values: the middle is zero
  std::array<Rgb, 256> table;

  /// The colour of a value in [0, 1]; clamped outside.
  [[nodiscard]] Rgb at(double fraction) const;
};

/// viridis, cividis, magma, turbo, grey, and the diverging one.
std::span<const Colormap> colormaps();
const Colormap& defaultColormap(HeatmapScale);
const Colormap* findColormap(std::string_view id);  ///< nullptr where there is none

/// The range to show a map in when nobody chose one: Sequential and Ranks: its finite values;
/// Diverging: symmetric about zero. Never empty: a constant map gets a little room.
ValueRange displayRange(const Heatmap&);

}  // namespace filterlens
