// Max-sensitivity: how far a map moves where the input hardly does.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine.h"
#include "core/explain/heatmap.h"

namespace filterlens {

/// Of one input and its neighbours: x + d, d uniform in [-kRadius, kRadius] for each value of the
/// normalised input (captum's defaults).
inline constexpr double kSensitivityRadius = 0.02;
inline constexpr int kSensitivityDraws = 10;

/// draw: counts from 0.
InputTensor neighbour(const InputTensor&, std::uint64_t seed, int draw);

/// ||other - map|| / ||map|| over the cells (Yeh et al., arXiv 1901.09392, section 3); values that
/// are not finite count as 0, the norm of an empty map as 1. The largest of a photo's draws is its
/// max-sensitivity. The maps must have one grid.
double relativeDistance(const Heatmap& map, const Heatmap& other);

}  // namespace filterlens
