// Files that come with the program.
#pragma once

#include <filesystem>

namespace filterlens {

/// The model that comes with the program; empty where it is not installed.
std::filesystem::path bundledModel();

/// The folder of sample photos that come with the program; empty where it is not installed.
std::filesystem::path samplePhotos();

}  // namespace filterlens
