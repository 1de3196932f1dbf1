// Weights by formula: what the golden files were made with, so that tests need no model files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/architecture.h"

namespace filterlens::test {

/// count values in [-1, 1) of the splitmix64 stream that starts at seed.
std::vector<float> splitmixValues(std::uint64_t seed, std::size_t count);

/// A tensor of a state dict: its values follow from its name, its shape and the seed alone.
Tensor formulaTensor(const TensorSpec&, std::uint64_t seed);

/// All tensors of a network.
std::vector<Tensor> formulaWeights(const Architecture&, int classes, std::uint64_t seed);

}  // namespace filterlens::test
