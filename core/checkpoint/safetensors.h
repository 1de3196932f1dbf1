// safetensors files: 8 bytes with the length of a JSON header, the header, then the tensors' bytes
// (huggingface.co/docs/safetensors). Writing is in checkpoint.h.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/input_file.h"

namespace filterlens {

/// Longest header that we read: 16 MiB, some 100,000 tensors.
constexpr std::uint64_t kMaxSafetensorsHeader = std::uint64_t{16} << 20U;

struct SafetensorsHeader {
  struct Entry {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0;  ///< of its bytes, counted from the end of the header
    std::uint64_t end = 0;
  };
  std::vector<Entry> entries;  ///< in the header's order
  std::map<std::string, std::string> metadata;
};

/// Parses a header and checks it against the number of bytes that follow it: known types, sizes
/// that fit the shapes, every byte in exactly one tensor, no name twice. Throws ReadError.
SafetensorsHeader parseSafetensorsHeader(std::string_view json, std::uint64_t dataBytes);

/// True where the file's first bytes can be those of a safetensors file.
bool looksLikeSafetensors(const InputFile&);

/// The file's tensors and metadata. Throws ReadError and ReadCancelled.
Checkpoint readSafetensors(const InputFile&, const Progress&);

}  // namespace filterlens
