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
  bool reversed = false;   ///< from the high end to the low end: for ranks, where 0 is the most
  std::array<Rgb, 256> table;

  /// The colour of a value in [0, 1]; clamped outside.
  [[nodiscard]] Rgb at(double fraction) const;
};

/// viridis, cividis, magma, turbo, grey, and the diverging one.
std::span<const Colormap> colormaps();
const Colormap& defaultColormap(HeatmapScale);
const Colormap* findColormap(std::string_view id);  ///< nullptr where there is none
/// The map that a scale is really drawn in: the chosen one (nullptr: the scale's default) where it
/// fits. Diverging takes diverging ones only; Ranks takes the chosen one reversed, so that rank 0
/// is as strong as the highest value of the other scales.
const Colormap& colormapFor(HeatmapScale, const Colormap* chosen);

/// The range to show a map in when nobody chose one: Sequential and Ranks: its finite values;
/// Diverging: symmetric about zero. Never empty: a constant map gets a little room, one token that
/// behind it.
ValueRange displayRange(const Heatmap&);

/// The range without the extremes: from the percent-th to the (100 - percent)-th percentile of the
/// finite values, 0 <= percent < 50, linear between neighbours; Diverging: symmetric about zero, up
/// to the (100 - percent)-th percentile of the magnitudes. Ranks: displayRange(). Never empty.
ValueRange percentileRange(const Heatmap&, double percent);

}  // namespace filterlens
