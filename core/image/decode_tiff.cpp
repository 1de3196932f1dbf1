#include <tiffio.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

/// The file in memory, as libtiff's callbacks see it, and the first thing that it complained about.
struct TiffInput {
  FileBytes bytes;
  toff_t position = 0;
  std::string problem;
};

TiffInput& inputOf(thandle_t handle) { return *static_cast<TiffInput*>(handle); }

tmsize_t onRead(thandle_t handle, void* target, tmsize_t count) {
  TiffInput& input = inputOf(handle);
  const toff_t left = input.bytes.size() - std::min<toff_t>(input.position, input.bytes.size());
  const toff_t taken = std::min<toff_t>(left, static_cast<toff_t>(std::max<tmsize_t>(count, 0)));
  if (taken > 0) std::memcpy(target, input.bytes.data() + input.position, taken);
  input.position += taken;
  return static_cast<tmsize_t>(taken);
}

tmsize_t onWrite(thandle_t /*handle*/, void* /*source*/, tmsize_t /*count*/) { return 0; }

toff_t onSeek(thandle_t handle, toff_t offset, int whence) {
  TiffInput& input = inputOf(handle);
  const toff_t base = whence == SEEK_CUR   ? input.position
                      : whence == SEEK_END ? input.bytes.size()
                                           : 0;
  return input.position = base + offset;
}

int onClose(thandle_t /*handle*/) { return 0; }

/// The file is in memory already: libtiff reads it in place.
int onMap(thandle_t handle, void** base, toff_t* size) {
  *base = const_cast<std::uint8_t*>(inputOf(handle).bytes.data());
  *size = inputOf(handle).bytes.size();
  return 1;
}

void onUnmap(thandle_t /*handle*/, void* /*base*/, toff_t /*size*/) {}
toff_t onSize(thandle_t handle) { return inputOf(handle).bytes.size(); }

int onError(TIFF* /*tiff*/, void* input, const char* /*module*/, const char* format,
            va_list arguments) {
  std::string& problem = static_cast<TiffInput*>(input)->problem;
  char text[256];
  std::vsnprintf(text, sizeof text, format, arguments);
  if (problem.empty()) problem = text;
  return 1;
}

/// Warnings are about tags that are not known or not in order, which cameras write freely.
int onWarning(TIFF* /*tiff*/, void* /*input*/, const char* /*module*/, const char* /*format*/,
              va_list /*arguments*/) {
  return 1;
}

struct TiffCloser {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};
using Tiff = std::unique_ptr<TIFF, TiffCloser>;

Tiff open(TiffInput& input) {
  constexpr tmsize_t kLargestBlock = tmsize_t{1} << 30;
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), onError, &input);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), onWarning, nullptr);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), kLargestBlock);
  return Tiff(TIFFClientOpenExt("", "r", &input, onRead, onWrite, onSeek, onClose, onSize, onMap,
                                onUnmap, options.get()));
}

std::uint16_t field(TIFF* tiff, ttag_t tag) {
  std::uint16_t value = 0;
  TIFFGetFieldDefaulted(tiff, tag, &value);
  return value;
}

/// What the channel after the colours is: one of libtiff's EXTRASAMPLE_ values. "Unspecified",
/// which may be anything, where there is none.
std::uint16_t extraChannel(TIFF* tiff) {
  std::uint16_t count = 0;
  const std::uint16_t* kinds = nullptr;
  const bool found = TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) == 1 && count > 0;
  return found ? kinds[0] : EXTRASAMPLE_UNSPECIFIED;
}

/// Whether libtiff gives colours that are not yet multiplied by alpha: it multiplies RGB itself,
/// but not grey.
bool givesStraightAlpha(TIFF* tiff) {
  return extraChannel(tiff) == EXTRASAMPLE_UNASSALPHA &&
         field(tiff, TIFFTAG_PHOTOMETRIC) <= PHOTOMETRIC_MINISBLACK;
}

ImageSource sourceOf(TIFF* tiff) {
  ImageSource source;
  source.bitsPerChannel = field(tiff, TIFFTAG_BITSPERSAMPLE);
  source.channels = field(tiff, TIFFTAG_SAMPLESPERPIXEL);
  source.hadAlpha = extraChannel(tiff) != EXTRASAMPLE_UNSPECIFIED;
  const int orientation = field(tiff, TIFFTAG_ORIENTATION);
  source.exifOrientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  return source;
}

void requireShowable(TIFF* tiff, const ImageSource& source) {
  const bool floats = field(tiff, TIFFTAG_SAMPLEFORMAT) == SAMPLEFORMAT_IEEEFP;
  if (floats || source.bitsPerChannel > 16) {
    throw DecodeError("it holds " + std::to_string(source.bitsPerChannel) + "-bit " +
                      (floats ? "floating-point" : "integer") +
                      " values, of which nobody says what is white; save it with 8 or 16 bits");
  }
  char reason[1024] = "";
  if (TIFFRGBAImageOK(tiff, reason) == 0) {
    throw DecodeError(std::string("it is a kind of TIFF that cannot be shown (") + reason + ")");
  }
}

/// Red, green, blue and alpha from libtiff's own order, straight or multiplied by alpha, over
/// white.
std::vector<std::uint8_t> rgbOf(const std::vector<std::uint32_t>& raster, const ImageSource& source,
                                bool straight) {
  std::vector<std::uint8_t> pixels(raster.size() * 3);
  auto* target = pixels.data();
  for (const std::uint32_t pixel : raster) {
    const std::uint32_t alpha = source.hadAlpha ? TIFFGetA(pixel) : 255;
    for (const std::uint32_t value : {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)}) {
      const std::uint32_t covered = straight ? (value * alpha + 127) / 255 : value;
      *target++ = static_cast<std::uint8_t>(std::min(covered + 255 - alpha, 255U));
    }
  }
  return pixels;
}

/// The first page as it is stored, top row first.
std::vector<std::uint32_t> readRaster(TIFF* tiff, std::uint32_t width, std::uint32_t height,
                                      const std::string& problem) {
  TIFFRGBAImage image{};
  char reason[1024] = "";
  if (TIFFRGBAImageBegin(&image, tiff, /*stop=*/1, reason) == 0) {
    throw damagedError("TIFF", reason);
  }
  const std::unique_ptr<TIFFRGBAImage, void (*)(TIFFRGBAImage*)> end(&image, TIFFRGBAImageEnd);
  image.orientation = ORIENTATION_TOPLEFT;
  image.req_orientation = ORIENTATION_TOPLEFT;
  std::vector<std::uint32_t> raster(static_cast<std::size_t>(width) * height);
  if (TIFFRGBAImageGet(&image, raster.data(), width, height) == 0 || !problem.empty()) {
    throw damagedError("TIFF", problem.empty() ? "its pixels cannot be decoded" : problem);
  }
  return raster;
}

}  // namespace

Photo decodeTiff(FileBytes bytes) {
  TiffInput input{bytes, 0, {}};
  const Tiff tiff = open(input);
  if (!tiff) throw damagedError("TIFF", input.problem);
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  requireReadableSize(width, height);
  const ImageSource source = sourceOf(tiff.get());
  requireShowable(tiff.get(), source);
  const auto raster = readRaster(tiff.get(), width, height, input.problem);
  std::vector<std::uint8_t> pixels = rgbOf(raster, source, givesStraightAlpha(tiff.get()));
  return {Image(static_cast<int>(width), static_cast<int>(height), std::move(pixels)), source};
}

}  // namespace filterlens
