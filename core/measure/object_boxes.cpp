#include "core/measure/object_boxes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <map>

#include "core/measure/csv.h"

namespace filterlens {
namespace {

enum Column : std::size_t { File, Class, XMin, YMin, XMax, YMax, Width, Height, kColumns };
constexpr std::array<std::string_view, kColumns> kNames = {"file", "class", "xmin",  "ymin",
                                                           "xmax", "ymax",  "width", "height"};

/// The field of each column.
using Columns = std::array<std::size_t, kColumns>;

Result<Columns> columnsOf(const std::vector<std::string>& header) {
  Columns columns{};
  for (std::size_t i = 0; i < kColumns; ++i) {
    const auto found = std::find(header.begin(), header.end(), kNames.at(i));
    if (found == header.end()) {
      return Error{"there is no column \"" + std::string(kNames.at(i)) +
                   "\"; the first line must name file,class,xmin,ymin,xmax,ymax,width,height"};
    }
    columns.at(i) = static_cast<std::size_t>(found - header.begin());
  }
  return columns;
}

/// One line: a photo with one box.
class LineReader {
 public:
  LineReader(const Columns& columns, std::vector<std::string> fields)
      : columns_(columns), fields_(std::move(fields)) {}

  Result<PhotoBoxes> read() const {
    const auto last = *std::max_element(columns_.begin(), columns_.end());
    if (fields_.size() <= last) {
      return Error{"it has " + std::to_string(fields_.size()) + " values, not " +
                   std::to_string(last + 1)};
    }
    std::array<int, kColumns> numbers{};
    for (std::size_t i = XMin; i < kColumns; ++i) {
      const auto number = numberAt(i);
      if (!number) return number.error();
      numbers.at(i) = *number;
    }
    return photo(numbers);
  }

 private:
  const std::string& text(std::size_t column) const { return fields_[columns_.at(column)]; }

  Result<int> numberAt(std::size_t column) const {
    const auto& field = text(column);
    int number = 0;
    const auto read = std::from_chars(field.data(), field.data() + field.size(), number);
    if (read.ec == std::errc() && read.ptr == field.data() + field.size()) return number;
    return Error{std::string(kNames.at(column)) + " must be a whole number of pixels, not \"" +
                 field + "\""};
  }

  Result<PhotoBoxes> photo(const std::array<int, kColumns>& n) const {
    if (text(File).empty()) return Error{"it names no file"};
    if (text(Class).empty()) return Error{"it names no class"};
    if (n[Width] <= 0 || n[Height] <= 0) return Error{"width and height must be above 0"};
    if (n[XMin] >= n[XMax] || n[YMin] >= n[YMax]) {
      return Error{"the box is empty: xmin must be below xmax, and ymin below ymax"};
    }
    if (n[XMin] < 0 || n[YMin] < 0 || n[XMax] > n[Width] || n[YMax] > n[Height]) {
      return Error{"the box reaches over the edge of the picture (" + text(Width) + " x " +
                   text(Height) + ")"};
    }
    const RectF box{static_cast<double>(n[XMin]), static_cast<double>(n[YMin]),
                    static_cast<double>(n[XMax] - n[XMin]), static_cast<double>(n[YMax] - n[YMin])};
    return PhotoBoxes{text(File), text(Class), n[Width], n[Height], {box}};
  }

  const Columns& columns_;
  std::vector<std::string> fields_;
};

/// Adds a line's box to its photo.
Result<void> add(const PhotoBoxes& line, std::vector<PhotoBoxes>& photos,
                 std::map<std::string, std::size_t>& places) {
  const auto [place, isNew] = places.try_emplace(line.file, photos.size());
  if (isNew) {
    photos.push_back(line);
    return {};
  }
  auto& photo = photos[place->second];
  if (photo.className != line.className) {
    return Error{"it says that " + line.file + " shows \"" + line.className +
                 "\", and an earlier line \"" + photo.className +
                 "\"; all boxes of a file must be of one class"};
  }
  if (photo.width != line.width || photo.height != line.height) {
    return Error{"it gives " + line.file + " another size than an earlier line does"};
  }
  photo.boxes.push_back(line.boxes.front());
  return {};
}

/// Takes the next line off a text, without its line end.
std::string_view takeLine(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<std::vector<PhotoBoxes>> parseObjectBoxes(std::string_view text, const std::string& name) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto failed = [&](int number, const Error& error) {
    return Error{name + ", line " + std::to_string(number) + ": " + error.sentence + "."};
  };
  const auto columns = columnsOf(csvFields(takeLine(text)));
  if (!columns) return failed(1, columns.error());
  std::vector<PhotoBoxes> photos;
  std::map<std::string, std::size_t> places;
  for (int number = 2; !text.empty(); ++number) {
    const auto line = takeLine(text);
    if (line.empty()) continue;
    const auto photo = LineReader(*columns, csvFields(line)).read();
    if (!photo) return failed(number, photo.error());
    if (const auto added = add(*photo, photos, places); !added) {
      return failed(number, added.error());
    }
  }
  if (photos.empty()) return Error{name + " lists no boxes."};
  return photos;
}

Result<std::vector<PhotoBoxes>> readObjectBoxes(const std::filesystem::path& csv) {
  std::ifstream file(csv, std::ios::binary);
  std::string text;
  std::getline(file, text, '\0');  // unlike an iterator it does not throw on a folder
  if (text.empty()) {
    return Error{"The boxes in " + csv.string() +
                 " could not be read: give a CSV file of file,class,xmin,ymin,xmax,ymax,width,"
                 "height."};
  }
  return parseObjectBoxes(text, csv.string());
}

}  // namespace filterlens
