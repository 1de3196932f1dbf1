#include "app/photo_batch.h"

#include <algorithm>
#include <set>

#include "app/analysis_folder.h"
#include "ui/photo_list.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

bool isHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

Result<std::vector<fs::path>> picturesIn(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (isHidden(at->path()) || isAnalysisFolder(at->path())) at.disable_recursion_pending();
    } else if (!isHidden(at->path()) &&
               (looksLikePhoto(at->path()) || isPreparedInput(at->path()))) {
      found.push_back(at->path());
    }
  }
  if (error) {
    return Error{"The folder " + folder.string() + " could not be read: " + error.message() + "."};
  }
  if (found.empty()) return Error{"The folder " + folder.string() + " holds no pictures."};
  std::sort(found.begin(), found.end());
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
