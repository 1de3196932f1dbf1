#include "core/image/image_codec.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "core/export/whole_file.h"
#include "core/image/preprocess.h"
#include "tests/support/noise.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

const fs::path kImages = FILTERLENS_TEST_DATA "/images";

using Colour = std::array<int, 3>;
using Picture = Colour (*)(int x, int y);

// The pictures of tests/data/images/make_images.py.
Colour colours(int x, int y) { return {x * 10 + 5, y * 15 + 10, 200 - 4 * x - 3 * y}; }
Colour blocks(int x, int y) { return colours(x - x % 6, y - y % 8); }
Colour grey(int x, int y) {
  const auto [red, green, blue] = colours(x, y);
  const int value = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  return {value, value, value};
}
Colour twoLevel(int x, int y) {
  return (x + 2 * y) % 3 == 0 ? Colour{255, 255, 255} : Colour{0, 0, 0};
}
Colour whiteFirstBlock(int x, int y) {
  return x < 6 && y < 8 ? Colour{255, 255, 255} : blocks(x, y);
}
/// A colour at column x over white: opacity grows from left to right.
Colour overWhite(Colour colour, int x) {
  const int alpha = std::clamp(x * 12 - 10, 0, 255);
  for (int& value : colour) value = (value * alpha + 255 * (255 - alpha) + 127) / 255;
  return colour;
}
Colour fadingColours(int x, int y) { return overWhite(colours(x, y), x); }
Colour fadingGrey(int x, int y) { return overWhite(grey(x, y), x); }

struct Case {
  const char* file;
  Picture picture;
  int tolerance = 0;  ///< largest difference of a value
  ImageSource source = {};
};

ImageSource source(int bits, int channels, bool alpha = false, int orientation = 1) {
  return {bits, channels, alpha, orientation};
}

void expectPicture(const Image& image, const Case& test) {
  ASSERT_EQ(image.width(), 24);
  ASSERT_EQ(image.height(), 16);
  int worst = 0;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 24; ++x) {
      const Colour expected = test.picture(x, y);
      for (std::size_t i = 0; i < 3; ++i) {
        worst = std::max(worst, std::abs(image.pixel(x, y)[i] - expected[i]));
      }
    }
  }
  EXPECT_LE(worst, test.tolerance);
}

void expectRead(const Case& test) {
  SCOPED_TRACE(test.file);
  testing::internal::CaptureStderr();
  const auto photo = readPhoto(kImages / test.file);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_TRUE(photo) << photo.error().sentence;
  expectPicture(photo->image, test);
  EXPECT_EQ(photo->source.bitsPerChannel, test.source.bitsPerChannel);
  EXPECT_EQ(photo->source.channels, test.source.channels);
  EXPECT_EQ(photo->source.hadAlpha, test.source.hadAlpha);
  EXPECT_EQ(photo->source.exifOrientation, test.source.exifOrientation);
}

