// InputFile: a file on disk, read at any offset; and how far the reading is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/progress.h"

namespace filterlens {

/// A regular file, open for reading. All members throw ReadError.
class InputFile {
 public:
  /// Refuses what is missing, unreadable, a folder or a device.
  explicit InputFile(const std::filesystem::path&);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Fills the span from the offset on; a file that ends before that is damaged.
  void read(std::uint64_t offset, std::span<std::byte>) const;

  /// Another descriptor of the same open file, for a library; the caller closes it.
  [[nodiscard]] int duplicate() const;

 private:
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// Counts bytes that were read against those that will be.
class ReadProgress {
 public:
  ReadProgress(const Progress& progress, std::uint64_t totalBytes, std::string text)
      : progress_(progress), total_(totalBytes), text_(std::move(text)) {}
  ReadProgress(const Progress&&, std::uint64_t, std::string) = delete;  // it must outlive this

  /// Reports; throws ReadCancelled where the user stopped the work.
  void advance(std::uint64_t bytes);

 private:
  const Progress& progress_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::string text_;
};

/// Bytes that are read in one go, between two looks at whether the user still waits.
constexpr std::size_t kReadChunk = std::size_t{1} << 20U;

/// So many bytes of the file, counted as they are read.
std::vector<std::byte> readCounted(const InputFile&, std::uint64_t offset, std::uint64_t bytes,
                                   ReadProgress&);

/// SHA-256 of the whole file, as 64 hexadecimal digits. Throws ReadError and ReadCancelled.
std::string sha256Of(const InputFile&, const Progress&);

}  // namespace filterlens
