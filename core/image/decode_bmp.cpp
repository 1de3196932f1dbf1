// Windows and OS/2 bitmaps: 1 to 32 bits, palettes, bit masks, run lengths; not those that only
// wrap a JPEG or PNG.
#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

enum Compression : std::uint32_t { kNone = 0, kRuns8 = 1, kRuns4 = 2, kMasks = 3, kAlphaMasks = 6 };

/// A little-endian number of up to 4 bytes.
std::uint32_t number(FileBytes bytes, std::size_t offset, std::size_t size) {
  if (bytes.size() < size || offset > bytes.size() - size) throw truncatedError("BMP");
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8U | bytes[offset + i];
  return value;
}

/// The part of a pixel that is one channel.
struct Mask {
  std::uint32_t bits = 0;

  /// The channel's value, from 0 to 255; without bits it is absent.
  [[nodiscard]] std::uint8_t of(std::uint32_t pixel, std::uint8_t absent) const {
    if (bits == 0) return absent;
    const int shift = std::countr_zero(bits);
    const std::uint64_t largest = bits >> shift;
    return static_cast<std::uint8_t>((((pixel & bits) >> shift) * 255ULL + largest / 2) / largest);
  }
};

struct Header {
  std::uint32_t pixelOffset = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool topRowFirst = false;
  std::uint32_t bits = 0;  ///< of a pixel
  std::uint32_t compression = kNone;
  std::array<Mask, 4> masks;  ///< red, green, blue, alpha; for pixels without palette
  std::vector<std::array<std::uint8_t, 3>> palette;
};

void readMasks(FileBytes bytes, std::uint32_t headerSize, Header& header) {
  if (header.compression == kMasks || header.compression == kAlphaMasks) {
    const bool alpha = headerSize >= 56 || header.compression == kAlphaMasks;
    for (std::size_t i = 0; i < (alpha ? 4U : 3U); ++i) {
      header.masks[i].bits = number(bytes, 54 + 4 * i, 4);
    }
  } else if (header.bits == 16) {
    header.masks = {Mask{0x7C00}, Mask{0x03E0}, Mask{0x001F}, Mask{0}};
  } else {
    header.masks = {Mask{0xFF0000}, Mask{0x00FF00}, Mask{0x0000FF}, Mask{0}};
  }
}

void readPalette(FileBytes bytes, std::uint32_t headerSize, Header& header) {
  const std::size_t entrySize = headerSize == 12 ? 3 : 4;
  const std::uint32_t used = headerSize == 12 ? 0 : number(bytes, 46, 4);
  const std::uint32_t most = 1U << header.bits;
  const std::uint32_t count = used == 0 ? most : std::min(used, most);
  header.palette.resize(most);  // an index beyond what is stored is black
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = 14 + headerSize + i * entrySize;
    for (std::size_t channel = 0; channel < 3; ++channel) {
      header.palette[i][channel] = static_cast<std::uint8_t>(number(bytes, entry + 2 - channel, 1));
    }
  }
}

void requireKnownKind(const Header& header) {
  const auto isOneOf = [&header](std::initializer_list<std::uint32_t> kinds) {
    return std::find(kinds.begin(), kinds.end(), header.bits) != kinds.end();
  };
  const bool known = header.compression == kNone    ? isOneOf({1, 4, 8, 16, 24, 32})
                     : header.compression == kRuns8 ? header.bits == 8
                     : header.compression == kRuns4 ? header.bits == 4
                     : header.compression == kMasks || header.compression == kAlphaMasks
                         ? isOneOf({16, 32})
                         : false;
  if (!known) {
    throw DecodeError("it is a kind of BMP that cannot be shown (" + std::to_string(header.bits) +
                      " bits, compression " + std::to_string(header.compression) + ")");
  }
}

Header readHeader(FileBytes bytes) {
  Header header;
  header.pixelOffset = number(bytes, 10, 4);
  const std::uint32_t headerSize = number(bytes, 14, 4);
  if (headerSize == 12) {  // as OS/2 wrote it
    header.width = number(bytes, 18, 2);
    header.height = number(bytes, 20, 2);
    header.bits = number(bytes, 24, 2);
  } else if (headerSize >= 40 && headerSize <= 1024) {
    header.width = static_cast<std::int32_t>(number(bytes, 18, 4));
    const std::int64_t height = static_cast<std::int32_t>(number(bytes, 22, 4));
    header.topRowFirst = height < 0;
    header.height = std::abs(height);
    header.bits = number(bytes, 28, 2);
    header.compression = number(bytes, 30, 4);
  } else {
    throw damagedError("BMP", "its header has " + std::to_string(headerSize) + " bytes");
  }
  requireReadableSize(header.width, header.height);
  requireKnownKind(header);
  if (header.bits <= 8) {
    readPalette(bytes, headerSize, header);
  } else {
    readMasks(bytes, headerSize, header);
  }
  return header;
}

/// The palette's indices, row by row as they are stored, from run lengths.
class RunReader {
 public:
  RunReader(FileBytes bytes, const Header& header)
      : rest_(bytes.subspan(std::min<std::size_t>(header.pixelOffset, bytes.size()))),
        width_(static_cast<std::size_t>(header.width)),
        nibbles_(header.bits == 4),
        indices_(width_ * static_cast<std::size_t>(header.height)) {}

