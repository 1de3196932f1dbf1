#include "core/image/decoders.h"

#include "core/image/image_codec.h"

namespace filterlens {

void requireReadableSize(long long width, long long height) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (width < 1 || height < 1) throw DecodeError("its size is given as " + size);
  if (width > kMaxPhotoSide || height > kMaxPhotoSide || width > kMaxPhotoPixels / height) {
    throw DecodeError("it has " + size + "; a photo may have up to " +
                      std::to_string(kMaxPhotoPixels / 1'000'000) + " million pixels and " +
                      std::to_string(kMaxPhotoSide) + " on a side. Make it smaller first");
  }
}

DecodeError truncatedError(const std::string& format) {
  return DecodeError("the " + format +
                     " picture is incomplete, the file ends too early; copy or download it again");
}

DecodeError damagedError(const std::string& format, const std::string& finding) {
  // Some libraries speak in several lines, or in sentences.
  std::string line = finding.substr(0, finding.find('\n'));
  while (line.ends_with('.')) line.pop_back();
  return DecodeError("the " + format + " picture is damaged (" + line + ")");
}

void composeOverWhite(std::vector<std::uint8_t>& pixels) {
  std::uint8_t* target = pixels.data();
  for (std::size_t i = 0; i < pixels.size(); i += 4) {
    const int alpha = pixels[i + 3];
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const int value = pixels[i + channel] * alpha + 255 * (255 - alpha);
      *target++ = static_cast<std::uint8_t>((value + 127) / 255);
    }
  }
  pixels.resize(pixels.size() / 4 * 3);
}

}  // namespace filterlens
