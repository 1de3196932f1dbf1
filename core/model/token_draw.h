// The random choice of DropoutViT, reproducible from a seed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace filterlens {

/// k different cells of 0 .. cells - 1, uniformly, in the order of the draw. The same seed and
/// module name give the same cells on every machine. Requires 0 <= k <= cells.
std::vector<int> drawTokens(std::uint64_t seed, std::string_view module, int cells, int k);

}  // namespace filterlens
