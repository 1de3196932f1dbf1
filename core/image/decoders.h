// Decoders: the bytes of a picture file -> 8-bit RGB, one decoder for each format; the inner part
// of readPhoto.
//
// JPEG, PNG, WebP and TIFF go to the libraries that define them, BMP and PNM are read here, and
// none goes through cv::imread: it cannot tell a truncated JPEG from a whole one, prints complaints
// on stderr, inverts TIFFs whose zero is white and misreads 16-bit PNM (OpenCV 4.6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/image/image.h"

namespace filterlens {

using FileBytes = std::span<const std::uint8_t>;

/// Why a picture cannot be decoded: completes "Cannot read FILE: …", without a full stop. Never
/// leaves readPhoto.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The picture as it is stored: alpha is composed over white, 16 bits are rounded to 8, but it is
/// not upright yet (source.exifOrientation says how it lies). Each throws DecodeError, and
/// std::bad_alloc.
Photo decodeJpeg(FileBytes);  ///< grey, YCbCr, RGB, CMYK and YCCK (inverted, as Adobe writes them)
/// A half, a quarter or an eighth of the size, which costs much less, as long as the longer side
/// keeps at least so many pixels.
Photo decodeJpegReduced(FileBytes, int longerSide);
Photo decodePng(FileBytes);   ///< all kinds; of an animation the first frame
Photo decodeTiff(FileBytes);  ///< all that libtiff can show, up to 16 bits; the first page. 16-bit
                              ///< grey is cut to its upper byte
Photo decodeWebp(FileBytes);  ///< lossy and lossless; of an animation the first frame
Photo decodeBmp(FileBytes);
Photo decodePnm(FileBytes);  ///< P1 to P6, any maximum

/// Refuses what is empty or exceeds kMaxPhotoPixels or kMaxPhotoSide. Called before any memory is
/// taken for pixels.
void requireReadableSize(long long width, long long height);

/// The error of a file that is cut off.
DecodeError truncatedError(const std::string& format);
/// The error of a file that contradicts itself; the library's own words say how.
DecodeError damagedError(const std::string& format, const std::string& finding);

/// The orientation (1..8) that Exif data, which are laid out as a TIFF file, give; 1 where they say
/// nothing or are damaged.
int exifOrientation(FileBytes exif);

/// Turns RGBA into RGB over white, in place.
void composeOverWhite(std::vector<std::uint8_t>& pixels);

}  // namespace filterlens
