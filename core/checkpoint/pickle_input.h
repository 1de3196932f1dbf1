// PickleInput: the bytes of a pickle, one after another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/checkpoint/input_file.h"

namespace filterlens {

/// From memory, or from a file in small pieces. Every read checks that there is so much left, and
/// throws a ReadError where there is not.
class PickleInput {
 public:
  explicit PickleInput(std::vector<std::byte> content) : buffer_(std::move(content)) {}
  /// Begins at the file's first byte; the file must outlive this.
  explicit PickleInput(const InputFile& file) : file_(&file) {}

  /// Of the next byte to be read.
  [[nodiscard]] std::uint64_t position() const { return bufferStart_ + next_; }

  std::uint8_t byte();
  std::uint64_t littleEndian(int bytes);
  std::string text(std::uint64_t bytes);
  std::string line();  ///< up to a line feed, which is taken and left out
  void skip(std::uint64_t bytes);
  void require(std::uint64_t bytes) const;  ///< throws where fewer are left

 private:
  [[nodiscard]] std::uint64_t size() const { return file_ ? file_->size() : buffer_.size(); }
  void refill();

  const InputFile* file_ = nullptr;
  std::vector<std::byte> buffer_;
  std::uint64_t bufferStart_ = 0;  ///< of the buffer in the file
  std::size_t next_ = 0;           ///< in the buffer
};

}  // namespace filterlens
