#include "core/image/image_codec.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

constexpr std::uintmax_t kMaxFileSize = std::uintmax_t{1} << 30;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::vector<std::uint8_t> readBytes(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (status.type() == fs::file_type::not_found) throw DecodeError("there is no such file");
  if (failed) throw DecodeError(failed.message());
  if (fs::is_directory(status)) throw DecodeError("it is a folder, not a picture");
  if (!fs::is_regular_file(status)) throw DecodeError("it is a device or a pipe, not a picture");
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed) throw DecodeError(failed.message());
  if (size == 0) throw DecodeError("the file is empty");
  if (size > kMaxFileSize) throw DecodeError("the file is larger than 1 GiB");

  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    throw DecodeError(errno == EACCES ? "you have no permission to read it"
                                      : std::generic_category().message(errno));
  }
  std::vector<std::uint8_t> bytes(size);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) throw DecodeError(std::generic_category().message(errno));
  return bytes;
}

/// How a kind of file begins.
struct Signature {
  std::size_t offset;
  std::string_view bytes;

  [[nodiscard]] bool matches(FileBytes file) const {
    return file.size() >= offset + bytes.size() &&
           std::memcmp(file.data() + offset, bytes.data(), bytes.size()) == 0;
  }
};

struct Format {
  Signature signature;
  Photo (*decode)(FileBytes);
};

constexpr std::array<Format, 14> kFormats{{
    {{0, "\xFF\xD8\xFF"sv}, decodeJpeg},
    {{0, "\x89PNG\r\n\x1A\n"sv}, decodePng},
    {{8, "WEBP"sv}, decodeWebp},
    {{0, "II*\0"sv}, decodeTiff},
    {{0, "MM\0*"sv}, decodeTiff},
    {{0, "II+\0"sv}, decodeTiff},  // BigTIFF
    {{0, "MM\0+"sv}, decodeTiff},
    {{0, "BM"sv}, decodeBmp},
    {{0, "P1"sv}, decodePnm},
    {{0, "P2"sv}, decodePnm},
    {{0, "P3"sv}, decodePnm},
    {{0, "P4"sv}, decodePnm},
    {{0, "P5"sv}, decodePnm},
    {{0, "P6"sv}, decodePnm},
}};

/// Kinds that people take for readable: named, so that they know what to convert.
constexpr std::array<std::pair<Signature, std::string_view>, 9> kOthers{{
    {{0, "GIF8"sv}, "a GIF picture"},
    {{4, "ftypavif"sv}, "an AVIF picture"},
    {{4, "ftyp"sv}, "a HEIC picture or a film"},
    {{4, "jP  "sv}, "a JPEG 2000 picture"},
    {{4, "JXL "sv}, "a JPEG XL picture"},
    {{0, "8BPS"sv}, "a Photoshop file"},
    {{0, "v/1\x01"sv}, "an OpenEXR picture"},
    {{0, "%PDF"sv}, "a PDF document"},
    {{0, "PK\x03\x04"sv}, "an archive or a checkpoint"},
}};

Photo decode(FileBytes bytes) {
  for (const Format& format : kFormats) {
    if (format.signature.matches(bytes)) return format.decode(bytes);
  }
  constexpr std::string_view kAdvice = "a JPEG, PNG, WebP, TIFF, BMP or PNM picture";
  for (const auto& [signature, name] : kOthers) {
    if (!signature.matches(bytes)) continue;
    throw DecodeError("it is " + std::string(name) + ", not " + std::string(kAdvice));
  }
  throw DecodeError("it is not " + std::string(kAdvice));
}

cv::Mat matOver(const Image& image) {
  return {image.height(), image.width(), CV_8UC3, const_cast<std::uint8_t*>(image.data())};
}

/// Undoes how the camera was held: orientation as Exif numbers it, 1..8.
Image upright(const Image& image, int orientation) {
  if (orientation == 1) return image;
  const bool turned = orientation >= 5;
  const int width = turned ? image.height() : image.width();
  const int height = turned ? image.width() : image.height();
  std::vector<std::uint8_t> pixels(std::size_t{3} * width * height);
  cv::Mat target(height, width, CV_8UC3, pixels.data());
  const cv::Mat source = matOver(image);
  constexpr int kLeftRight = 1;
  constexpr int kUpsideDown = 0;
  constexpr int kBoth = -1;
  switch (orientation) {
    case 2:
      cv::flip(source, target, kLeftRight);
      break;
    case 3:
      cv::flip(source, target, kBoth);
      break;
    case 4:
      cv::flip(source, target, kUpsideDown);
      break;
    case 5:
      cv::transpose(source, target);
      break;
    case 6:
      cv::rotate(source, target, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:
      cv::transpose(source, target);
      cv::flip(target, target, kBoth);
      break;
    default:
      cv::rotate(source, target, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
  }
  return {width, height, std::move(pixels)};
}

/// OpenCV reports on stderr by itself; what matters reaches the user as a sentence.
void silenceOpenCv() {
  static const auto silenced =
      cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  static_cast<void>(silenced);
}

/// Not larger than that; a smaller picture stays as it is.
Image shrunk(const Image& image, int longerSide) {
  const int longer = std::max(image.width(), image.height());
  if (longer <= longerSide) return image;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(double(side) * longerSide / longer)));
  };
  const int width = scaled(image.width());
  const int height = scaled(image.height());
  std::vector<std::uint8_t> pixels(std::size_t{3} * width * height);
  cv::Mat target(height, width, CV_8UC3, pixels.data());
  cv::resize(matOver(image), target, target.size(), 0, 0, cv::INTER_AREA);
  return {width, height, std::move(pixels)};
}

/// A file's picture, upright, or a sentence that says what is wrong with it.
template <class Decode>
Result<Photo> read(const fs::path& path, Decode decode) {
  std::string why;
  try {
    silenceOpenCv();
    Photo photo = decode(readBytes(path));
    photo.image = upright(photo.image, photo.source.exifOrientation);
    return photo;
  } catch (const DecodeError& error) {
    why = error.what();
  } catch (const std::bad_alloc&) {
    why = "there is not enough memory for it";
  } catch (const cv::Exception& error) {
    why = "the picture is damaged (" + error.err + ")";
  }
  return Error{"Cannot read " + path.string() + ": " + why + "."};
}

}  // namespace

Result<Photo> readPhoto(const fs::path& path) {
  return read(path, [](FileBytes bytes) { return decode(bytes); });
}

Result<Photo> readThumbnail(const fs::path& path, int longerSide) {
  return read(path, [longerSide](FileBytes bytes) {
    const bool jpeg = kFormats.front().signature.matches(bytes);
    Photo photo = jpeg ? decodeJpegReduced(bytes, longerSide) : decode(bytes);
    photo.image = shrunk(photo.image, longerSide);
    return photo;
  });
}

Result<std::vector<std::byte>> encodePng(const Image& image) {
  if (image.empty()) return Error{"There is no picture to write."};
  try {
    silenceOpenCv();
    cv::Mat bgr;
    cv::cvtColor(matOver(image), bgr, cv::COLOR_RGB2BGR);
    std::vector<std::uint8_t> encoded;
    if (cv::imencode(".png", bgr, encoded)) {
      std::vector<std::byte> bytes(encoded.size());
      std::memcpy(bytes.data(), encoded.data(), encoded.size());
      return bytes;
    }
  } catch (const std::exception&) {  // too large for memory, or for the format
  }
  return Error{"The picture could not be encoded as PNG; there may not be enough memory."};
}

}  // namespace filterlens
