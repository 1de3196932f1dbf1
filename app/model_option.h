// The --model of the commands that run one.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>

namespace filterlens {

/// The model that comes with the program serves where there is one and no other is named.
void addModelOption(CLI::App& command, std::filesystem::path& model);

}  // namespace filterlens
