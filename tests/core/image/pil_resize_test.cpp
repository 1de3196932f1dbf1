#include "core/image/pil_resize.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <fstream>

#include "tests/support/noise.h"

namespace filterlens {
namespace {

TEST(PilResize, IsBitExact) {
  std::ifstream cases(FILTERLENS_TEST_DATA "/preprocess/pil_resize_cases.txt");
  int width = 0;
  int height = 0;
  int toWidth = 0;
  int toHeight = 0;
  uLong checksum = 0;
  int count = 0;
  while (cases >> width >> height >> toWidth >> toHeight >> checksum) {
    const Image resized = pilResize(noise(width, height), toWidth, toHeight);
    ASSERT_EQ(resized.width(), toWidth);
    ASSERT_EQ(resized.height(), toHeight);
    EXPECT_EQ(crc32(0, resized.data(), static_cast<uInt>(toWidth * toHeight * 3)), checksum)
        << width << " x " << height << " to " << toWidth << " x " << toHeight;
    ++count;
  }
  EXPECT_EQ(count, 150);
}

TEST(PilResize, APartIsCutFromTheWhole) {
  const Image photo = noise(97, 61);
  const Image whole = pilResize(photo, 40, 90);
  const PixelRect part{7, 50, 21, 33};
  const Image cut = pilResize(photo, 40, 90, part);
  ASSERT_EQ(cut.width(), part.width);
  ASSERT_EQ(cut.height(), part.height);
  for (int y = 0; y < part.height; ++y) {
    EXPECT_EQ(std::memcmp(cut.pixel(0, y), whole.pixel(7, 50 + y), 63), 0) << "row " << y;
  }
}

TEST(PilResize, ACutIsResizedAsAnImageOfItsOwn) {
  const Image photo = noise(97, 61);
  const PixelRect cut{30, 12, 50, 41};
  std::vector<std::uint8_t> pixels;
  for (int y = 12; y < 53; ++y) {
    pixels.insert(pixels.end(), photo.pixel(30, y), photo.pixel(30, y) + 150);
  }
  const Image copy(50, 41, std::move(pixels));
  for (const auto& [width, height] : {std::pair{20, 20}, {64, 9}, {50, 41}, {1, 1}}) {
    const Image resized = pilResizeCut(photo, cut, width, height);
    const Image expected = pilResize(copy, width, height);
    ASSERT_EQ(resized.byteCount(), expected.byteCount());
    EXPECT_EQ(std::memcmp(resized.data(), expected.data(), expected.byteCount()), 0);
  }
}

}  // namespace
}  // namespace filterlens
