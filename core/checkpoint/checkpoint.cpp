#include "core/checkpoint/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "core/checkpoint/file_format.h"
#include "core/checkpoint/input_file.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/safetensors.h"
#include "core/checkpoint/saved_state_dict.h"
#include "core/checkpoint/torch_file.h"

namespace filterlens {
namespace {

constexpr double kReadingShare = 0.6;  ///< of the work; the checksum is the rest

Checkpoint readTensors(const InputFile& file, CheckpointFormat format, const Progress& progress) {
  switch (format) {
    case CheckpointFormat::Safetensors:
      return readSafetensors(file, progress);
    case CheckpointFormat::TorchZip:
      return readTorchZip(file, progress);
    case CheckpointFormat::TorchLegacy:
      return readTorchLegacy(file, progress);
  }
  return {};
}

/// A value is not finite where all bits of its exponent are set.
template <class Bits>
bool allFinite(const std::vector<std::byte>& data, Bits exponent) {
  for (std::size_t i = 0; i + sizeof(Bits) <= data.size(); i += sizeof(Bits)) {
    Bits value = 0;
    std::memcpy(&value, data.data() + i, sizeof(Bits));
    if ((value & exponent) == exponent) return false;
  }
  return true;
}

bool allFinite(const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::F16:
      return allFinite<std::uint16_t>(tensor.data, 0x7c00U);
    case DType::BF16:
      return allFinite<std::uint16_t>(tensor.data, 0x7f80U);
    case DType::F32:
      return allFinite<std::uint32_t>(tensor.data, 0x7f800000U);
    case DType::F64:
      return allFinite<std::uint64_t>(tensor.data, 0x7ff0000000000000ULL);
    default:
      return true;
  }
}

}  // namespace

std::string_view name(CheckpointFormat format) {
  switch (format) {
    case CheckpointFormat::Safetensors:
      return "safetensors";
    case CheckpointFormat::TorchZip:
      return "PyTorch (zip)";
    case CheckpointFormat::TorchLegacy:
      return "PyTorch (legacy)";
  }
  return "";
}

const Tensor* Checkpoint::find(std::string_view tensorName) const {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const Tensor& tensor) { return tensor.name == tensorName; });
  return found == tensors.end() ? nullptr : &*found;
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path& path, const Progress& progress) {
  const std::string opening = "Cannot open " + path.string() + ": ";
  try {
    const InputFile file(path);
    // The checksum comes last: whatever is wrong with the file is said at once.
    Checkpoint checkpoint =
        readTensors(file, recogniseFormat(file), progress.part(0, kReadingShare));
    removeWrapperPrefixes(checkpoint.tensors);
    checkpoint.path = path;
    checkpoint.sha256 = sha256Of(file, progress.part(kReadingShare, 1));
    return checkpoint;
  } catch (const ReadCancelled&) {
    return cancelledError();
  } catch (const ReadError& error) {
    return Error{opening + error.what()};
  } catch (const std::bad_alloc&) {
    return Error{opening + "there is not enough memory for its weights."};
  }
}

std::string firstNames(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

std::vector<std::string> nonFiniteTensors(const Checkpoint& checkpoint) {
  std::vector<std::string> names;
  for (const Tensor& tensor : checkpoint.tensors) {
    if (!allFinite(tensor)) names.push_back(tensor.name);
  }
  return names;
}

}  // namespace filterlens
