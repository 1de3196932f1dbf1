// What augmentation does to the place of pixels: mirroring, turning, shearing, overwriting.
#pragma once

#include <array>

#include "core/image/image.h"
#include "core/image/pil_resize.h"
#include "core/train/random.h"

namespace filterlens {

/// Left and right exchanged.
Image mirrored(const Image&);

/// What an image shows beyond its border.
enum class Beyond { Black, Reflection };

/// Where the pixels of a moved image come from: x = m[0] X + m[1] Y + m[2], y = m[3] X + m[4] Y +
/// m[5], in coordinates whose origin is the upper left pixel's corner. Bilinear; the size stays.
Image moved(const Image&, const std::array<double, 6>& m, Beyond);

/// Turned anticlockwise about the middle by an angle in radians.
Image turned(const Image&, double angle, Beyond);

/// A rectangle inside the image overwritten: with the image's mean colour, or with noise.
Image withMeanIn(const Image&, const PixelRect&);
Image withNoiseIn(const Image&, const PixelRect&, Random&);

}  // namespace filterlens
