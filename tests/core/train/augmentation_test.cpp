#include "core/train/augmentation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "core/image/pil_resize.h"
#include "core/train/colours.h"
#include "core/train/movements.h"
#include "pictures.h"

namespace filterlens {
namespace {

using test::bytesOf;
using test::filled;
using Bytes = std::vector<std::uint8_t>;

constexpr int kSize = 32;

AugmentationOptions nothing() {
  AugmentationOptions options;
  options.minArea = 1;
  options.aspect = 1;
  options.flip = false;
  return options;
}

Bytes augmented(const Image& photo, const AugmentationOptions& options, int draw = 0) {
  Random random(1, draw);
  const Image image = augment(photo, kSize, options, random);
  EXPECT_EQ(image.width(), kSize);
  EXPECT_EQ(image.height(), kSize);
  return bytesOf(image);
}

/// Values that grow from left to right and from top to bottom: what is cut shows in them.
Image ramp(int width, int height) {
  Bytes pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      pixels.insert(pixels.end(), {static_cast<std::uint8_t>(255 * x / (width - 1)),
                                   static_cast<std::uint8_t>(255 * y / (height - 1)), 128});
    }
  }
  return {width, height, std::move(pixels)};
}

TEST(Augmentation, WithNothingToDoIsPilsResize) {
  for (const Image& photo : {noise(48, 48), noise(70, 33), noise(20, 90)}) {
    EXPECT_EQ(augmented(photo, nothing()), bytesOf(pilResize(photo, kSize, kSize)));
  }
}

TEST(Augmentation, DependsOnTheKeyAlone) {
  AugmentationOptions options;
  options.rotation = 0.3;
  options.brightness = options.contrast = options.saturation = 0.4;
  options.hue = 0.1;
  options.grey = 0.1;
  options.trivialAugment = true;
  options.erasing = 0.5;
  std::set<std::string> results;
  for (int draw = 0; draw < 50; ++draw) {
    const Bytes once = augmented(noise(40, 40), options, draw);
    EXPECT_EQ(augmented(noise(40, 40), options, draw), once);
    results.emplace(once.begin(), once.end());
  }
  EXPECT_GT(results.size(), 48U);
}

TEST(Augmentation, CutsLieInTheBounds) {
  AugmentationOptions options = nothing();
  options.minArea = 0.25;
  options.maxArea = 0.5;
  options.aspect = 2;
  const Image photo = ramp(256, 256);
  double smallest = 1;
  double largest = 0;
  for (int draw = 0; draw < 300; ++draw) {
    const Bytes cut = augmented(photo, options, draw);
    // From the first to the last pixel's centre of what was cut.
    constexpr double kSteps = 255.0 * (kSize - 1) / kSize;
    const double width = (cut[std::size_t{3} * (kSize - 1)] - cut[0]) / kSteps;
    const double height = (cut[cut.size() - 2] - cut[1]) / kSteps;
    smallest = std::min(smallest, width * height);
    largest = std::max(largest, width * height);
    EXPECT_GT(width / height, 0.48);
    EXPECT_LT(width / height, 2.08);
  }
  EXPECT_NEAR(smallest, 0.25, 0.02);
  EXPECT_NEAR(largest, 0.5, 0.02);
}

TEST(Augmentation, APhotoThatNoCutFitsIsCutAboutTheMiddle) {
  AugmentationOptions options = nothing();
  options.minArea = 0.9;
  const Image wide = ramp(401, 100);
  const PixelRect middle{150, 0, 100, 100};
  EXPECT_EQ(augmented(wide, options), bytesOf(pilResizeCut(wide, middle, kSize, kSize)));
  const Image high = ramp(10, 300);
  const PixelRect square{0, 145, 10, 10};
  EXPECT_EQ(augmented(high, options), bytesOf(pilResizeCut(high, square, kSize, kSize)));
}

TEST(Augmentation, HalfOfThePhotosAreMirrored) {
  AugmentationOptions options = nothing();
  options.flip = true;
  const Image photo = noise(40, 40);
  const Image plain = pilResize(photo, kSize, kSize);
  int flipped = 0;
  for (int draw = 0; draw < 400; ++draw) {
    const Bytes result = augmented(photo, options, draw);
    if (result == bytesOf(plain)) continue;
    EXPECT_EQ(result, bytesOf(mirrored(plain)));
    ++flipped;
  }
  EXPECT_NEAR(flipped, 200, 40);
}

TEST(Augmentation, RotationTurnsHalfOfThePhotos) {
  AugmentationOptions options = nothing();
  options.rotation = 0.4;
  const Image photo = noise(40, 40);
  const Bytes plain = augmented(photo, nothing());
  int turnedOnes = 0;
  for (int draw = 0; draw < 400; ++draw) {
    if (augmented(photo, options, draw) != plain) ++turnedOnes;
  }
  EXPECT_NEAR(turnedOnes, 200, 40);
}

