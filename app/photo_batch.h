// From what the user typed to the photos to explain, and the name of the folder of each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace filterlens {

struct BatchPhoto {
  std::filesystem::path path;
  std::string folder;  ///< of its files, below --out; no two photos have the same
};

struct PhotoBatch {
  std::vector<BatchPhoto> photos;
  std::vector<Error> problems;  ///< folders without a picture, or that cannot be read
};

/// Files are taken as they are, whatever their name. A folder stands for the pictures and .npy
/// files in it and in its sub-folders, sorted by path; hidden ones and folders that an analysis
/// wrote are passed over. The folder of a photo is its stem; later photos with the same stem get
/// "-2", "-3", ….
PhotoBatch listBatch(const std::vector<std::filesystem::path>& given);

/// Whether a file is taken as an already preprocessed input: its name ends in .npy.
bool isPreparedInput(const std::filesystem::path&);

}  // namespace filterlens
