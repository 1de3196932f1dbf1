#include "ui/photo_list.h"

#include <QCollator>
#include <QLocale>
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

bool isFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// As people sort: photo 9 before photo 10.
std::vector<fs::path> photosIn(const fs::path& folder) {
  std::vector<fs::path> photos;
  std::error_code ignored;
  for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored)) {
    if (looksLikePhoto(at->path()) && !at->is_directory(ignored)) photos.push_back(at->path());
  }
  const QLocale locale;  // the C locale knows no order of numbers
  QCollator collator(locale.language() == QLocale::C ? QLocale(QLocale::English) : locale);
  collator.setNumericMode(true);
  collator.setCaseSensitivity(Qt::CaseInsensitive);
  // Keys are made once for each photo: comparing names as they are takes long for thousands.
  std::vector<std::pair<QCollatorSortKey, fs::path>> keyed;
  keyed.reserve(photos.size());
  for (fs::path& photo : photos) {
    auto key = collator.sortKey(fileName(photo));
    keyed.emplace_back(std::move(key), std::move(photo));
  }
  std::sort(keyed.begin(), keyed.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::transform(keyed.begin(), keyed.end(), photos.begin(),
                 [](auto& one) { return std::move(one.second); });
  return photos;
}

}  // namespace

bool looksLikeCheckpoint(const fs::path& path) {
  constexpr std::array<std::string_view, 6> kExtensions{".pth", ".pt",   ".safetensors",
                                                        ".bin", ".ckpt", ".tar"};
  return hasExtension(path, kExtensions);
}

PhotoList PhotoList::from(const std::vector<fs::path>& filesAndFolders) {
  PhotoList list;
  for (const auto& path : filesAndFolders) {
    if (isFolder(path)) {
      const auto photos = photosIn(path);
      list.paths_.insert(list.paths_.end(), photos.begin(), photos.end());
    } else {
      list.paths_.push_back(path);
    }
  }
  const bool oneFile = filesAndFolders.size() == 1 && !isFolder(filesAndFolders.front());
  if (!oneFile) return list;
  const fs::path& only = filesAndFolders.front();
  auto neighbours = photosIn(only.has_parent_path() ? only.parent_path() : ".");
  const auto self = std::find_if(neighbours.begin(), neighbours.end(), [&](const fs::path& path) {
    return path.filename() == only.filename();
  });
  if (self == neighbours.end()) return list;
  *self = only;
  list.index_ = static_cast<int>(self - neighbours.begin());
  list.paths_ = std::move(neighbours);
  return list;
}

bool PhotoList::canStep(int by) const {
  const int target = index_ + by;
  return target >= 0 && target < size();
}

void PhotoList::step(int by) {
  if (!canStep(by)) return;
  index_ += by;
  direction_ = by < 0 ? -1 : 1;
}

bool PhotoList::select(const fs::path& path) {
  const auto found = std::find(paths_.begin(), paths_.end(), path);
  if (found == paths_.end()) return false;
  index_ = static_cast<int>(found - paths_.begin());
  return true;
}

bool PhotoList::skipCurrent() {
  if (empty()) return false;
  paths_.erase(paths_.begin() + index_);
  if (direction_ < 0) --index_;
  index_ = std::clamp(index_, 0, std::max(0, size() - 1));
  return !empty();
}

}  // namespace filterlens