TEST(ReadPhoto, Png) {
  for (const Case& test : std::vector<Case>{
           {"rgb.png", colours, 0, source(8, 3)},
           {"interlaced.png", colours, 0, source(8, 3)},
           {"rgba.png", fadingColours, 0, source(8, 4, true)},
           {"grey.png", grey, 0, source(8, 1)},
           {"grey-alpha.png", fadingGrey, 0, source(8, 2, true)},
           {"two-level.png", twoLevel, 0, source(1, 1)},
           {"palette.png", blocks, 0, source(4, 1)},
           {"palette-transparent.png", whiteFirstBlock, 0, source(4, 1, true)},
           {"rgb-transparent-colour.png", whiteFirstBlock, 0, source(8, 3, true)},
           {"grey16.png", grey, 0, source(16, 1)},
           {"rgb16.png", colours, 0, source(16, 3)},
           {"grey-alpha16.png", fadingGrey, 0, source(16, 2, true)},
           {"rgba16.png", fadingColours, 0, source(16, 4, true)},
           {"orientation6.png", colours, 0, source(8, 3, false, 6)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, Jpeg) {
  for (const Case& test : std::vector<Case>{
           {"rgb.jpg", colours, 4, source(8, 3)},
           {"progressive.jpg", colours, 4, source(8, 3)},
           {"grey.jpg", grey, 4, source(8, 1)},
           {"cmyk.jpg", colours, 4, source(8, 4)},
           {"ycck.jpg", colours, 6, source(8, 4)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, EveryOrientation) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const std::string name = "orientation" + std::to_string(orientation);
    expectRead({(name + ".jpg").c_str(), colours, 4, source(8, 3, false, orientation)});
    if (orientation > 1) {
      expectRead({(name + ".tif").c_str(), colours, 0, source(8, 3, false, orientation)});
    }
  }
}

TEST(ReadPhoto, Webp) {
  for (const Case& test : std::vector<Case>{
           {"lossy.webp", colours, 12, source(8, 3)},
           {"lossless.webp", colours, 0, source(8, 3)},
           {"alpha.webp", fadingColours, 0, source(8, 4, true)},
           {"orientation8.webp", colours, 0, source(8, 3, false, 8)},
           {"animated.webp", colours, 0, source(8, 3)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, Tiff) {
  for (const Case& test : std::vector<Case>{
           {"rgb.tif", colours, 0, source(8, 3)},
           {"lzw.tif", colours, 0, source(8, 3)},
           {"tiles.tif", colours, 0, source(8, 3)},
           {"big.tif", colours, 0, source(8, 3)},
           {"two-pages.tif", colours, 0, source(8, 3)},
           {"jpeg.tif", colours, 12, source(8, 3)},
           {"grey.tif", grey, 0, source(8, 1)},
           {"white-is-zero.tif", grey, 0, source(8, 1)},
           {"two-level.tif", twoLevel, 0, source(1, 1)},
           {"fax.tif", twoLevel, 0, source(1, 1)},
           {"palette.tif", blocks, 0, source(8, 1)},
           {"cmyk.tif", colours, 0, source(8, 4)},
           {"rgba.tif", fadingColours, 1, source(8, 4, true)},
           {"associated.tif", fadingColours, 1, source(8, 4, true)},
           {"unspecified.tif", colours, 0, source(8, 4)},
           {"grey-alpha.tif", fadingGrey, 1, source(8, 2, true)},
           {"grey16.tif", grey, 0, source(16, 1)},
           {"rgba16.tif", fadingColours, 1, source(16, 4, true)},
           {"planes16.tif", colours, 0, source(16, 3)},
           {"big-endian16.tif", colours, 0, source(16, 3)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, Bmp) {
  for (const Case& test : std::vector<Case>{
           {"rgb.bmp", colours, 0, source(8, 3)},
           {"rgba.bmp", fadingColours, 0, source(8, 4, true)},
           {"grey.bmp", grey, 0, source(8, 1)},
           {"two-level.bmp", twoLevel, 0, source(1, 1)},
           {"palette.bmp", blocks, 0, source(8, 1)},
           {"runs.bmp", blocks, 0, source(8, 1)},
           {"runs4.bmp", blocks, 0, source(4, 1)},
           {"masks565.bmp", colours, 8, source(8, 3)},
           {"bits555.bmp", colours, 8, source(8, 3)},
           {"unused-alpha.bmp", colours, 0, source(8, 4)},
           {"top-down.bmp", colours, 0, source(8, 3)},
           {"os2.bmp", colours, 0, source(8, 3)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, Pnm) {
  for (const Case& test : std::vector<Case>{
           {"text.pbm", twoLevel, 0, source(1, 1)},
           {"binary.pbm", twoLevel, 0, source(1, 1)},
           {"text1023.pgm", grey, 0, source(16, 1)},
           {"binary.pgm", grey, 0, source(8, 1)},
           {"binary1023.pgm", grey, 0, source(16, 1)},
           {"text.ppm", colours, 0, source(8, 3)},
           {"binary.ppm", colours, 0, source(8, 3)},
           {"binary100.ppm", colours, 2, source(8, 3)},
           {"binary16.ppm", colours, 0, source(16, 3)},
       }) {
    expectRead(test);
  }
}

TEST(ReadPhoto, FortyMegapixels) {
  constexpr int kWidth = 7304;
  constexpr int kHeight = 5478;
  const fs::path path =
      fs::path(testing::TempDir()) / ("large." + std::to_string(::getpid()) + ".jpg");
  {
    cv::Mat picture(kHeight, kWidth, CV_8UC3);
    picture.setTo(cv::Scalar(30, 60, 200));
    picture(cv::Rect(kWidth / 2, 0, kWidth / 2, kHeight / 2)).setTo(cv::Scalar(220, 120, 20));
    ASSERT_TRUE(cv::imwrite(path, picture));
  }
  const auto photo = readPhoto(path);
  fs::remove(path);
  ASSERT_TRUE(photo) << photo.error().sentence;
  ASSERT_EQ(photo->image.width(), kWidth);
  ASSERT_EQ(photo->image.height(), kHeight);
  const std::uint8_t* left = photo->image.pixel(100, kHeight - 100);
  EXPECT_NEAR(left[0], 200, 2);
  EXPECT_NEAR(left[1], 60, 2);
  EXPECT_NEAR(left[2], 30, 2);
  const auto prepared = preprocess(photo->image, {});
  ASSERT_TRUE(prepared);
  const Image input = pictureOf(prepared->tensor, {});
  EXPECT_NEAR(input.pixel(200, 20)[0], 20, 2);
  EXPECT_NEAR(input.pixel(200, 20)[2], 220, 2);
  EXPECT_NEAR(input.pixel(200, 200)[0], 200, 2);
}

/// Mean of the values of a part of an image, for each channel.
std::array<double, 3> meanOf(const Image& image, double fromX, double toX, double fromY,
                             double toY) {
  std::array<double, 3> sum{};
  int count = 0;
  for (int y = int(fromY * image.height()); y < int(toY * image.height()); ++y) {
    for (int x = int(fromX * image.width()); x < int(toX * image.width()); ++x, ++count) {
      for (std::size_t i = 0; i < 3; ++i) sum[i] += image.pixel(x, y)[i];
    }
  }
  for (double& value : sum) value /= count;
  return sum;
}

TEST(ReadThumbnail, IsTheSamePictureSmaller) {
  const fs::path stem = fs::path(testing::TempDir()) / ("thumbnail." + std::to_string(::getpid()));
  cv::Mat picture(1203, 2001, CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      picture.at<cv::Vec3b>(y, x) = {static_cast<uchar>(x / 8), static_cast<uchar>(y / 5),
                                     static_cast<uchar>(255 - x / 10)};
    }
  }
  for (const char* ending : {".jpg", ".png"}) {
    const fs::path path = stem.string() + ending;
    ASSERT_TRUE(cv::imwrite(path, picture));
    const auto whole = readPhoto(path);
    const auto small = readThumbnail(path, 96);
    fs::remove(path);
    ASSERT_TRUE(whole && small);
    ASSERT_EQ(small->image.width(), 96);
    ASSERT_EQ(small->image.height(), 58);
    for (int part = 0; part < 4; ++part) {
      const double x = 0.5 * (part % 2);
      const double y = 0.5 * (part / 2);
      const auto expected = meanOf(whole->image, x, x + 0.5, y, y + 0.5);
      const auto mean = meanOf(small->image, x, x + 0.5, y, y + 0.5);
      for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(mean[i], expected[i], 1.5) << ending;
    }
  }
}

TEST(ReadThumbnail, IsUprightAndNeverLargerThanThePhoto) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto path = kImages / ("orientation" + std::to_string(orientation) + ".jpg");
    const auto same = readThumbnail(path, 96);
    ASSERT_TRUE(same);
    expectPicture(same->image, {"", colours, 4});
    const auto half = readThumbnail(path, 12);
    ASSERT_TRUE(half);
    EXPECT_EQ(half->image.width(), 12);
    EXPECT_EQ(half->image.height(), 8);
    EXPECT_NEAR(half->image.pixel(11, 0)[0], (colours(22, 0)[0] + colours(23, 0)[0]) / 2, 8);
    EXPECT_NEAR(half->image.pixel(0, 7)[1], (colours(0, 14)[1] + colours(0, 15)[1]) / 2, 8);
  }
}

TEST(ReadThumbnail, SaysWhatIsWrong) {
  const auto nothing = readThumbnail("no such photo.jpg", 96);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().sentence, readPhoto("no such photo.jpg").error().sentence);
}

TEST(EncodePng, RoundTrip) {
  const Image picture = noise(37, 21);
  const auto png = encodePng(picture);
  ASSERT_TRUE(png);
  const fs::path path =
      fs::path(testing::TempDir()) / ("round." + std::to_string(::getpid()) + ".png");
  ASSERT_TRUE(writeWhole(path, *png));
  const auto photo = readPhoto(path);
  fs::remove(path);
  ASSERT_TRUE(photo);
  EXPECT_TRUE(std::equal(picture.data(), picture.pixel(0, 21), photo->image.data()));
  EXPECT_FALSE(encodePng(Image()));
}

}  // namespace
}  // namespace filterlens
