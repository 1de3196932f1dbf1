// filterlens evaluate MODEL DATA: how good a model is on pictures whose classes are known.
#pragma once

#include <cstdint>
#include <filesystem>

namespace filterlens {

struct EvaluateOptions {
  std::filesystem::path model;
  std::filesystem::path data;
  std::filesystem::path classes;  ///< class names; empty: those of the model file
  std::uint64_t seed = 0;         ///< of DropoutViT's draws
  int threads = 0;                ///< 0: all cores
  bool json = false;
  bool quiet = false;
};

/// Returns the exit code.
int runEvaluate(const EvaluateOptions&);

}  // namespace filterlens
