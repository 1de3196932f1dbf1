#include "core/train/movements.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numbers>

#include "pictures.h"

namespace filterlens {
namespace {

using test::bytesOf;
using test::filled;

constexpr double kQuarter = std::numbers::pi / 2;

void expectClose(const Image& found, const Image& expected, int tolerance) {
  ASSERT_EQ(found.width(), expected.width());
  ASSERT_EQ(found.height(), expected.height());
  int largest = 0;
  for (std::size_t i = 0; i < expected.byteCount(); ++i) {
    largest = std::max(largest, std::abs(found.data()[i] - expected.data()[i]));
  }
  EXPECT_LE(largest, tolerance);
}

TEST(Movements, MirroredTwiceIsTheSame) {
  const Image image = noise(13, 7);
  const Image once = mirrored(image);
  EXPECT_TRUE(std::equal(once.pixel(0, 3), once.pixel(0, 3) + 3, image.pixel(12, 3)));
  EXPECT_NE(bytesOf(once), bytesOf(image));
  EXPECT_EQ(bytesOf(mirrored(once)), bytesOf(image));
}

TEST(Movements, AShiftByWholePixelsMovesThem) {
  const Image image = noise(20, 10);
  const Image shifted = moved(image, {1, 0, -4, 0, 1, 2}, Beyond::Black);
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 20; ++x) {
      const bool inside = x >= 4 && y + 2 < 10;
      for (int c = 0; c < 3; ++c) {
        EXPECT_EQ(shifted.pixel(x, y)[c], inside ? image.pixel(x - 4, y + 2)[c] : 0);
      }
    }
  }
}

TEST(Movements, BeyondTheBorderTheImageIsReflected) {
  const Image image = noise(20, 10);
  const Image shifted = moved(image, {1, 0, -4, 0, 1, 0}, Beyond::Reflection);
  for (int x = 0; x < 4; ++x) {
    EXPECT_TRUE(std::equal(shifted.pixel(x, 5), shifted.pixel(x, 5) + 3, image.pixel(3 - x, 5)));
  }
}

TEST(Movements, AQuarterTurnGoesAnticlockwiseAboutTheMiddle) {
  const Image image = noise(9, 9);
  std::vector<std::uint8_t> expected;
  for (int y = 0; y < 9; ++y) {
    for (int x = 0; x < 9; ++x) {
      const std::uint8_t* from = image.pixel(8 - y, x);  // the right side comes to the top
      expected.insert(expected.end(), from, from + 3);
    }
  }
  expectClose(turned(image, kQuarter, Beyond::Black), {9, 9, expected}, 0);
  expectClose(turned(turned(image, kQuarter, Beyond::Black), -kQuarter, Beyond::Black), image, 0);
  expectClose(turned(image, 0, Beyond::Black), image, 0);
}

TEST(Movements, AReflectedBorderLeavesNoBlackCorner) {
  const Image grey = filled(30, 30, {90, 90, 90});
  expectClose(turned(grey, 0.5, Beyond::Reflection), grey, 0);
  EXPECT_EQ(turned(grey, 0.5, Beyond::Black).pixel(0, 0)[0], 0);
}

TEST(Movements, ARectangleIsOverwrittenAndNothingElse) {
  const Image image = noise(24, 16);
  const PixelRect rect{5, 3, 11, 8};
  Random random(1);
  const Image noisy = withNoiseIn(image, rect, random);
  const Image mean = withMeanIn(image, rect);
  int changed = 0;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 24; ++x) {
      const bool inside = x >= 5 && x < 16 && y >= 3 && y < 11;
      const bool same = std::equal(image.pixel(x, y), image.pixel(x, y) + 3, noisy.pixel(x, y));
      if (!inside) {
        EXPECT_TRUE(same);
        EXPECT_TRUE(std::equal(image.pixel(x, y), image.pixel(x, y) + 3, mean.pixel(x, y)));
      } else {
        if (!same) ++changed;
        EXPECT_TRUE(std::equal(mean.pixel(5, 3), mean.pixel(5, 3) + 3, mean.pixel(x, y)));
        EXPECT_NEAR(mean.pixel(x, y)[1], 127, 20);
      }
    }
  }
  EXPECT_EQ(changed, 88);
}

}  // namespace
}  // namespace filterlens
