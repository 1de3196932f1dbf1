// What augmentation does to colours, with the arithmetic of PIL (Pillow): 8 bits after each step,
// blends truncated.
#pragma once

#include "core/image/image.h"

namespace filterlens {

// 1 leaves an image as it is; 0 is black, its mean grey, its grey, its smoothed version.
Image withBrightness(const Image&, double factor);
Image withContrast(const Image&, double factor);
Image withSaturation(const Image&, double factor);
Image withSharpness(const Image&, double factor);
/// Hues moved on by turns (1 is once around the circle).
Image withHueShifted(const Image&, double turns);
Image withoutColour(const Image&);

/// The upper bits of each value; bits from 0 to 8.
Image posterized(const Image&, int bits);
/// Values from threshold on are inverted.
Image solarized(const Image&, double threshold);
/// Each channel stretched to 0..255.
Image autoContrasted(const Image&);
/// Each channel's histogram made even.
Image equalized(const Image&);

}  // namespace filterlens
