#include "core/export/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace filterlens {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 65536;

/// What the header of a file says.
struct NpyHeader {
  std::string descr;  ///< "<f4"; empty for an array of records
  bool fortranOrder = false;
  std::vector<std::int64_t> shape;
};

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  return text + (shape.size() == 1 ? ",)" : ")");
}

template <class T>
std::vector<std::byte> npyBytesOf(std::span<const T> values, std::string_view descr,
                                  const std::vector<std::int64_t>& shape) {
  constexpr std::size_t kAlignment = 64;  // of the values in the file, for who maps it into memory
  const std::size_t prefix = kMagic.size() + 4;
  std::string header = "{'descr': '" + std::string(descr) +
                       "', 'fortran_order': False, 'shape': " + shapeText(shape) + ", }";
  const std::size_t used = prefix + header.size() + 1;
  header.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string start(kMagic);
  start += {'\x01', '\x00'};
  start += {static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
  start += header;
  std::vector<std::byte> bytes(start.size() + values.size_bytes());
  std::memcpy(bytes.data(), start.data(), start.size());
  if (!values.empty()) std::memcpy(bytes.data() + start.size(), values.data(), values.size_bytes());
  return bytes;
}

/// Reads the header's dictionary: the literals of Python that NumPy writes there.
class HeaderReader {
 public:
  explicit HeaderReader(std::string_view text) : rest_(text) {}

  /// Nothing where the text is something else.
  std::optional<NpyHeader> read() {
    NpyHeader header;
    int fields = 0;
    if (!accept('{')) return std::nullopt;
    while (!accept('}')) {
      const auto key = string();
      if (!key || !accept(':') || !field(*key, header)) return std::nullopt;
      ++fields;
      accept(',');
    }
    skipSpace();
    return fields == 3 && rest_.empty() ? std::optional(header) : std::nullopt;
  }

 private:
  bool field(const std::string& key, NpyHeader& header) {
    if (key == "descr") return descr(header.descr);
    if (key == "fortran_order") return boolean(header.fortranOrder);
    return key == "shape" && shape(header.shape);
  }

  bool descr(std::string& text) {
    if (accept('[')) return skipRecord();
    const auto found = string();
    if (found) text = *found;
    return found.has_value();
  }

  bool skipRecord() {
    for (int depth = 1; depth > 0; rest_.remove_prefix(1)) {
      if (rest_.empty()) return false;
      depth += rest_[0] == '[' ? 1 : rest_[0] == ']' ? -1 : 0;
    }
    return true;
  }

  bool boolean(bool& value) {
    skipSpace();
    for (const std::string_view word : {"True", "False"}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      value = word == "True";
      return true;
    }
    return false;
  }

  bool shape(std::vector<std::int64_t>& sizes) {
    if (!accept('(')) return false;
    while (!accept(')')) {
      const auto size = number();
      if (!size) return false;
      sizes.push_back(*size);
      accept(',');
    }
    return true;
  }

  std::optional<std::int64_t> number() {
    constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max() / 10 - 10;
    skipSpace();
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (value > kLargest) return std::nullopt;
      value = value * 10 + (rest_[digits] - '0');
    }
    rest_.remove_prefix(digits);
    if (rest_.starts_with('L')) rest_.remove_prefix(1);  // as Python 2 wrote it
    return digits > 0 ? std::optional(value) : std::nullopt;
  }

  std::optional<std::string> string() {
    skipSpace();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string text(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return text;
  }

  bool accept(char c) {
    skipSpace();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skipSpace() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  std::string_view rest_;
};

/// "float64" for "<f8"; the code itself for what nobody would take for an input.
std::string typeName(const std::string& descr) {
  if (descr.empty()) return "records";
  if (descr.size() == 3 && descr[0] == '>') return "big-endian values ('" + descr + "')";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{{
      {"<f2", "float16"},
      {"<f8", "float64"},
      {"|u1", "uint8"},
      {"|i1", "int8"},
      {"<u2", "uint16"},
      {"<i4", "int32"},
      {"<i8", "int64"},
      {"|b1", "bool"},
  }};
  for (const auto& [code, name] : kNames) {
    if (code == descr) return std::string(name);
  }
  return "values of type '" + descr + "'";
}

/// What is wrong with an array as an input; nothing where it is one.
std::optional<std::string> whyNoInput(const NpyHeader& header) {
  if (header.descr != "<f4") {
    return "it holds " + typeName(header.descr) + " instead of float32; save array.astype('<f4')";
  }
  if (header.fortranOrder) {
    return "it is in Fortran order; save numpy.ascontiguousarray(array)";
  }
  const std::vector<std::int64_t>& shape = header.shape;
  const bool batched = shape.size() == 4 && shape[0] == 1;
  const std::size_t first = batched ? 1 : 0;
  constexpr std::int64_t kLargestSide = 8192;
  if ((shape.size() != 3 && !batched) || shape[first] != 3 || shape[first + 1] < 1 ||
      shape[first + 1] > kLargestSide || shape[first + 2] < 1 || shape[first + 2] > kLargestSide) {
    return "its shape is " + shapeText(shape) + "; an input is (3, height, width), neither above " +
           std::to_string(kLargestSide);
  }
  return std::nullopt;
}

Error readError(const std::filesystem::path& path, const std::string& why) {
  return Error{"Cannot read " + path.string() + ": " + why + "."};
}

/// The header's text, with the stream left where the values begin; or why there is none.
Result<std::string> readHeaderText(std::istream& stream) {
  std::array<char, 8> start{};
  if (!stream.read(start.data(), start.size()) ||
      std::string_view(start.data(), kMagic.size()) != kMagic) {
    return Error{"it is not a NumPy .npy file"};
  }
  const int version = static_cast<unsigned char>(start[6]);
  if (version != 1 && version != 2) {
    return Error{"it is of version " + std::to_string(version) +
                 " of the .npy format; numpy.save writes version 1 for a plain array"};
  }
  std::uint32_t length = 0;
  stream.read(reinterpret_cast<char*>(&length), version == 1 ? 2 : 4);
  if (!stream || length > kLongestHeader) return Error{"its header is damaged"};
  std::string text(length, '\0');
  if (!stream.read(text.data(), length)) return Error{"it ends within its header"};
  return text;
}

}  // namespace

std::vector<std::byte> npyBytes(std::span<const float> values,
                                const std::vector<std::int64_t>& shape) {
  return npyBytesOf(values, "<f4", shape);
}

std::vector<std::byte> npyBytes(std::span<const std::int32_t> values,
                                const std::vector<std::int64_t>& shape) {
  return npyBytesOf(values, "<i4", shape);
}

Result<InputTensor> readNpyInput(const std::filesystem::path& path) {
  std::error_code failed;
  const auto fileSize = static_cast<std::int64_t>(std::filesystem::file_size(path, failed));
  if (failed) return readError(path, failed.message());
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return readError(path, "it cannot be opened; check that you may read it");

  const auto text = readHeaderText(stream);
  if (!text) return readError(path, text.error().sentence);
  const auto header = HeaderReader(*text).read();
  if (!header) return readError(path, "its header is damaged");
  if (const auto problem = whyNoInput(*header)) return readError(path, *problem);

  const std::int64_t rows = header->shape[header->shape.size() - 2];
  const std::int64_t cols = header->shape.back();
  const std::int64_t expected = 3 * rows * cols * static_cast<std::int64_t>(sizeof(float));
  const std::int64_t found = fileSize - static_cast<std::int64_t>(stream.tellg());
  if (found != expected) {
    return readError(path, "it holds " + std::to_string(found) + " bytes of values instead of " +
                               std::to_string(expected) + " for the shape " +
                               shapeText(header->shape));
  }
  InputTensor tensor{static_cast<int>(rows), static_cast<int>(cols), {}};
  tensor.values.resize(static_cast<std::size_t>(3 * rows * cols));
  if (!stream.read(reinterpret_cast<char*>(tensor.values.data()), expected)) {
    return readError(path, "its values cannot be read");
  }
  if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                   [](float v) { return std::isfinite(v); })) {
    return readError(path, "it holds NaN or infinite values");
  }
  return tensor;
}

}  // namespace filterlens
