// The colours that the colour maps run through.
#pragma once

#include <array>
#include <cstdint>

namespace filterlens {

/// 33 colours, 0xRRGGBB, evenly spaced from the low end to the high end.
using ColourStops = std::array<std::uint32_t, 33>;

extern const ColourStops kViridisStops;   ///< S. van der Walt, N. Smith (CC0)
extern const ColourStops kCividisStops;   ///< J. Nuñez, C. Anderton, R. Renslow (CC0)
extern const ColourStops kMagmaStops;     ///< S. van der Walt, N. Smith (CC0)
extern const ColourStops kTurboStops;     ///< A. Mikhailov (Apache-2.0)
extern const ColourStops kCoolWarmStops;  ///< K. Moreland, "Diverging Color Maps" (2009)

}  // namespace filterlens
