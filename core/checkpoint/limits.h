// Limits on what a checkpoint may ask of us, far above what any network of ours needs. Together
// they keep the memory that a file can make us use below three times its size plus 64 MB.
#pragma once

#include <cstddef>
#include <cstdint>

namespace filterlens {

/// All tensors of a state dict together: 2 GiB.
constexpr std::uint64_t kMaxStateDictBytes = std::uint64_t{2} << 30U;

/// Dimensions of one tensor.
constexpr std::size_t kMaxDimensions = 32;

}  // namespace filterlens
