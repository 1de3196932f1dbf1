// PhotoList: the photos that next and previous walk through.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "core/image/photo_files.h"

namespace filterlens {

/// Whether a file's name is that of a checkpoint (by extension).
bool looksLikeCheckpoint(const std::filesystem::path&);

class PhotoList {
 public:
  /// Files as given; a folder stands for the photos in it, by name. One file alone brings the other
  /// photos of its folder along, as neighbours.
  static PhotoList from(const std::vector<std::filesystem::path>& filesAndFolders);

  [[nodiscard]] bool empty() const { return paths_.empty(); }
  [[nodiscard]] int size() const { return static_cast<int>(paths_.size()); }
  [[nodiscard]] int index() const { return index_; }  ///< of the current photo
  [[nodiscard]] const std::filesystem::path& current() const {
    return paths_[static_cast<std::size_t>(index_)];
  }
  [[nodiscard]] const std::vector<std::filesystem::path>& paths() const { return paths_; }

  [[nodiscard]] bool canStep(int by) const;
  /// Moves on within the list; the direction is kept for skipCurrent.
  void step(int by);
  /// Makes a photo of the list the current one; false where it is not in the list.
  bool select(const std::filesystem::path&);
  /// Takes a photo that cannot be read off the list and goes on in the direction of the last step,
  /// or the other way at the end. False where no photo is left.
  bool skipCurrent();

 private:
  std::vector<std::filesystem::path> paths_;
  int index_ = 0;
  int direction_ = 1;
};

}  // namespace filterlens
