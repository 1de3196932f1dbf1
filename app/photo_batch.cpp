#include "app/photo_batch.h"

#include <set>

#include "app/analysis_folder.h"
#include "core/image/photo_files.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> picturesIn(const fs::path& folder) {
  const auto isPicture = [](const fs::path& path) {
    return looksLikePhoto(path) || isPreparedInput(path);
  };
  auto found = filesBelow(folder, isPicture, isAnalysisFolder);
  if (found && found->empty()) {
    return Error{"The folder " + folder.string() + " holds no pictures."};
  }
  return found;
}

/// Gives each photo a folder name that no other has. Stems that only one photo has come first, so
/// that a photo that is really called "cat-2" keeps its name.
void nameFolders(std::vector<BatchPhoto>& photos) {
  std::set<std::string> stems;
  std::vector<BatchPhoto*> repeated;
  for (auto& photo : photos) {
    photo.folder = photo.path.stem().string();
    if (!stems.insert(photo.folder).second) repeated.push_back(&photo);
  }
  for (auto* photo : repeated) {
    const auto stem = photo->folder;
    for (int n = 2; !stems.insert(photo->folder).second; ++n) {
      photo->folder = stem + "-" + std::to_string(n);
    }
  }
}

}  // namespace

bool isPreparedInput(const fs::path& path) { return path.extension() == ".npy"; }

PhotoBatch listBatch(const std::vector<fs::path>& given) {
  PhotoBatch batch;
  for (const auto& path : given) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) {
      batch.photos.push_back({path, {}});
      continue;
    }
    auto found = picturesIn(path);
    if (!found) {
      batch.problems.push_back(found.error());
      continue;
    }
    for (auto& picture : *found) batch.photos.push_back({std::move(picture), {}});
  }
  nameFolders(batch.photos);
  return batch;
}

}  // namespace filterlens
