// The first principal component of a map of channels.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace filterlens {

/// X v for each cell: X the cells x channels of a map, less each channel's mean, v its first right
/// singular vector, negated where the smallest value lies further from zero than the largest.
/// values: [channels, cells]. Zeros where no cell differs from another, NaN where a value is not
/// finite. Deterministic: in double precision, in one fixed order.
std::vector<double> leadingComponent(std::span<const float> values, std::size_t cells);

}  // namespace filterlens
