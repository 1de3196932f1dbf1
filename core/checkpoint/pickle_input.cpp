#include "core/checkpoint/pickle_input.h"

#include <algorithm>

#include "core/checkpoint/read_error.h"

namespace filterlens {
namespace {

constexpr std::uint64_t kPiece = std::uint64_t{64} << 10U;  ///< bytes read from a file at once
constexpr std::size_t kLongestLine = 4096;                  ///< of a module or class name

}  // namespace

void PickleInput::require(std::uint64_t bytes) const {
  if (bytes > size() - position()) throwDamaged("its pickle ends in the middle of a value");
}

void PickleInput::refill() {
  require(1);  // always fails where the pickle lies in memory
  bufferStart_ = position();
  next_ = 0;
  buffer_.resize(static_cast<std::size_t>(std::min(kPiece, size() - bufferStart_)));
  file_->read(bufferStart_, buffer_);
}

std::uint8_t PickleInput::byte() {
  if (next_ == buffer_.size()) refill();
  return static_cast<std::uint8_t>(buffer_[next_++]);
}

std::uint64_t PickleInput::littleEndian(int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= static_cast<std::uint64_t>(byte()) << (8 * i);
  return value;
}

std::string PickleInput::text(std::uint64_t bytes) {
  require(bytes);
  std::string text;
  text.reserve(static_cast<std::size_t>(bytes));
  while (text.size() < bytes) {
    if (next_ == buffer_.size()) refill();
    const std::size_t step =
        std::min(static_cast<std::size_t>(bytes) - text.size(), buffer_.size() - next_);
    text.append(reinterpret_cast<const char*>(&buffer_[next_]), step);
    next_ += step;
  }
  return text;
}

std::string PickleInput::line() {
  std::string text;
  for (char c = static_cast<char>(byte()); c != '\n'; c = static_cast<char>(byte())) {
    if (text.size() == kLongestLine) throwDamaged("its pickle names a class with no end");
    text += c;
  }
  return text;
}

void PickleInput::skip(std::uint64_t bytes) {
  require(bytes);
  const std::uint64_t buffered = std::min<std::uint64_t>(bytes, buffer_.size() - next_);
  next_ += static_cast<std::size_t>(buffered);
  if (buffered < bytes) {  // beyond the buffer of a file
    bufferStart_ = position() + (bytes - buffered);
    buffer_.clear();
    next_ = 0;
  }
}

}  // namespace filterlens
