// Where the objects of photos are, as people drew it: boxes from a CSV file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/image/geometry.h"
#include "core/result.h"

namespace filterlens {

/// One photo and the boxes of the objects of one class in it.
struct PhotoBoxes {
  std::string file;  ///< as the list has it: relative to the folder of the photos
  std::string className;
  int width = 0;  ///< of the stored picture that the boxes were drawn on, in pixels
  int height = 0;
  std::vector<RectF> boxes;  ///< in its pixels; positions as in geometry.h; may overlap
};

/// Reads lines of "file,class,xmin,ymin,xmax,ymax,width,height" under a header that names the
/// columns (in any order; others are passed over). A box covers [xmin, xmax) x [ymin, ymax).
/// Several lines with one file are several objects. In the order in which files first occur. Fails
/// with the file and the line where a column or a value is missing, is no number, or lies outside
/// the picture, and where lines of one file differ in class or size.
Result<std::vector<PhotoBoxes>> readObjectBoxes(const std::filesystem::path& csv);

/// The same from a text; name: what sentences call it.
Result<std::vector<PhotoBoxes>> parseObjectBoxes(std::string_view text, const std::string& name);

}  // namespace filterlens
