#include <optional>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

/// Numbers in the byte order that the data announce; nothing beyond their end.
class ExifReader {
 public:
  explicit ExifReader(FileBytes bytes)
      : bytes_(bytes), bigEndian_(!bytes.empty() && bytes[0] == 'M') {}

  [[nodiscard]] std::optional<std::uint32_t> number(std::size_t offset, std::size_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8U | bytes_[offset + (bigEndian_ ? i : size - 1 - i)];
    }
    return value;
  }

 private:
  FileBytes bytes_;
  bool bigEndian_;
};

}  // namespace

int exifOrientation(FileBytes exif) {
  constexpr std::uint32_t kTiff = 42;
  constexpr std::uint32_t kOrientation = 274;
  constexpr std::uint32_t kShort = 3;
  const ExifReader reader(exif);
  const auto directory = reader.number(4, 4);
  if (reader.number(2, 2) != kTiff || !directory) return 1;
  const std::uint32_t entries = reader.number(*directory, 2).value_or(0);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = std::size_t{*directory} + 2 + std::size_t{12} * i;
    if (reader.number(entry, 2) != kOrientation || reader.number(entry + 2, 2) != kShort) continue;
    const std::uint32_t orientation = reader.number(entry + 8, 2).value_or(1);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

}  // namespace filterlens
