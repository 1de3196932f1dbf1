// The colours that the colour maps run through.
#pragma once

#include <string_view>

namespace filterlens {

/// Each 256 colours of six hexadecimal digits, RRGGBB, from the low end to the high end.
extern const std::string_view kViridisTable;   ///< S. van der Walt, N. Smith (CC0)
extern const std::string_view kCividisTable;   ///< J. Nuñez, C. Anderton, R. Renslow (CC0)
extern const std::string_view kMagmaTable;     ///< S. van der Walt, N. Smith (CC0)
extern const std::string_view kTurboTable;     ///< A. Mikhailov (Apache-2.0)
extern const std::string_view kCoolWarmTable;  ///< K. Moreland, "Diverging Color Maps" (2009)

}  // namespace filterlens
