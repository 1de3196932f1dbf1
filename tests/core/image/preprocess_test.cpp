#include "core/image/preprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/image/pil_resize.h"
#include "tests/support/noise.h"

namespace filterlens {
namespace {

Image plain(int width, int height, std::uint8_t red, std::uint8_t green, std::uint8_t blue) {
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), {red, green, blue});
  return {width, height, std::move(pixels)};
}

/// What a resize and a crop of its own, apart from preprocess(), give for the default pipeline.
void expectCropOf(const Image& photo, int width, int height, int x, int y) {
  const auto prepared = preprocess(photo, {});
  ASSERT_TRUE(prepared) << prepared.error().sentence;
  const Image resized = pilResize(photo, width, height);
  const InputTensor& tensor = prepared->tensor;
  ASSERT_EQ(tensor.width, 224);
  ASSERT_EQ(tensor.height, 224);
  ASSERT_EQ(tensor.values.size(), 3U * 224 * 224);
  int different = 0;
  for (int row = 0; row < 224; ++row) {
    for (int col = 0; col < 224; ++col) {
      for (int channel = 0; channel < 3; ++channel) {
        const float expected =
            (static_cast<float>(resized.pixel(x + col, y + row)[channel]) / 255.0F - 0.5F) / 0.5F;
        const auto index = (static_cast<std::size_t>(channel) * 224 + row) * 224 + col;
        different += tensor.values[index] != expected ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(different, 0);
  // The corner of the input's pixel (0, 0) and the far corner, as positions in the photo.
  const PhotoPlacement& placement = prepared->placement;
  EXPECT_NEAR(placement.photoX(0), x * photo.width() / static_cast<double>(width), 1e-9);
  EXPECT_NEAR(placement.photoY(0), y * photo.height() / static_cast<double>(height), 1e-9);
  EXPECT_NEAR(placement.photoX(224), (x + 224) * photo.width() / static_cast<double>(width), 1e-9);
  EXPECT_NEAR(placement.photoY(224), (y + 224) * photo.height() / static_cast<double>(height),
              1e-9);
}

TEST(Preprocess, ResizesAndCropsAsTorchvision) {
  expectCropOf(noise(97, 131), 256, 345, 16, 60);  // 345.7 is truncated; 60.5 goes to 60
  expectCropOf(noise(131, 97), 345, 256, 60, 16);
  expectCropOf(noise(100, 133), 256, 340, 16, 58);  // 340.48; 58 is whole
  expectCropOf(noise(200, 267), 256, 341, 16, 58);  // 58.5 goes to the even 58
  expectCropOf(noise(200, 269), 256, 344, 16, 60);
  expectCropOf(noise(200, 270), 256, 345, 16, 60);
  expectCropOf(noise(256, 347), 256, 347, 16, 62);  // 61.5 goes up to the even 62
  expectCropOf(noise(400, 400), 256, 256, 16, 16);
  expectCropOf(noise(1, 1), 256, 256, 16, 16);
}

TEST(Preprocess, StretchesTheWholePhoto) {
  const Image photo = noise(300, 50);
  Preprocessing preprocessing;
  preprocessing.fit = Preprocessing::Fit::Stretch;
  preprocessing.inputSize = 64;
  const auto prepared = preprocess(photo, preprocessing);
  ASSERT_TRUE(prepared);
  const Image picture = pictureOf(prepared->tensor, preprocessing);
  const Image expected = pilResize(photo, 64, 64);
  EXPECT_TRUE(std::equal(picture.data(), picture.pixel(0, 64), expected.data()));
  EXPECT_EQ(prepared->placement.photoWidth, 300);
  EXPECT_EQ(prepared->placement.photoHeight, 50);
  const RectF rect = prepared->placement.inputRect();
  EXPECT_EQ(rect.x, 0);
  EXPECT_EQ(rect.y, 0);
  EXPECT_DOUBLE_EQ(rect.width, 300);
  EXPECT_DOUBLE_EQ(rect.height, 50);
}

TEST(Preprocess, NarrowPhotosCostNoMoreThanTheirCrop) {
  // Resized, this one would have 256 x 128 million pixels.
  const auto prepared = preprocess(noise(1, 500'000), {});
  ASSERT_TRUE(prepared);
  EXPECT_EQ(prepared->tensor.values.size(), 3U * 224 * 224);
  EXPECT_NEAR(prepared->placement.photoY(112), 250'000, 1);
  Preprocessing stretch;
  stretch.fit = Preprocessing::Fit::Stretch;
  EXPECT_TRUE(preprocess(noise(1, 500'000), stretch));
}

TEST(Preprocess, NormalisesEachColour) {
  Preprocessing preprocessing;
  preprocessing.mean = {0.485F, 0.456F, 0.406F};
  preprocessing.stddev = {0.229F, 0.224F, 0.225F};
  const auto prepared = preprocess(plain(5, 7, 255, 0, 51), preprocessing);
  ASSERT_TRUE(prepared);
  const std::vector<float>& values = prepared->tensor.values;
  constexpr std::size_t kPlane = 50176;
  EXPECT_FLOAT_EQ(values[0], (1.0F - 0.485F) / 0.229F);
  EXPECT_FLOAT_EQ(values[kPlane], -0.456F / 0.224F);
  EXPECT_FLOAT_EQ(values[3 * kPlane - 1], (0.2F - 0.406F) / 0.225F);
  const Image picture = pictureOf(prepared->tensor, preprocessing);
  EXPECT_EQ(picture.pixel(223, 223)[0], 255);
  EXPECT_EQ(picture.pixel(223, 223)[1], 0);
  EXPECT_EQ(picture.pixel(223, 223)[2], 51);
}

TEST(Preprocess, PicturesOfAnyNumbers) {
  const float infinity = std::numeric_limits<float>::infinity();
  const Image picture =
      pictureOf({1, 2, {-5, 5, infinity, -infinity, std::nanf(""), 0}}, Preprocessing());
  EXPECT_EQ(std::vector<int>(picture.data(), picture.data() + 6),
            (std::vector<int>{0, 255, 0, 255, 0, 128}));
}

TEST(Preprocess, RefusesWhatCannotBe) {
  EXPECT_FALSE(preprocess(Image(), {}));
  Preprocessing preprocessing;
  preprocessing.inputSize = 300;
  const auto prepared = preprocess(noise(3, 3), preprocessing);
  ASSERT_FALSE(prepared);
  EXPECT_NE(prepared.error().sentence.find("resize_short_side"), std::string::npos);
  preprocessing.fit = Preprocessing::Fit::Stretch;
  EXPECT_TRUE(preprocess(noise(3, 3), preprocessing));
}

TEST(PreprocessingJson, RoundTrip) {
  EXPECT_EQ(toJson(Preprocessing()),
            R"({"fit":"resize-and-crop","input_size":224,"resize_short_side":256,)"
            R"("mean":[0.5,0.5,0.5],"std":[0.5,0.5,0.5]})");
  Preprocessing preprocessing;
  preprocessing.fit = Preprocessing::Fit::Stretch;
  preprocessing.inputSize = 192;
  preprocessing.mean = {0.485F, 0.456F, 0.406F};
  preprocessing.stddev = {0.229F, 0.224F, 0.225F};
  EXPECT_NE(toJson(preprocessing).find("[0.485,0.456,0.406]"), std::string::npos);
  const auto read = preprocessingFromJson(toJson(preprocessing));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, preprocessing);
}

TEST(PreprocessingJson, MissingFieldsKeepTheirDefaults) {
  const auto empty = preprocessingFromJson("{}");
  ASSERT_TRUE(empty);
  EXPECT_EQ(*empty, Preprocessing());
  const auto stretch = preprocessingFromJson(R"({"fit": "stretch", "mean": [0, 0, 0]})");
  ASSERT_TRUE(stretch);
  EXPECT_EQ(stretch->fit, Preprocessing::Fit::Stretch);
  EXPECT_EQ(stretch->mean, (std::array<float, 3>{0, 0, 0}));
  EXPECT_EQ(stretch->stddev, Preprocessing().stddev);
}

TEST(PreprocessingJson, NamesTheFieldThatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "not a JSON object"},
      {"[1, 2]", "not a JSON object"},
      {R"({"fit": )", "not a JSON object"},
      {std::string(100'000, '['), "not a JSON object"},
      {R"({"fit": "crop"})", "\"fit\" is \"crop\"; it must be"},
      {R"({"fit": 3})", "\"fit\" is 3"},
      {R"({"input_size": 0})", "\"input_size\" is 0; it must be from 1 to 4096"},
      {R"({"input_size": -224})", "\"input_size\" is -224"},
      {R"({"input_size": 224.5})", "\"input_size\" is 224.5"},
      {R"({"input_size": 18446744073709551615})", "\"input_size\" is 18446744073709551615"},
      {R"({"input_size": "224"})", "\"input_size\" is \"224\""},
      {R"({"resize_short_side": 200})", "\"resize_short_side\" is 200; it must be from input_size"},
      {R"({"resize_short_side": 1000000})", "\"resize_short_side\" is 1000000"},
      {R"({"mean": 0.5})", "\"mean\" is 0.5; it must be a list of three numbers"},
      {R"({"mean": [0.5, 0.5]})", "\"mean\" is [0.5,0.5]"},
      {R"({"mean": [0.5, 0.5, null]})", "\"mean\" is [0.5,0.5,null]"},
      {R"({"mean": [123.7, 116.3, 103.5]})", "\"mean\" is 123.7; it must be from 0 to 1"},
      {R"({"std": [0.5, 0, 0.5]})", "\"std\" is 0; it must be from 0.001"},
      {R"({"std": [1e30, 1e39, 0.5]})", "\"std\" is 1e+30"},
      {R"({"interpolation": "bicubic"})", "a field \"interpolation\", which this version"},
  };
  for (const auto& [json, expected] : cases) {
    SCOPED_TRACE(json.substr(0, 100));
    const auto read = preprocessingFromJson(json);
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().sentence.find(expected), std::string::npos) << read.error().sentence;
  }
}

}  // namespace
}  // namespace filterlens
