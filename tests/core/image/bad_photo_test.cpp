// Files that are no pictures, not whole, damaged, or too large: each is one clear sentence, and
// nothing is printed.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/image/image_codec.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

const fs::path kImages = FILTERLENS_TEST_DATA "/images";

Bytes bytesOf(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Bytes textBytes(std::string_view text) { return {text.begin(), text.end()}; }

class BadPhoto : public testing::Test {
 protected:
  BadPhoto() {
    fs::create_directories(folder_);
    testing::internal::CaptureStderr();
  }
  ~BadPhoto() override {
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    fs::remove_all(folder_);
  }

  fs::path write(const std::string& name, const Bytes& bytes) const {
    fs::path path = folder_ / name;
    fs::remove(path);  // some file systems take long over a file that is cut and written again
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return path;
  }

  /// Reads; a failure must be one sentence that names the file.
  static Result<Photo> read(const fs::path& path) {
    auto photo = readPhoto(path);
    if (!photo) {
      const std::string& sentence = photo.error().sentence;
      EXPECT_TRUE(sentence.starts_with("Cannot read " + path.string() + ": ")) << sentence;
      EXPECT_TRUE(sentence.ends_with(".")) << sentence;
      EXPECT_EQ(sentence.find('\n'), std::string::npos) << sentence;
    }
    return photo;
  }

  static void expectRefused(const fs::path& path, std::string_view expected) {
    const auto photo = read(path);
    ASSERT_FALSE(photo) << path;
    EXPECT_NE(photo.error().sentence.find(expected), std::string::npos) << photo.error().sentence;
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / ("bad_photo_test." + std::to_string(::getpid()));
};

std::vector<fs::path> allImages() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kImages)) {
    if (entry.path().extension() != ".py") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool samePixels(const Image& a, const Image& b) {
  return a.width() == b.width() && a.height() == b.height() &&
         std::equal(a.data(), a.pixel(0, a.height()), b.data());
}

TEST_F(BadPhoto, WhatIsNoFile) {
  expectRefused(folder_ / "missing.jpg", "there is no such file");
  expectRefused(folder_ / "missing" / "photo.jpg", "there is no such file");
  expectRefused(folder_, "it is a folder, not a picture");
  expectRefused("/dev/null", "it is a device or a pipe");
  fs::create_symlink("loop.jpg", folder_ / "loop.jpg");
  expectRefused(folder_ / "loop.jpg", "Too many levels of symbolic links");
  expectRefused(folder_ / (std::string(256, 'x') + ".jpg"), "File name too long");
}

TEST_F(BadPhoto, WhatIsNoPicture) {
  expectRefused(write("empty.png", {}), "the file is empty");
  expectRefused(write("text.jpg", textBytes("This is a text.\n")),
                "it is not a JPEG, PNG, WebP, TIFF, BMP or PNM picture");
  expectRefused(write("one.jpg", {0xFF}), "it is not a JPEG");
  expectRefused(write("moving.gif", textBytes("GIF89a and so on")), "it is a GIF picture, not");
  expectRefused(write("phone.heic", textBytes("\1\1\1\1ftypheic....")), "it is a HEIC picture");
  expectRefused(write("new.avif", textBytes("\1\1\1\1ftypavif....")), "it is an AVIF picture");
  expectRefused(write("model.pth", textBytes("PK\3\4 and so on")),
                "it is an archive or a checkpoint");
}

TEST_F(BadPhoto, FloatingPointTiff) {
  expectRefused(kImages / "float.tif", "it holds 32-bit floating-point values");
}

TEST_F(BadPhoto, AFileWithoutPermission) {
  const fs::path path = write("locked.png", bytesOf(kImages / "rgb.png"));
  ASSERT_EQ(::chmod(path.c_str(), 0), 0);
  const auto photo = read(path);
  // Root may read anything.
  if (photo) {
    EXPECT_EQ(::geteuid(), 0U);
  } else {
    EXPECT_NE(photo.error().sentence.find("you have no permission to read it"), std::string::npos);
  }
}

TEST_F(BadPhoto, ACutFileIsWholeOrRefused) {
  // Of some formats the end says nothing about the pixels; then the picture must be whole.
  for (const fs::path& path : allImages()) {
    SCOPED_TRACE(path.filename());
    const Bytes bytes = bytesOf(path);
    const auto whole = read(path);
    // A text may lose the last digits of its last number, and nobody can tell.
    const bool text = path.filename().string().starts_with("text");
    const std::size_t longest = bytes.size() - (text ? 4 : 1);
    const std::size_t step = bytes.size() / 40 + 1;
    std::size_t refused = 0;
    std::size_t cuts = 0;
    for (std::size_t missing = 0; missing < longest; missing += missing < 8 ? 1 : step) {
      Bytes part = bytes;
      part.resize(longest - missing);
      const auto cut = read(write("cut", part));
      ++cuts;
      if (!cut) {
        ++refused;
      } else if (!whole || !samePixels(cut->image, whole->image)) {
        ADD_FAILURE() << "shown in part, cut to " << part.size() << " bytes";
      }
    }
    EXPECT_GT(refused, cuts / 3);
  }
}

TEST_F(BadPhoto, TruncatedJpegAndPngSaySo) {
  for (const char* name : {"rgb.jpg", "progressive.jpg", "cmyk.jpg", "rgb16.png", "rgb.bmp",
                           "text.ppm", "binary.pgm", "lossless.webp"}) {
    Bytes bytes = bytesOf(kImages / name);
    bytes.resize(bytes.size() * 3 / 4);
    expectRefused(write(name, bytes), "picture is incomplete, the file ends too early");
  }
}

TEST_F(BadPhoto, MutatedFilesAreReadOrRefused) {
  std::mt19937 random(1);
  const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (const fs::path& path : allImages()) {
    SCOPED_TRACE(path.filename());
    const Bytes original = bytesOf(path);
    for (int i = 0; i < 300; ++i) {
      Bytes bytes = original;
      for (std::size_t flips = 1 + below(4); flips > 0; --flips) {
        bytes[below(bytes.size())] ^= static_cast<std::uint8_t>(1U << below(8));
      }
      if (i % 3 == 0) bytes[below(std::min<std::size_t>(bytes.size(), 64))] = 0xFF;
      const auto photo = read(write("mutated", bytes));
      EXPECT_TRUE(!photo || !photo->image.empty());
    }
  }
}

/// Writes a big-endian number of 4 bytes.
void put32(Bytes& bytes, std::size_t offset, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) {
    bytes[offset + static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
}

TEST_F(BadPhoto, TooManyPixelsAreRefusedBeforeTheyAreDecoded) {
  constexpr std::string_view kExpected = "a photo may have up to 100 million pixels";
  Bytes png = bytesOf(kImages / "rgb.png");
  put32(png, 16, 500'000);
  put32(png, 20, 500'000);
  put32(png, 29, static_cast<std::uint32_t>(crc32(0, &png[12], 17)));
  expectRefused(write("large.png", png), kExpected);
  expectRefused(write("large.png", png), "it has 500000 x 500000 pixels");

  Bytes jpeg = bytesOf(kImages / "rgb.jpg");
  const Bytes frame{0xFF, 0xC0, 0x00, 0x11, 8};
  const auto found = std::search(jpeg.begin(), jpeg.end(), frame.begin(), frame.end());
  ASSERT_NE(found, jpeg.end());
  std::fill(found + 5, found + 9, 0xF0);
  expectRefused(write("large.jpg", jpeg), kExpected);

  Bytes bmp = bytesOf(kImages / "rgb.bmp");
  bmp[20] = bmp[24] = 2;
  expectRefused(write("large.bmp", bmp), kExpected);

  Bytes tiff = bytesOf(kImages / "rgb.tif");
  const Bytes widthTag{0x00, 0x01, 0x04, 0x00, 1, 0, 0, 0};
  const auto tag = std::search(tiff.begin(), tiff.end(), widthTag.begin(), widthTag.end());
  ASSERT_NE(tag, tiff.end());
  *(tag + 11) = 1;
  expectRefused(write("large.tif", tiff), kExpected);

  Bytes webp = bytesOf(kImages / "lossless.webp");
  std::fill(webp.begin() + 21, webp.begin() + 24, 0xFF);  // 14 bits of width, 14 of height, each
  webp[24] |= 0x0F;                                       // less one
  expectRefused(write("large.webp", webp), kExpected);

  expectRefused(write("large.ppm", textBytes("P6 20000 20000 255 ")), kExpected);
  expectRefused(write("long.pgm", textBytes("P5 1 1000001 255 ")), "and 1000000 on a side");
  expectRefused(write("short.ppm", textBytes("P6 9000 9000 255 ")), "the file ends too early");
  expectRefused(write("none.ppm", textBytes("P6 0 5 255 ")), "its size is given as 0 x 5 pixels");
}

TEST_F(BadPhoto, DamagedPnm) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"P2", "the file ends too early"},
      {"P2 x", "a number is missing"},
      {"P2 2 2 0 ", "its largest value is 0"},
      {"P2 2 2 65536 1 1 1 1", "a number is too large"},
      {"P2 2 2 9 1 1 10 1", "a number is too large"},
      {"P2 99999999999 2 9 ", "a number is too large"},
      {"P1 2 2 0 1 2 0", "a pixel is neither 0 nor 1"},
      {"P5 1 1 255x", "its header does not end"},
  };
  for (const auto& [text, expected] : cases) {
    expectRefused(write("damaged.pnm", textBytes(text)), expected);
  }
}

}  // namespace
}  // namespace filterlens
