#include "core/export/float_tiff.h"

#include <cstdint>
#include <cstring>

namespace filterlens {
namespace {

enum Type : std::uint16_t { Short = 3, Long = 4 };

class Bytes {
 public:
  template <class T>
  void add(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      bytes_.push_back(static_cast<std::byte>((value >> (8 * i)) & 0xff));
    }
  }
  void addTag(std::uint16_t tag, Type type, std::uint32_t value) {
    add(tag);
    add(static_cast<std::uint16_t>(type));
    add(std::uint32_t{1});
    add(value);  // a Short stands in the first two of the four bytes
  }
  [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> floatTiff(const Grid<float>& map) {
  constexpr std::uint32_t kHeader = 8;
  constexpr std::uint16_t kTags = 10;
  constexpr std::uint32_t kPixels = kHeader + 2 + kTags * 12 + 4;
  const auto rows = static_cast<std::uint32_t>(map.rows);
  const auto cols = static_cast<std::uint32_t>(map.cols);
  Bytes file;
  file.add(std::uint16_t{0x4949});  // little-endian
  file.add(std::uint16_t{42});
  file.add(kHeader);
  file.add(kTags);
  file.addTag(256, Long, cols);
  file.addTag(257, Long, rows);
  file.addTag(258, Short, 32);  // bits
  file.addTag(259, Short, 1);   // not compressed
  file.addTag(262, Short, 1);   // larger is lighter
  file.addTag(273, Long, kPixels);
  file.addTag(277, Short, 1);  // channels
  file.addTag(278, Long, rows);
  file.addTag(279, Long, rows * cols * 4);
  file.addTag(339, Short, 3);  // floats
  file.add(std::uint32_t{0});
  for (const float value : map.values) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    file.add(bits);
  }
  return file.take();
}

}  // namespace filterlens
