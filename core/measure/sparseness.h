// Sparseness: whether a map says little and that clearly, or a little about everything.
#pragma once

#include <vector>

#include "core/measure/pixel_map.h"

namespace filterlens {

/// The Gini index (Chalasani et al., arXiv 1810.06583) of magnitudes a, sorted ascending:
/// sum (2 i - n - 1) a_i / (n sum a_i), i = 1 .. n, after |a| was divided by its maximum and 1e-7
/// added to each: 0 for equal values, (n - 1) / n for one that has everything.
double giniIndex(std::vector<double> values);

/// Of a map at the input's pixels, so that maps of different grids compare. A sequential map is
/// stretched to 0..1 first: a filter mask, nowhere below 0.4576, would be called even.
double giniSparseness(const Heatmap&, int inputRows, int inputCols);

}  // namespace filterlens
