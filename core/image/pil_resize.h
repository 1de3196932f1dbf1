// Resizing as PIL (Pillow) does it: an antialiased bilinear (triangle) filter on 8-bit pixels, in
// two passes of 22-bit fixed-point arithmetic with rounding to 8 bits after each. Training and
// evaluation resized with PIL; any other resizing shifts the network's input by whole grey levels.
#pragma once

#include <cstdint>

#include "core/image/image.h"

namespace filterlens {

/// A part of a resized image, in its pixels.
struct PixelRect {
  std::int64_t x = 0;
  std::int64_t y = 0;
  int width = 0;
  int height = 0;
};

/// The part of what resizing image to width x height gives, bit by bit as PIL would. Only the part
/// is computed, so that a resized image of any size costs no memory. part lies inside the resized
/// image; image is not empty.
Image pilResize(const Image& image, std::int64_t width, std::int64_t height, const PixelRect& part);

/// The whole resized image.
Image pilResize(const Image& image, int width, int height);

/// A part of the image itself, resized: PIL's crop() and resize(), without a copy of the part.
/// Pixels outside of it do not take part in the result. cut lies inside the image.
Image pilResizeCut(const Image& image, const PixelRect& cut, int width, int height);

}  // namespace filterlens
