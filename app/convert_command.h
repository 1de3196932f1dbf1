// filterlens convert IN OUT: a checkpoint as a self-describing safetensors file. Needs no Torch.
#pragma once

#include <filesystem>
#include <string>

namespace filterlens {

struct ConvertOptions {
  std::filesystem::path in;
  std::filesystem::path out;
  std::filesystem::path classes;  ///< empty: those of the file, where it has any
  std::string preprocessing;      ///< JSON, or the name of a file with it; empty: that of the file
  bool force = false;             ///< also weights that hold NaN or infinite values
  bool overwrite = false;         ///< replace a file that exists
};

/// Returns the exit code.
int runConvert(const ConvertOptions&);

}  // namespace filterlens
