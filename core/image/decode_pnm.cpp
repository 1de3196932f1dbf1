// The netpbm formats PBM, PGM and PPM, as text (P1 to P3) and binary (P4 to P6).
#include <algorithm>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

bool isSpace(std::uint8_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Reads the file from front to back.
class PnmReader {
 public:
  explicit PnmReader(FileBytes bytes) : rest_(bytes.subspan(2)), kind_(bytes[1] - '0') {}

  Photo read() {
    const int width = number(kMaxNumber);
    const int height = number(kMaxNumber);
    maximum_ = isBitmap() ? 1 : number(65535);
    if (maximum_ == 0) throw damagedError("PNM", "its largest value is 0");
    requireReadableSize(width, height);
    if (!isText()) skipOneSpace();

    const int channels = kind_ % 3 == 0 ? 3 : 1;
    requireBytes(width, height, channels);
    std::vector<std::uint8_t> pixels(std::size_t{3} * width * height);
    auto* target = pixels.data();
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x, target += 3) {
        for (int i = 0; i < channels; ++i) target[i] = scaled(isText() ? textValue() : value(x));
        if (channels == 1) std::fill(target + 1, target + 3, target[0]);
      }
    }
    ImageSource source;
    source.channels = channels;
    source.bitsPerChannel = isBitmap() ? 1 : maximum_ > 255 ? 16 : 8;
    return {Image(width, height, std::move(pixels)), source};
  }

 private:
  static constexpr int kMaxNumber = 1'000'000'000;

  [[nodiscard]] bool isText() const { return kind_ <= 3; }
  [[nodiscard]] bool isBitmap() const { return kind_ % 3 == 1; }
  [[nodiscard]] bool isWide() const { return maximum_ > 255; }

  std::uint8_t next() {
    if (rest_.empty()) throw truncatedError("PNM");
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }

  void skipSpaceAndComments() {
    while (!rest_.empty() && (isSpace(rest_.front()) || rest_.front() == '#')) {
      if (next() != '#') continue;
      while (!rest_.empty() && rest_.front() != '\n') next();
    }
  }

  int number(int largest) {
    skipSpaceAndComments();
    if (rest_.empty()) throw truncatedError("PNM");
    if (rest_.front() < '0' || rest_.front() > '9')
      throw damagedError("PNM", "a number is missing");
    long long value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + (next() - '0');
      if (value > largest) throw damagedError("PNM", "a number is too large");
    }
    return static_cast<int>(value);
  }

  void skipOneSpace() {
    if (!isSpace(next())) throw damagedError("PNM", "its header does not end");
  }

  /// Fails early, before memory is taken, where a binary file cannot hold all its pixels.
  void requireBytes(std::size_t width, std::size_t height, std::size_t channels) const {
    const std::size_t rowBytes =
        isBitmap() ? (width + 7) / 8 : width * channels * (isWide() ? 2 : 1);
    const std::size_t needed = isText() ? width * height * channels : rowBytes * height;
    if (rest_.size() < needed) throw truncatedError("PNM");
  }

  int textValue() {
    if (!isBitmap()) return number(maximum_);
    skipSpaceAndComments();  // the digits of a bitmap may stand without space between them
    const std::uint8_t digit = next();
    if (digit != '0' && digit != '1') throw damagedError("PNM", "a pixel is neither 0 nor 1");
    return digit - '0';
  }

  /// Of the pixel in column x: bitmaps hold eight in a byte, the first in its highest bit.
  int value(int x) {
    if (isBitmap()) {
      if (x % 8 == 0) bits_ = next();
      return bits_ >> (7 - x % 8) & 1;
    }
    const int high = isWide() ? next() : 0;
    return high * 256 + next();
  }

  [[nodiscard]] std::uint8_t scaled(int value) const {
    if (isBitmap()) return value == 1 ? 0 : 255;
    return static_cast<std::uint8_t>((std::min(value, maximum_) * 255LL + maximum_ / 2) / maximum_);
  }

  FileBytes rest_;
  int kind_;
  int maximum_ = 1;
  int bits_ = 0;
};

}  // namespace

Photo decodePnm(FileBytes bytes) { return PnmReader(bytes).read(); }

}  // namespace filterlens
