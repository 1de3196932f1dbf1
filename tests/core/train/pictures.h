// Pictures that the tests of training make, and folders of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/image/image.h"
#include "tests/support/noise.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {

inline std::vector<std::uint8_t> bytesOf(const Image& image) {
  return {image.data(), image.data() + image.byteCount()};
}

/// One colour all over.
inline Image filled(int width, int height, const std::array<std::uint8_t, 3>& colour) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height * 3));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = colour[i % 3];
  return {width, height, std::move(pixels)};
}

/// A picture as the bytes of a PPM file.
inline std::string ppm(const Image& image) {
  return "P6 " + std::to_string(image.width()) + ' ' + std::to_string(image.height()) + " 255\n" +
         std::string(reinterpret_cast<const char*>(image.data()), image.byteCount());
}

/// A folder of pictures.
class PhotoFolder {
 public:
  /// Writes a file below the folder, with the folders above it.
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path() / name).parent_path());
    return folder_.write(name, content);
  }
  std::filesystem::path write(const std::string& name, const Image& image) const {
    return write(name, ppm(image));
  }
  void makeFolder(const std::string& name) const {
    std::filesystem::create_directories(path() / name);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace filterlens::test
