// A map on the input's pixels, which is where measures that change the input need it.
#pragma once

#include <vector>

#include "core/explain/heatmap.h"

namespace filterlens {

/// The map at each pixel of an input (row * cols + col): interpolated linearly between the centres
/// of the cells around it, as the overlay shows it; beyond the outermost centres it is that of the
/// nearest cell. Values that are not finite count as 0.
std::vector<double> valuesAtPixels(const Heatmap&, int inputRows, int inputCols);

/// The same as shares of visibility: of a diverging map the positive part; then stretched, so that
/// the smallest is 0 and the largest 1. A map with equal values everywhere shows nothing: 0.
std::vector<double> maskAtPixels(const Heatmap&, int inputRows, int inputCols);

/// The input's pixels as a map ranks them: the largest value first, ties by index.
std::vector<int> pixelOrder(const Heatmap&, int inputRows, int inputCols);

}  // namespace filterlens
