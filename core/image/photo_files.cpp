#include "core/image/photo_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace filterlens {

namespace fs = std::filesystem;

bool hasExtension(const fs::path& path, std::span<const std::string_view> known) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return std::find(known.begin(), known.end(), extension) != known.end();
}

bool looksLikePhoto(const fs::path& path) {
  constexpr std::array<std::string_view, 12> kExtensions{".jpg",  ".jpeg", ".jpe",  ".png",
                                                         ".webp", ".tif",  ".tiff", ".bmp",
                                                         ".ppm",  ".pgm",  ".pbm",  ".pnm"};
  return hasExtension(path, kExtensions);
}

bool isHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

Result<std::vector<fs::path>> filesBelow(const fs::path& folder, const PathRule& wanted,
                                         const PathRule& passOver) {
  std::vector<fs::path> found;
  std::error_code error;
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end;
       at.increment(error)) {
    const fs::path& path = at->path();
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (isHidden(path) || (passOver && passOver(path))) at.disable_recursion_pending();
    } else if (!isHidden(path) && wanted(path)) {
      found.push_back(path);
    }
  }
  if (error) {
    return Error{"The folder " + folder.string() + " could not be read: " + error.message() + "."};
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace filterlens
