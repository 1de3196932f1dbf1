#include "core/train/colours.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <vector>

#include "pictures.h"
#include "tests/support/noise.h"

namespace filterlens {
namespace {

using test::bytesOf;
using test::filled;

Image dim(const Image& image) {
  auto bytes = bytesOf(image);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(byte / 3 + 40);
  return {image.width(), image.height(), std::move(bytes)};
}

using Operation = Image (*)(const Image&, double);

const std::map<std::string, Operation> kOperations{
    {"brightness", withBrightness},
    {"contrast", withContrast},
    {"saturation", withSaturation},
    {"sharpness", withSharpness},
    {"posterize", [](const Image& image, double bits) { return posterized(image, int(bits)); }},
    {"solarize", solarized},
    {"autocontrast", [](const Image& image, double) { return autoContrasted(image); }},
    {"equalize", [](const Image& image, double) { return equalized(image); }},
};

TEST(Colours, AreThoseOfPil) {
  const Image bright = noise(61, 47);
  std::ifstream cases(FILTERLENS_TEST_DATA "/train/pil_colours.txt");
  std::string picture;
  std::string operation;
  double parameter = 0;
  uLong checksum = 0;
  int count = 0;
  while (cases >> picture >> operation >> parameter >> checksum) {
    const Image changed =
        kOperations.at(operation)(picture == "dim" ? dim(bright) : bright, parameter);
    EXPECT_EQ(crc32(0, changed.data(), static_cast<uInt>(changed.byteCount())), checksum)
        << operation << ' ' << parameter << " of " << picture;
    ++count;
  }
  EXPECT_EQ(count, 84);
}

TEST(Colours, HuesMoveAroundTheCircle) {
  const Image red = filled(3, 2, {200, 20, 20});
  const auto shifted = [&](double turns) { return bytesOf(withHueShifted(red, turns)); };
  EXPECT_EQ(shifted(1.0 / 6), bytesOf(filled(3, 2, {200, 200, 20})));
  EXPECT_EQ(shifted(1.0 / 3), bytesOf(filled(3, 2, {20, 200, 20})));
  EXPECT_EQ(shifted(0.5), bytesOf(filled(3, 2, {20, 200, 200})));
  EXPECT_EQ(shifted(-0.5), bytesOf(filled(3, 2, {20, 200, 200})));
  EXPECT_EQ(shifted(-1.0 / 3), bytesOf(filled(3, 2, {20, 20, 200})));
  EXPECT_EQ(shifted(1.0 / 12), bytesOf(filled(3, 2, {200, 110, 20})));
}

TEST(Colours, HuesComeBackAfterAWholeTurn) {
  const Image colourful = noise(50, 50);
  EXPECT_EQ(bytesOf(withHueShifted(colourful, 0)), bytesOf(colourful));
  EXPECT_EQ(bytesOf(withHueShifted(colourful, -1)), bytesOf(colourful));
  const auto back = withHueShifted(withHueShifted(colourful, 0.3), -0.3);
  for (std::size_t i = 0; i < colourful.byteCount(); ++i) {
    ASSERT_NEAR(back.data()[i], colourful.data()[i], 1);
  }
}

TEST(Colours, AShiftOfTheHueKeepsGreysAndBrightness) {
  const Image grey = filled(4, 4, {90, 90, 90});
  EXPECT_EQ(bytesOf(withHueShifted(grey, 0.3)), bytesOf(grey));
  const Image colourful = noise(20, 20);
  const Image shifted = withHueShifted(colourful, 0.3);
  for (std::size_t i = 0; i < colourful.byteCount(); i += 3) {
    const auto brightness = [&](const Image& image) {
      return *std::max_element(image.data() + i, image.data() + i + 3);
    };
    ASSERT_EQ(brightness(shifted), brightness(colourful));
  }
}

TEST(Colours, WithoutColourAllChannelsHoldTheLuma) {
  const auto grey = bytesOf(withoutColour(filled(2, 2, {255, 0, 0})));
  EXPECT_TRUE(std::all_of(grey.begin(), grey.end(), [](int v) { return v == 76; }));
}

}  // namespace
}  // namespace filterlens
