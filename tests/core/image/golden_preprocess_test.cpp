// What the paper's evaluation pipeline, run with PIL, makes of real files: tests/data/preprocess,
// where expected/ holds the input tensors as pictures (tensor = value / 127.5 - 1).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/image/image_codec.h"
#include "core/image/preprocess.h"

namespace filterlens {
namespace {

const std::filesystem::path kData = FILTERLENS_TEST_DATA "/preprocess";

/// Differences of two inputs, in steps of 8-bit rounding.
struct Difference {
  double largest = 0;
  double mean = 0;
};

Difference differenceOf(const InputTensor& tensor, const Image& expected) {
  EXPECT_EQ(tensor.width, expected.width());
  EXPECT_EQ(tensor.height, expected.height());
  const auto plane = static_cast<std::size_t>(tensor.width) * tensor.height;
  Difference difference;
  for (std::size_t i = 0; i < plane; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const double steps = (tensor.values[channel * plane + i] + 1) * 127.5;
      const double off = std::abs(steps - expected.data()[3 * i + channel]);
      difference.largest = std::max(difference.largest, off);
      difference.mean += off / (3.0 * static_cast<double>(plane));
    }
  }
  return difference;
}

Image read(const std::filesystem::path& path) {
  const auto photo = readPhoto(path);
  EXPECT_TRUE(photo) << photo.error().sentence;
  return photo ? photo->image : Image();
}

TEST(GoldenPreprocess, EveryPictureBothFits) {
  for (const char* file : {"grey-300x400.png", "rgb-1280x853.jpg", "rgb-224x1000.png",
                           "rgb-501x333.png", "rgb-97x131.png", "rgba-320x240.png"}) {
    const Image photo = read(kData / file);
    for (const bool stretch : {false, true}) {
      SCOPED_TRACE(testing::Message() << file << (stretch ? " stretched" : ""));
      Preprocessing preprocessing;
      if (stretch) preprocessing.fit = Preprocessing::Fit::Stretch;
      const auto prepared = preprocess(photo, preprocessing);
      ASSERT_TRUE(prepared);
      const std::string name =
          std::filesystem::path(file).stem().string() + (stretch ? "-stretch224.webp" : ".webp");
      const Difference difference = differenceOf(prepared->tensor, read(kData / "expected" / name));
      // Not one step off: the resize is PIL's to the bit, and so is the JPEG decoder.
      EXPECT_LT(difference.largest, 1e-4);
    }
  }
}

TEST(GoldenPreprocess, ARotatedPhotoEqualsTheUprightOne) {
  const Image upright = read(kData / "rgb-501x333.png");
  const Image rotated = read(kData / "rgb-501x333-exif6.jpg");
  ASSERT_EQ(rotated.width(), 501);
  ASSERT_EQ(rotated.height(), 333);
  // For the view: within what JPEG loses.
  double mean = 0;
  for (std::size_t i = 0; i < 3UL * 501 * 333; ++i) {
    mean += std::abs(upright.data()[i] - rotated.data()[i]) / (3.0 * 501 * 333);
  }
  EXPECT_LT(mean, 3.1);
  // For the model.
  const auto prepared = preprocess(rotated, {});
  ASSERT_TRUE(prepared);
  const Difference difference =
      differenceOf(prepared->tensor, read(kData / "expected" / "rgb-501x333.webp"));
  RecordProperty("mean", std::to_string(difference.mean));
  RecordProperty("largest", std::to_string(difference.largest));
  EXPECT_LT(difference.mean, 1.5);
  EXPECT_EQ(prepared->placement, preprocess(upright, {})->placement);
}

}  // namespace
}  // namespace filterlens
