#include <array>
#include <bit>
#include <charconv>

#include "core/checkpoint/limits.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/safetensors.h"

namespace filterlens {
namespace {

constexpr std::uint64_t kLengthBytes = 8;

std::uint64_t headerLength(const InputFile& file) {
  std::array<std::byte, kLengthBytes> bytes{};
  file.read(0, bytes);
  return std::bit_cast<std::uint64_t>(bytes);
}

std::string readHeaderText(const InputFile& file) {
  const std::uint64_t length = headerLength(file);
  if (length > file.size() - kLengthBytes) throwDamaged("it ends before its header does");
  if (length > kMaxSafetensorsHeader) {
    throw ReadError("its header has " + std::to_string(length) +
                    " bytes; this program reads up to " + std::to_string(kMaxSafetensorsHeader) +
                    ".");
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  file.read(kLengthBytes, std::as_writable_bytes(std::span(text)));
  return text;
}

std::optional<std::int64_t> epochIn(const std::map<std::string, std::string>& metadata) {
  const auto found = metadata.find("epoch");
  if (found == metadata.end()) return std::nullopt;
  const std::string& text = found->second;
  std::int64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole ? std::optional(epoch) : std::nullopt;
}

}  // namespace

bool looksLikeSafetensors(const InputFile& file) {
  if (file.size() < kLengthBytes + 2) return false;
  std::array<std::byte, 1> first{};
  file.read(kLengthBytes, first);
  // The header's length is below 2^40 in any file that could be one, whatever we then read of it.
  return first[0] == std::byte{'{'} && headerLength(file) >> 40U == 0;
}

Checkpoint readSafetensors(const InputFile& file, const Progress& progress) {
  const std::string text = readHeaderText(file);
  const std::uint64_t start = kLengthBytes + text.size();
  SafetensorsHeader header = parseSafetensorsHeader(text, file.size() - start);
  if (file.size() - start > kMaxStateDictBytes) {
    throw ReadError("its tensors take more than 2 GiB, far more than any network of this program.");
  }
  ReadProgress counter(progress, file.size() - start, "Reading the weights");
  Checkpoint checkpoint;
  checkpoint.format = CheckpointFormat::Safetensors;
  checkpoint.metadata = std::move(header.metadata);
  checkpoint.epoch = epochIn(checkpoint.metadata);
  checkpoint.tensors.reserve(header.entries.size());
  for (auto& entry : header.entries) {
    checkpoint.tensors.push_back(
        {std::move(entry.name), entry.dtype, std::move(entry.shape),
         readCounted(file, start + entry.begin, entry.end - entry.begin, counter)});
  }
  return checkpoint;
}

}  // namespace filterlens
