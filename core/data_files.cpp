#include "core/data_files.h"

#include <array>

namespace filterlens {
namespace {

namespace fs = std::filesystem;

/// In the data folder of an installation, or in the source tree that the program was built from.
fs::path dataFile(const fs::path& name) {
  std::error_code ignored;
  const auto program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const std::array<fs::path, 2> folders = {program / FILTERLENS_DATA_FOLDER,
                                           fs::path(FILTERLENS_SOURCE_RESOURCES)};
  for (const auto& folder : folders) {
    if (fs::exists(folder / name, ignored)) return fs::weakly_canonical(folder / name, ignored);
  }
  return {};
}

}  // namespace

fs::path bundledModel() { return dataFile("models/compact-photos10.safetensors"); }

fs::path samplePhotos() { return dataFile("samples"); }

}  // namespace filterlens
