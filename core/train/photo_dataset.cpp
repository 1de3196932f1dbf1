#include "core/train/photo_dataset.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/image/photo_files.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLayout =
    "a dataset holds train/CLASS/… and val/CLASS/…, one folder of pictures for each class";

struct ClassFolder {
  std::string name;
  std::vector<fs::path> pictures;
};

bool isFolder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

Result<void> mustBeFolder(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return Error{"There is no folder " + path.string() + "; check the path of the dataset."};
  }
  if (isFolder(path)) return {};
  return Error{path.string() + " is a file, not the folder of a dataset: " + kLayout + "."};
}

/// The classes of a split, sorted by name, with their pictures.
Result<std::vector<ClassFolder>> classesIn(const fs::path& split) {
  std::vector<ClassFolder> classes;
  std::error_code error;
  for (fs::directory_iterator at(split, error), end; !error && at != end; at.increment(error)) {
    if (!isFolder(at->path()) || isHidden(at->path())) continue;
    auto pictures = filesBelow(at->path(), looksLikePhoto);
    if (!pictures) return pictures.error();
    classes.push_back({at->path().filename().string(), std::move(*pictures)});
  }
  if (error) {
    return Error{"The folder " + split.string() + " could not be read: " + error.message() + "."};
  }
  std::sort(classes.begin(), classes.end(),
            [](const ClassFolder& a, const ClassFolder& b) { return a.name < b.name; });
  return classes;
}

/// Where the photos to validate with lie.
std::optional<fs::path> validationFolder(const fs::path& folder) {
  for (const char* name : {"val", "valid", "validation", "test"}) {
    if (isFolder(folder / name)) return folder / name;
  }
  return std::nullopt;
}

Error noValidation(const fs::path& folder) {
  return {"The folder " + folder.string() +
          " holds no folder val (or valid, validation, test) with the pictures to measure the "
          "model on: " +
          kLayout + "."};
}

Error noPictures(const fs::path& folder) {
  return {"The folder " + folder.string() +
          " holds no pictures (JPEG, PNG, WebP, TIFF, BMP or PNM): " + kLayout + "."};
}

Result<void> readTrain(const fs::path& split, PhotoDataset& dataset) {
  auto classes = classesIn(split);
  if (!classes) return classes.error();
  if (classes->size() < 2) {
    return Error{"The folder " + split.string() + " holds " +
                 (classes->empty() ? "no class" : "only the class " + classes->front().name) +
                 "; training needs a folder of pictures for each of two or more classes."};
  }
  for (auto& [name, pictures] : *classes) {
    if (pictures.empty()) {
      return Error{"The class folder " + (split / name).string() +
                   " holds no pictures (JPEG, PNG, WebP, TIFF, BMP or PNM); add some or remove "
                   "the folder."};
    }
    const auto label = static_cast<int>(dataset.classNames.size());
    for (auto& picture : pictures) dataset.train.push_back({std::move(picture), label});
    dataset.classNames.push_back(name);
  }
  return {};
}

Result<void> readValidation(const fs::path& split, PhotoDataset& dataset) {
  auto classes = classesIn(split);
  if (!classes) return classes.error();
  const auto& names = dataset.classNames;
  for (auto& [name, pictures] : *classes) {
    const auto found = std::lower_bound(names.begin(), names.end(), name);
    if (found == names.end() || *found != name) {
      return Error{"The folder " + split.string() + " holds a class " + name +
                   " that the folder train lacks; give both the same class folders."};
    }
    const auto label = static_cast<int>(found - names.begin());
    for (auto& picture : pictures) dataset.val.push_back({std::move(picture), label});
  }
  if (dataset.val.empty()) return noPictures(split);
  return {};
}

}  // namespace

Result<PhotoDataset> openPhotoDataset(const fs::path& folder) {
  if (auto found = mustBeFolder(folder); !found) return found.error();
  if (!isFolder(folder / "train")) {
    return Error{"The folder " + folder.string() + " holds no folder train: " + kLayout + "."};
  }
  const auto validation = validationFolder(folder);
  if (!validation) return noValidation(folder);
  PhotoDataset dataset;
  if (auto read = readTrain(folder / "train", dataset); !read) return read.error();
  if (auto read = readValidation(*validation, dataset); !read) return read.error();
  return dataset;
}

Result<EvaluationPhotos> openEvaluationPhotos(const fs::path& folder) {
  if (auto found = mustBeFolder(folder); !found) return found.error();
  const auto validation = validationFolder(folder);
  if (!validation && isFolder(folder / "train")) return noValidation(folder);
  const fs::path split = validation.value_or(folder);
  auto classes = classesIn(split);
  if (!classes) return classes.error();
  EvaluationPhotos found;
  for (auto& [name, pictures] : *classes) {
    if (pictures.empty()) continue;
    const auto label = static_cast<int>(found.classNames.size());
    for (auto& picture : pictures) found.photos.push_back({std::move(picture), label});
    found.classNames.push_back(name);
  }
  if (found.photos.empty()) return noPictures(split);
  return found;
}

}  // namespace filterlens
