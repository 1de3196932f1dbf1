// jpeglib.h needs <cstdio> before it.
#include <cstdio>
// A line apart: the order of these two matters.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

/// More scans than any encoder writes: a file with this many only means to keep us busy.
constexpr int kMostScans = 500;
constexpr unsigned kMostReduced = 8;  // libjpeg decodes at 1/8 at the least

/// libjpeg's way of reporting: an error jumps out of it, a warning is remembered.
struct Reporter {
  jpeg_error_mgr manager{};  // first, so that the library's pointer to it leads here
  std::jmp_buf escape{};
  char message[JMSG_LENGTH_MAX] = "";
  bool truncated = false;
  bool damaged = false;
};

Reporter& reporterOf(j_common_ptr info) { return *reinterpret_cast<Reporter*>(info->err); }

[[noreturn]] void onError(j_common_ptr info) {
  Reporter& reporter = reporterOf(info);
  reporter.manager.format_message(info, reporter.message);
  std::longjmp(reporter.escape, 1);
}

/// Warnings that mean wrong pixels are remembered; the others (bytes too many, odd versions) do no
/// harm.
void onMessage(j_common_ptr info, int level) {
  if (level >= 0) return;
  Reporter& reporter = reporterOf(info);
  switch (reporter.manager.msg_code) {
    case JWRN_JPEG_EOF:
      reporter.truncated = true;
      break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
      if (!reporter.damaged) reporter.manager.format_message(info, reporter.message);
      reporter.damaged = true;
      break;
    default:
      break;
  }
}

void onProgress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMostScans) return;
  std::strcpy(reporterOf(info).message, "it has too many scans");
  std::longjmp(reporterOf(info).escape, 1);
}

/// The steps of decoding. A step that fails returns false; no object with a destructor may live in
/// it, since libjpeg leaves it by a jump.
class JpegReader {
 public:
  explicit JpegReader(FileBytes bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&reporter_.manager);
    reporter_.manager.error_exit = onError;
    reporter_.manager.emit_message = onMessage;
    progress_.progress_monitor = onProgress;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  /// longerSide: what reducing leaves at least; 0: nothing is reduced.
  bool readHeader(int longerSide) {
    if (setjmp(reporter_.escape) != 0) return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, bytes_.data(), bytes_.size());
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&info_, TRUE);
    info_.out_color_space = info_.num_components == 4 ? JCS_CMYK : JCS_RGB;
    const JDIMENSION longer = std::max(info_.image_width, info_.image_height);
    info_.scale_num = 1;
    info_.scale_denom = 1;
    while (longerSide > 0 && info_.scale_denom < kMostReduced &&
           longer / (2 * info_.scale_denom) >= static_cast<JDIMENSION>(longerSide)) {
      info_.scale_denom *= 2;
    }
    jpeg_calc_output_dimensions(&info_);
    return true;
  }

  /// pixels: width * height * 3 bytes; inks: width * 4 bytes to work in, for CMYK.
  bool decode(std::uint8_t* pixels, std::uint8_t* inks) {
    if (setjmp(reporter_.escape) != 0) return false;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      std::uint8_t* row = pixels + std::size_t{3} * info_.output_scanline * info_.output_width;
      JSAMPROW target = info_.out_color_space == JCS_CMYK ? inks : row;
      jpeg_read_scanlines(&info_, &target, 1);
      if (target == inks) mixInks(inks, row);
    }
    jpeg_finish_decompress(&info_);
    return !reporter_.truncated && !reporter_.damaged;
  }

  /// Of the file.
  [[nodiscard]] long long storedWidth() const { return info_.image_width; }
  [[nodiscard]] long long storedHeight() const { return info_.image_height; }
  /// Of what is decoded.
  [[nodiscard]] int width() const { return static_cast<int>(info_.output_width); }
  [[nodiscard]] int height() const { return static_cast<int>(info_.output_height); }
  [[nodiscard]] bool hasInks() const { return info_.out_color_space == JCS_CMYK; }

  [[nodiscard]] ImageSource source() const {
    ImageSource source;
    source.channels = info_.num_components;
    constexpr std::string_view kExif("Exif\0\0", 6);
    for (auto* marker = info_.marker_list; marker != nullptr; marker = marker->next) {
      if (marker->data_length <= kExif.size() ||
          std::memcmp(marker->data, kExif.data(), kExif.size()) != 0) {
        continue;
      }
      source.exifOrientation =
          exifOrientation(FileBytes(marker->data, marker->data_length).subspan(kExif.size()));
      break;
    }
    return source;
  }

  [[nodiscard]] DecodeError problem() const {
    return reporter_.truncated ? truncatedError("JPEG") : damagedError("JPEG", reporter_.message);
  }

 private:
  /// Inks are stored as the light that each lets through.
  void mixInks(const std::uint8_t* inks, std::uint8_t* row) const {
    for (JDIMENSION x = 0; x < info_.output_width; ++x, inks += 4, row += 3) {
      for (int i = 0; i < 3; ++i) {
        row[i] = static_cast<std::uint8_t>((inks[i] * inks[3] + 127) / 255);
      }
    }
  }

  FileBytes bytes_;
  Reporter reporter_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct info_{};
};

Photo decode(FileBytes bytes, int longerSide) {
  JpegReader reader(bytes);
  if (!reader.readHeader(longerSide)) throw reader.problem();
  requireReadableSize(reader.storedWidth(), reader.storedHeight());
  const ImageSource source = reader.source();
  std::vector<std::uint8_t> pixels(std::size_t{3} * reader.width() * reader.height());
  std::vector<std::uint8_t> inks(reader.hasInks() ? std::size_t{4} * reader.width() : 0);
  if (!reader.decode(pixels.data(), inks.data())) throw reader.problem();
  return {Image(reader.width(), reader.height(), std::move(pixels)), source};
}

}  // namespace

Photo decodeJpeg(FileBytes bytes) { return decode(bytes, 0); }

Photo decodeJpegReduced(FileBytes bytes, int longerSide) { return decode(bytes, longerSide); }

}  // namespace filterlens
