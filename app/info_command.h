// filterlens info FILE: what a model file holds. Needs no Torch.
#pragma once

#include <filesystem>

namespace filterlens {

struct InfoOptions {
  std::filesystem::path file;
  bool tensors = false;  ///< list every tensor
  bool json = false;     ///< one JSON object instead of text
};

/// Prints to stdout and returns the exit code. A checkpoint of no known network is listed all the
/// same, and the sentence that says so goes to stderr.
int runInfo(const InfoOptions&);

}  // namespace filterlens
