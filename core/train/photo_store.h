// PhotoStore: labelled photos, decoded once and kept in memory while they fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/image/image.h"
#include "core/progress.h"
#include "core/result.h"
#include "core/train/photo_dataset.h"

namespace filterlens {

struct PhotoStoreOptions {
  /// Memory for pixels, 3 bytes each. Photos that do not fit are read anew each time.
  std::uint64_t budgetBytes = std::uint64_t{2} << 30U;
  /// Photos whose short side is longer are reduced to it, in memory and when read anew alike; 0
  /// keeps all as they are. For training, about 1.5 times the largest side that is trained with.
  int shortSide = 0;
  int threads = 2;  ///< that decode
};

class PhotoStore {
 public:
  /// Reads all photos once. Those that cannot be read are left out and listed. Fails where all
  /// photos of a class are unreadable, or when cancelled. classNames: of the labels, for
  /// the sentences.
  static Result<PhotoStore> open(const std::vector<LabelledPhoto>& photos,
                                 const std::vector<std::string>& classNames,
                                 const PhotoStoreOptions&, const Progress&);

  /// The readable photos, in the order given.
  [[nodiscard]] int size() const { return static_cast<int>(entries_.size()); }
  [[nodiscard]] const std::filesystem::path& file(int photo) const { return at(photo).file; }
  [[nodiscard]] int label(int photo) const { return at(photo).label; }
  /// The pixels. Any number of threads may ask at once. Fails only where a photo that did not fit
  /// into memory can no longer be read.
  [[nodiscard]] Result<Image> image(int photo) const;

  [[nodiscard]] const std::vector<UnreadablePhoto>& unreadable() const { return unreadable_; }
  [[nodiscard]] std::uint64_t bytesInMemory() const { return bytesInMemory_; }
  [[nodiscard]] int photosInMemory() const;

 private:
  struct Entry {
    std::filesystem::path file;
    int label = 0;
    Image image;  ///< empty where it did not fit
  };

  PhotoStore() = default;
  [[nodiscard]] const Entry& at(int photo) const {
    return entries_[static_cast<std::size_t>(photo)];
  }

  std::vector<Entry> entries_;
  std::vector<UnreadablePhoto> unreadable_;
  std::uint64_t bytesInMemory_ = 0;
  int shortSide_ = 0;
};

}  // namespace filterlens
