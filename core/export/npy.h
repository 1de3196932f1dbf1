// NumPy's .npy files: what maps are written as, and inputs can be read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "core/grid.h"
#include "core/image/preprocess.h"
#include "core/result.h"

namespace filterlens {

/// Format version 1.0, C order, little-endian: '<f4' and '<i4'.
std::vector<std::byte> npyBytes(std::span<const float> values,
                                const std::vector<std::int64_t>& shape);
std::vector<std::byte> npyBytes(std::span<const std::int32_t> values,
                                const std::vector<std::int64_t>& shape);

/// Reads a float32 array of shape [3, H, W] (or [1, 3, H, W]) as an already preprocessed input.
/// Versions 1 and 2, C order. The sentence of a failure says what the file holds instead.
Result<InputTensor> readNpyInput(const std::filesystem::path&);

}  // namespace filterlens
