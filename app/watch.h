// Watch: the filter masks of a few photos, written as pictures while a network is trained.
#pragma once

#include <filesystem>
#include <vector>

#include "core/engine.h"

namespace filterlens {

class Watch {
 public:
  /// photos: files; every: epochs between pictures. The folder "watch" is made in the run's folder.
  Watch(const Engine& engine, std::vector<std::filesystem::path> photos, int every,
        std::filesystem::path run);

  /// Whether pictures are due after this epoch (from 1).
  [[nodiscard]] bool due(int epoch) const;
  /// Writes watch/<photo>/<layer>.<map>.epoch-0005.png: filter mask and selected tokens of every
  /// filter block. The sentence of a failure names the photo or file.
  Result<void> write(int epoch, const std::filesystem::path& model) const;

 private:
  [[nodiscard]] Result<void> write(int epoch, const Model&, const std::filesystem::path&) const;

  const Engine& engine_;
  std::vector<std::filesystem::path> photos_;
  int every_;
  std::filesystem::path folder_;
};

}  // namespace filterlens
