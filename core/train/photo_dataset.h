// A folder of labelled photos: train/<class>/… and val/<class>/….
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace filterlens {

struct LabelledPhoto {
  std::filesystem::path file;
  int label = 0;  ///< index into the class names

  bool operator==(const LabelledPhoto&) const = default;
};

/// A file that looked like a photo and is none.
struct UnreadablePhoto {
  std::filesystem::path file;
  std::string sentence;  ///< what is wrong with it
};

struct PhotoDataset {
  std::vector<std::string> classNames;  ///< sorted; a photo's label is its class's index
  std::vector<LabelledPhoto> train;     ///< by class, then by path
  std::vector<LabelledPhoto> val;
};

/// folder holds train/<class>/… and val/<class>/… (or valid, validation, test). A class is a folder
/// there; its pictures are found by their extension in it and in its sub-folders, hidden ones
/// passed over. The files themselves are not read.
/// Fails where a folder is missing or cannot be read, where train has fewer than two classes or a
/// class without a picture, and where val has a class that train lacks or no picture at all; val
/// may lack classes.
Result<PhotoDataset> openPhotoDataset(const std::filesystem::path& folder);

struct EvaluationPhotos {
  std::vector<std::string> classNames;  ///< sorted
  std::vector<LabelledPhoto> photos;    ///< by class, then by path
};

/// The photos to evaluate a model with: those of folder's val (or valid, validation, test) where
/// there is one, else folder's own class folders. Fails as openPhotoDataset() does; one class is
/// enough here, and classes without a picture are left out.
Result<EvaluationPhotos> openEvaluationPhotos(const std::filesystem::path& folder);

}  // namespace filterlens
