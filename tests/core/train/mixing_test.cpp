#include "core/train/mixing.h"

#include <gtest/gtest.h>

#include "pictures.h"

namespace filterlens {
namespace {

using test::filled;

constexpr int kSide = 20;

/// Values are 0 where the picture shows, 1 where the other does.
std::vector<float> mixedBlackAndWhite(const Mix& mix) {
  std::vector<float> values(std::size_t{3} * kSide * kSide);
  PixelValues({0, 0, 0}, {1, 1, 1})
      .writeMixed(filled(kSide, kSide, {0, 0, 0}), filled(kSide, kSide, {255, 255, 255}), mix,
                  values.data());
  return values;
}

double mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

TEST(Mixing, ValuesAreNormalisedByChannel) {
  std::vector<float> values(3);
  PixelValues({0.5F, 0.25F, 0}, {0.5F, 0.25F, 2}).write(filled(1, 1, {255, 0, 51}), values.data());
  EXPECT_FLOAT_EQ(values[0], 1);
  EXPECT_FLOAT_EQ(values[1], -1);
  EXPECT_FLOAT_EQ(values[2], 0.1F);
}

TEST(Mixing, MixupMixesEachPixelByItsShare) {
  AugmentationOptions options;
  options.mixup = 0.4;
  for (int i = 0; i < 100; ++i) {
    Random random(3, i);
    const Mix mix = drawMix(kSide, options, random);
    EXPECT_EQ(mix.patch.width, 0);
    for (const float value : mixedBlackAndWhite(mix)) ASSERT_FLOAT_EQ(value, 1 - mix.share);
  }
}

TEST(Mixing, CutMixsShareIsThatOfThePixelsThatStay) {
  AugmentationOptions options;
  options.cutmix = 1;
  double smallest = 1;
  for (int i = 0; i < 200; ++i) {
    Random random(4, i);
    const Mix mix = drawMix(kSide, options, random);
    const auto values = mixedBlackAndWhite(mix);
    EXPECT_NEAR(mean(values), 1 - mix.share, 1e-6);
    for (const float value : values) ASSERT_TRUE(value == 0 || value == 1);
    smallest = std::min<double>(smallest, mix.share);
  }
  EXPECT_LT(smallest, 0.3);
}

TEST(Mixing, WithBothEachIsDrawnHalfOfTheTime) {
  AugmentationOptions options;
  options.cutmix = 1;
  options.mixup = 1;
  int patches = 0;
  for (int i = 0; i < 1000; ++i) {
    Random random(5, i);
    const Mix mix = drawMix(256, options, random);
    if (mix.patch.width > 0) ++patches;
    EXPECT_TRUE(mix.share >= 0 && mix.share <= 1);
  }
  EXPECT_NEAR(patches, 500, 60);
}

}  // namespace
}  // namespace filterlens