TEST(Augmentation, JitterChangesColoursByFactors) {
  const Image grey = filled(40, 40, {100, 100, 100});
  const Image orange = filled(40, 40, {200, 120, 40});
  const auto range = [](const Image& photo, const AugmentationOptions& options, std::size_t at) {
    int low = 255;
    int high = 0;
    for (int draw = 0; draw < 500; ++draw) {
      const int value = augmented(photo, options, draw)[at];
      low = std::min(low, value);
      high = std::max(high, value);
    }
    return std::pair{low, high};
  };
  auto options = nothing();
  options.brightness = 0.3;
  const auto [dark, bright] = range(grey, options, 0);
  EXPECT_NEAR(dark, 70, 1);
  EXPECT_NEAR(bright, 129, 1);
  options = nothing();
  options.contrast = 0.5;  // the mean of one colour is itself, and its grey is 135
  const auto [flat, strong] = range(orange, options, 0);
  EXPECT_NEAR(flat, 167, 1);
  EXPECT_NEAR(strong, 232, 1);
  options = nothing();
  options.saturation = 2;  // factors do not go below 0
  const auto [pale, vivid] = range(orange, options, 2);
  EXPECT_EQ(vivid, 134);
  EXPECT_EQ(pale, 0);
  options = nothing();
  options.hue = 0.05;
  const auto [redder, yellower] = range(orange, options, 1);
  EXPECT_NEAR(redder, 72, 4);
  EXPECT_NEAR(yellower, 168, 4);
}

TEST(Augmentation, GreyTakesTheColoursOfSome) {
  AugmentationOptions options = nothing();
  options.grey = 0.25;
  const Image photo = noise(40, 40);
  const Bytes grey = bytesOf(withoutColour(pilResize(photo, kSize, kSize)));
  int count = 0;
  for (int draw = 0; draw < 400; ++draw) {
    if (augmented(photo, options, draw) == grey) ++count;
  }
  EXPECT_NEAR(count, 100, 35);
}

TEST(Augmentation, ErasingOverwritesARectangleOfSome) {
  AugmentationOptions options = nothing();
  options.erasing = 0.5;
  const Image photo = noise(kSize, kSize);
  int erasedOnes = 0;
  int flat = 0;
  for (int draw = 0; draw < 400; ++draw) {
    const Bytes result = augmented(photo, options, draw);
    int changed = 0;
    std::set<int> colours;
    for (std::size_t i = 0; i < result.size(); i += 3) {
      if (std::equal(&result[i], &result[i] + 3, photo.data() + i)) continue;
      ++changed;
      colours.insert(result[i] << 16 | result[i + 1] << 8 | result[i + 2]);
    }
    if (changed == 0) continue;
    ++erasedOnes;
    if (colours.size() == 1) ++flat;
    EXPECT_GE(changed, 0.015 * kSize * kSize);
    EXPECT_LE(changed, 0.21 * kSize * kSize);
  }
  EXPECT_NEAR(erasedOnes, 200, 40);
  EXPECT_NEAR(2 * flat, erasedOnes, 80);
}

TEST(Augmentation, TinyPhotosAreTakenToo) {
  AugmentationOptions options;
  options.trivialAugment = true;
  options.erasing = 1;
  options.rotation = 1;
  for (int draw = 0; draw < 50; ++draw) {
    augmented(noise(1, 1), options, draw);
    augmented(noise(1, 300), options, draw);
    augmented(noise(300, 2), options, draw);
  }
  Random random(1);
  EXPECT_EQ(augment(noise(9, 9), 1, options, random).byteCount(), 3U);
}

TEST(AugmentationJson, IsReadAsWritten) {
  AugmentationOptions options;
  options.minArea = 0.2;
  options.aspect = 1.5;
  options.flip = false;
  options.rotation = 0.1;
  options.hue = 0.02;
  options.trivialAugment = true;
  options.cutmix = 1;
  const auto read = augmentationFromJson(toJson(options));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(*read, options);
  EXPECT_EQ(augmentationFromJson("{}").value(), AugmentationOptions());
}

TEST(AugmentationJson, RefusesWhatMakesNoSense) {
  const auto says = [](const std::string& json) {
    const auto read = augmentationFromJson(json);
    return read ? "nothing" : read.error().sentence;
  };
  EXPECT_EQ(says(R"({"hue": 0.6})"),
            "The augmentation's \"hue\" is 0.6; it must be from 0 to 0.5.");
  EXPECT_EQ(says(R"({"flip": 1})"), "The augmentation's \"flip\" is 1; it must be true or false.");
  EXPECT_EQ(says(R"({"grey": "x"})"), "The augmentation's \"grey\" is \"x\"; it must be a number.");
  EXPECT_EQ(says(R"({"min_area": 0.9, "max_area": 0.5})"),
            "The augmentation's \"min_area\" is 0.9; it must be no more than max_area.");
  EXPECT_NE(says(R"({"wobble": 1})").find("does not know"), std::string::npos);
  EXPECT_NE(says("[1]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(says("{").find("not a JSON object"), std::string::npos);
}

}  // namespace
}  // namespace filterlens
