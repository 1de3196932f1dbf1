// Image: the pixels of a photo, ready to be shown and to be preprocessed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace filterlens {

/// RGB, 8 bits a channel, interleaved, rows without padding, upright (EXIF rotation applied).
/// Shared and immutable: copies are cheap.
class Image {
 public:
  Image() = default;
  /// pixels: height * width * 3 bytes.
  Image(int width, int height, std::vector<std::uint8_t> pixels)
      : width_(width),
        height_(height),
        pixels_(std::make_shared<const std::vector<std::uint8_t>>(std::move(pixels))) {}

  [[nodiscard]] bool empty() const { return pixels_ == nullptr; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int bytesPerLine() const { return width_ * 3; }
  [[nodiscard]] std::size_t byteCount() const { return pixels_ ? pixels_->size() : 0; }
  /// byteCount() bytes, height * width * 3, valid as long as any copy of this image lives.
  [[nodiscard]] const std::uint8_t* data() const { return pixels_ ? pixels_->data() : nullptr; }
  [[nodiscard]] const std::uint8_t* pixel(int x, int y) const {
    return data() + (static_cast<std::size_t>(y) * width_ + x) * 3;
  }

 private:
  int width_ = 0;
  int height_ = 0;
  std::shared_ptr<const std::vector<std::uint8_t>> pixels_;
};

/// What the file held before it became an Image; shown to the user, changes nothing.
struct ImageSource {
  int bitsPerChannel = 8;
  int channels = 3;
  bool hadAlpha = false;    ///< it was composed over white
  int exifOrientation = 1;  ///< 1..8; pixels are already upright
};

/// A photo as read from a file.
struct Photo {
  Image image;
  ImageSource source;
};

}  // namespace filterlens
