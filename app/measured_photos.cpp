#include "app/measured_photos.h"

#include <algorithm>

#include "core/image/photo_files.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

std::optional<int> classIndex(const ModelInfo& model, const std::string& name) {
  const auto& names = model.classNames;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin());
}

Error unknownClass(const PhotoBoxes& photo, const fs::path& csv, const ModelInfo& model) {
  if (model.classNames.empty()) {
    return {model.path.filename().string() +
            " does not say what its classes are. Give their names with --classes FILE."};
  }
  return {"The model has no class \"" + photo.className + "\", which " + csv.string() + " says " +
          photo.file +
          " shows. Change it there, or give the model's class names with --classes FILE."};
}

Result<std::vector<ListedPhoto>> boxedPhotos(const fs::path& folder, const fs::path& csv,
                                             const ModelInfo& model) {
  auto boxed = readObjectBoxes(csv);
  if (!boxed) return boxed.error();
  std::vector<ListedPhoto> photos;
  for (auto& photo : *boxed) {
    const auto label = classIndex(model, photo.className);
    if (!label) return unknownClass(photo, csv, model);
    const auto path = folder / photo.file;
    photos.push_back({path, photo.file, label, std::move(photo)});
  }
  return photos;
}

Result<std::vector<ListedPhoto>> photosBelow(const fs::path& folder, const ModelInfo& model) {
  const auto found = filesBelow(folder, looksLikePhoto);
  if (!found) return found.error();
  std::vector<ListedPhoto> photos;
  for (const auto& path : *found) {
    photos.push_back({path, path.lexically_relative(folder).string(),
                      classIndex(model, path.parent_path().filename().string()), std::nullopt});
  }
  if (photos.empty()) return Error{"The folder " + folder.string() + " holds no pictures."};
  return photos;
}

}  // namespace

Result<std::vector<ListedPhoto>> listPhotos(const fs::path& folder, const fs::path& boxes,
                                            const ModelInfo& model) {
  return boxes.empty() ? photosBelow(folder, model) : boxedPhotos(folder, boxes, model);
}

std::vector<ListedPhoto> spread(std::vector<ListedPhoto> photos, int limit) {
  const auto count = photos.size();
  const auto wanted = static_cast<std::size_t>(std::max(limit, 0));
  if (wanted == 0 || wanted >= count) return photos;
  std::vector<ListedPhoto> some;
  for (std::size_t i = 0; i < wanted; ++i) some.push_back(std::move(photos[i * count / wanted]));
  return some;
}

}  // namespace filterlens