  std::vector<std::uint8_t> read() {
    while (!done_) {
      const std::uint8_t count = next();
      const std::uint8_t value = next();
      if (count == 0) {
        command(value);
      } else {
        for (int i = 0; i < count; ++i) put(nibbles_ ? nibble(value, i) : value);
      }
    }
    return std::move(indices_);
  }

 private:
  static std::uint8_t nibble(std::uint8_t byte, int i) {
    return i % 2 == 0 ? byte >> 4U : byte & 0x0FU;
  }

  std::uint8_t next() {
    if (rest_.empty()) throw truncatedError("BMP");
    const std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }

  void put(std::uint8_t index) {
    if (column_ >= width_ || row_ * width_ >= indices_.size()) {
      throw damagedError("BMP", "a run leaves the picture");
    }
    indices_[row_ * width_ + column_++] = index;
  }

  /// 0: the row ends, 1: the picture ends, 2: a jump, more: so many pixels that are no run.
  void command(std::uint8_t what) {
    if (what == 0) {
      ++row_;
      column_ = 0;
    } else if (what == 1) {
      done_ = true;
    } else if (what == 2) {
      column_ += next();
      row_ += next();
    } else {
      std::uint8_t byte = 0;
      for (int i = 0; i < what; ++i) {
        if (!nibbles_ || i % 2 == 0) byte = next();
        put(nibbles_ ? nibble(byte, i) : byte);
      }
      const int stored = nibbles_ ? (what + 1) / 2 : what;
      if (stored % 2 == 1) next();
    }
  }

  FileBytes rest_;
  std::size_t width_;
  bool nibbles_;
  bool done_ = false;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::vector<std::uint8_t> indices_;
};

/// Writes a row's pixels as RGBA.
void decodeRow(const Header& header, const std::uint8_t* row, std::uint8_t* target) {
  const auto width = static_cast<std::size_t>(header.width);
  const std::size_t pixelBytes = header.bits / 8;
  for (std::size_t x = 0; x < width; ++x, target += 4) {
    if (header.bits <= 8) {
      const std::size_t bit = x * header.bits;
      const unsigned index =
          row[bit / 8] >> (8 - header.bits - bit % 8) & ((1U << header.bits) - 1);
      std::copy_n(header.palette[index].begin(), 3, target);
      target[3] = 255;
    } else {
      const std::uint32_t pixel = number({row + x * pixelBytes, pixelBytes}, 0, pixelBytes);
      for (std::size_t i = 0; i < 4; ++i) target[i] = header.masks[i].of(pixel, i == 3 ? 255 : 0);
    }
  }
}

/// Pixels as RGBA, top row first, from rows of rowBytes bytes.
std::vector<std::uint8_t> decodeRows(const Header& header, const std::uint8_t* rows,
                                     std::size_t rowBytes) {
  const auto height = static_cast<std::size_t>(header.height);
  const std::size_t targetBytes = static_cast<std::size_t>(header.width) * 4;
  std::vector<std::uint8_t> pixels(targetBytes * height);
  for (std::size_t y = 0; y < height; ++y) {
    const std::size_t shown = header.topRowFirst ? y : height - 1 - y;
    decodeRow(header, rows + y * rowBytes, pixels.data() + shown * targetBytes);
  }
  return pixels;
}

std::vector<std::uint8_t> decodePixels(Header header, FileBytes bytes) {
  if (header.compression == kRuns8 || header.compression == kRuns4) {
    const std::vector<std::uint8_t> indices = RunReader(bytes, header).read();
    header.bits = 8;
    return decodeRows(header, indices.data(), static_cast<std::size_t>(header.width));
  }
  const std::size_t rowBytes = (static_cast<std::size_t>(header.width) * header.bits + 31) / 32 * 4;
  const std::size_t needed = rowBytes * static_cast<std::size_t>(header.height);
  if (header.pixelOffset > bytes.size() || bytes.size() - header.pixelOffset < needed) {
    throw truncatedError("BMP");
  }
  return decodeRows(header, bytes.data() + header.pixelOffset, rowBytes);
}

/// Whether any pixel shows: programs that know no alpha leave it 0 everywhere.
bool anyAlpha(const std::vector<std::uint8_t>& pixels) {
  for (std::size_t i = 3; i < pixels.size(); i += 4) {
    if (pixels[i] != 0) return true;
  }
  return false;
}

}  // namespace

Photo decodeBmp(FileBytes bytes) {
  const Header header = readHeader(bytes);
  std::vector<std::uint8_t> pixels = decodePixels(header, bytes);
  ImageSource source;
  source.channels = header.bits <= 8 ? 1 : header.masks[3].bits == 0 ? 3 : 4;
  source.bitsPerChannel = header.bits < 8 ? static_cast<int>(header.bits) : 8;
  source.hadAlpha = source.channels == 4 && anyAlpha(pixels);
  if (!source.hadAlpha) {
    for (std::size_t i = 3; i < pixels.size(); i += 4) pixels[i] = 255;
  }
  composeOverWhite(pixels);
  return {Image(static_cast<int>(header.width), static_cast<int>(header.height), std::move(pixels)),
          source};
}

}  // namespace filterlens
