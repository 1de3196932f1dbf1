// A map as a TIFF of one channel of 32-bit floats, as ImageJ, GDAL and OpenCV read it.
#pragma once

#include <cstddef>
#include <vector>

#include "core/grid.h"

namespace filterlens {

/// Little-endian, one strip, not compressed; NaN stays NaN.
std::vector<std::byte> floatTiff(const Grid<float>&);

}  // namespace filterlens
