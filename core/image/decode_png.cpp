#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

/// What libpng's callbacks know.
struct PngInput {
  FileBytes rest;
  std::string problem;
  bool truncated = false;
};

[[noreturn]] void onError(png_structp png, png_const_charp message) {
  static_cast<PngInput*>(png_get_error_ptr(png))->problem = message;
  png_longjmp(png, 1);
}

/// Warnings are about what does not change the pixels: odd colour profiles, texts, dates.
void onWarning(png_structp /*png*/, png_const_charp /*message*/) {}

void onRead(png_structp png, png_bytep target, std::size_t count) {
  auto* input = static_cast<PngInput*>(png_get_io_ptr(png));
  if (count > input->rest.size()) {
    input->truncated = true;
    png_error(png, "the file ends too early");
  }
  std::memcpy(target, input->rest.data(), count);
  input->rest = input->rest.subspan(count);
}

/// The steps of decoding. A step that fails returns false; no object with a destructor may live in
/// it, since libpng leaves it by a jump.
class PngReader {
 public:
  explicit PngReader(FileBytes bytes) : input_{bytes, {}, false} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &input_, onError, onWarning);
    info_ = png_ == nullptr ? nullptr : png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, &input_, onRead);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  bool readHeader() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_info(png_, info_);
    source_.bitsPerChannel = png_get_bit_depth(png_, info_);
    source_.channels = png_get_channels(png_, info_);
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_gray_to_rgb(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  /// rows: height pointers to width * channels() bytes.
  bool decode(png_bytepp rows) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, rows);
    png_read_end(png_, info_);
    return true;
  }

  [[nodiscard]] int width() const { return static_cast<int>(png_get_image_width(png_, info_)); }
  [[nodiscard]] int height() const { return static_cast<int>(png_get_image_height(png_, info_)); }
  [[nodiscard]] int channels() const { return png_get_channels(png_, info_); }  ///< 3 or 4

  [[nodiscard]] ImageSource source() const {
    ImageSource source = source_;
    source.hadAlpha = channels() == 4;
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &exif) != 0) {
      source.exifOrientation = exifOrientation({exif, size});
    }
    return source;
  }

  [[nodiscard]] DecodeError problem() const {
    return input_.truncated ? truncatedError("PNG") : damagedError("PNG", input_.problem);
  }

 private:
  PngInput input_;
  ImageSource source_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Photo decodePng(FileBytes bytes) {
  PngReader reader(bytes);
  if (!reader.readHeader()) throw reader.problem();
  requireReadableSize(reader.width(), reader.height());
  const std::size_t rowBytes = static_cast<std::size_t>(reader.width()) * reader.channels();
  std::vector<std::uint8_t> pixels(rowBytes * reader.height());
  std::vector<png_bytep> rows(static_cast<std::size_t>(reader.height()));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = pixels.data() + y * rowBytes;
  if (!reader.decode(rows.data())) throw reader.problem();
  if (reader.channels() == 4) composeOverWhite(pixels);
  return {Image(reader.width(), reader.height(), std::move(pixels)), reader.source()};
}

}  // namespace filterlens
