// From the folder and the boxes that the user gave to the photos to measure.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/measure/object_boxes.h"

namespace filterlens {

struct ListedPhoto {
  std::filesystem::path path;
  std::string name;                 ///< relative to the folder
  std::optional<int> label;         ///< class that it shows, where that is known
  std::optional<PhotoBoxes> boxes;  ///< where there are any
};

/// With boxes (a CSV file): the photos that it lists, of its classes. Without: the pictures in the
/// folder and below; each shows the class that its own folder is called after, where the model has
/// one of that name. Fails where there are none, and where boxes are of a class that the model does
/// not have.
Result<std::vector<ListedPhoto>> listPhotos(const std::filesystem::path& folder,
                                            const std::filesystem::path& boxes, const ModelInfo&);

/// At most limit photos (0: all), spread evenly over the list.
std::vector<ListedPhoto> spread(std::vector<ListedPhoto> photos, int limit);

}  // namespace filterlens
