// Baselines: maps that know nothing of the network. What a method does not beat, it does not show.
#pragma once

#include <cstdint>

#include "core/explain/heatmap.h"

namespace filterlens {

/// All baselines lie on the input's pixels (layer "input") and are called by their method.

/// "uniform": 1 everywhere. Its energy is the boxes' share of what the network is given, its
/// pointing what a random point gets on average.
Heatmap uniformBaseline(int inputRows, int inputCols);

/// "centre": a Gaussian around the input's centre, 1 there; its standard deviation along each axis
/// is a quarter of the input's side.
Heatmap centreBaseline(int inputRows, int inputCols);

/// "random": every pixel by chance, uniformly in [0, 1).
Heatmap randomBaseline(int inputRows, int inputCols, std::uint64_t seed);

}  // namespace filterlens
