// filterlens [PHOTO…] [--model FILE] [--second-model FILE]: the window.
#pragma once

#include <filesystem>
#include <vector>

namespace filterlens {

struct WindowOptions {
  std::vector<std::filesystem::path> photos;
  std::filesystem::path model;        ///< empty: none is opened
  std::filesystem::path secondModel;  ///< beside it; empty: none
};

/// Runs until the window is closed; returns the exit code. Where there is no display, a sentence
/// points to `filterlens explain`.
int runWindowCommand(const WindowOptions&, int& argc, char** argv);

}  // namespace filterlens
