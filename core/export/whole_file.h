// Files written whole or not at all: to a temporary name beside the target, then renamed over it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "core/result.h"

namespace filterlens {

/// Creates the folder where it is missing. On failure no new file is left and an old one keeps its
/// content.
Result<void> writeWhole(const std::filesystem::path&, std::span<const std::byte>);
Result<void> writeWhole(const std::filesystem::path&, std::string_view text);

}  // namespace filterlens
