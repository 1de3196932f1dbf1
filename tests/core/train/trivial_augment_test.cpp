#include "core/train/trivial_augment.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/train/colours.h"
#include "core/train/movements.h"
#include "pictures.h"

namespace filterlens {
namespace {

using test::bytesOf;
using enum TrivialOperation;

constexpr int kStrongest = kTrivialStrengths - 1;

const Image& picture() {
  static const Image made = noise(64, 64);
  return made;
}

void expectIs(TrivialOperation operation, int strength, bool negative, const Image& expected) {
  EXPECT_EQ(bytesOf(applied(picture(), operation, strength, negative)), bytesOf(expected))
      << "operation " << static_cast<int>(operation) << ", strength " << strength;
}

TEST(TrivialAugment, WeakestOperationsChangeNothing) {
  for (const auto operation : {Identity, ShearX, ShearY, TranslateX, TranslateY, Rotate, Brightness,
                               Color, Contrast, Sharpness, Posterize}) {
    for (const bool negative : {false, true}) expectIs(operation, 0, negative, picture());
  }
  expectIs(Identity, kStrongest, false, picture());
}

TEST(TrivialAugment, StrengthsAreTorchvisions) {
  expectIs(Brightness, kStrongest, false, withBrightness(picture(), 1.99));
  expectIs(Brightness, kStrongest, true, withBrightness(picture(), 1 - 0.99));
  expectIs(Color, 10, false, withSaturation(picture(), 1.33));
  expectIs(Contrast, 20, true, withContrast(picture(), 1 - 0.66));
  expectIs(Sharpness, kStrongest, false, withSharpness(picture(), 1.99));
  // 8 - round(i / 5), halves to even.
  expectIs(Posterize, 2, false, picture());
  expectIs(Posterize, 3, false, posterized(picture(), 7));
  expectIs(Posterize, 15, true, posterized(picture(), 5));
  expectIs(Posterize, kStrongest, false, posterized(picture(), 2));
  expectIs(Solarize, 0, false, solarized(picture(), 255));
  expectIs(Solarize, 15, true, solarized(picture(), 127.5));
  expectIs(Solarize, kStrongest, false, solarized(picture(), 0));
  expectIs(AutoContrast, 7, false, autoContrasted(picture()));
  expectIs(Equalize, 7, true, equalized(picture()));
}

TEST(TrivialAugment, MovesAreTorchvisions) {
  const Image right = applied(picture(), TranslateX, kStrongest, false);
  EXPECT_EQ(right.pixel(31, 9)[1], 0);
  EXPECT_EQ(right.pixel(32, 9)[1], picture().pixel(0, 9)[1]);
  // 32 * 29 / 30 = 30.9 pixels, cut off.
  const Image up = applied(picture(), TranslateY, 29, true);
  EXPECT_EQ(up.pixel(9, 33)[1], picture().pixel(9, 63)[1]);
  EXPECT_EQ(up.pixel(9, 34)[1], 0);
  // Row y comes from 0.99 * (y + 1/2) to the right.
  const Image sheared = applied(picture(), ShearX, kStrongest, false);
  EXPECT_NEAR(sheared.pixel(0, 50)[0], picture().pixel(50, 50)[0], 8);
  EXPECT_EQ(sheared.pixel(20, 50)[0], 0);
  const Image turnedBack =
      turned(applied(picture(), Rotate, 20, false), -std::acos(0.0), Beyond::Black);
  EXPECT_EQ(bytesOf(turnedBack), bytesOf(picture()));  // 135 * 20 / 30 = 90 degrees
}

TEST(TrivialAugment, DrawsAllOperations) {
  std::set<std::string> results;
  for (int i = 0; i < 300; ++i) {
    Random random(2, i);
    const Image changed = triviallyAugmented(picture(), random);
    EXPECT_EQ(changed.width(), 64);
    EXPECT_EQ(changed.height(), 64);
    const auto bytes = bytesOf(changed);
    results.emplace(bytes.begin(), bytes.end());
  }
  EXPECT_GT(results.size(), 150U);  // of 14 x 31 x 2, most of which differ
}

}  // namespace
}  // namespace filterlens
