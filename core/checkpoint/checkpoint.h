// Checkpoint: the named tensors of a model file and what else the file says; no network yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/progress.h"
#include "core/result.h"

namespace filterlens {

enum class DType { F16, BF16, F32, F64, I8, U8, I16, I32, I64, Bool };

std::string_view name(DType);  ///< as safetensors writes it: "F32", "BOOL", …
std::size_t bytesPerValue(DType);
bool isFloat(DType);

/// One tensor: contiguous, row-major, little-endian, in the type that the file stores.
struct Tensor {
  std::string name;
  DType dtype = DType::F32;
  std::vector<std::int64_t> shape;  ///< empty for a scalar
  std::vector<std::byte> data;

  [[nodiscard]] std::int64_t count() const;  ///< number of values
  [[nodiscard]] std::vector<float> toFloat() const;
};

/// A tensor that holds these values as F32.
Tensor floatTensor(std::string name, std::vector<std::int64_t> shape,
                   const std::vector<float>& values);

enum class CheckpointFormat { Safetensors, TorchZip, TorchLegacy };
std::string_view name(
    CheckpointFormat);  ///< for people: "safetensors", "PyTorch (zip)", "PyTorch (legacy)"

struct Checkpoint {
  std::filesystem::path path;
  CheckpointFormat format = CheckpointFormat::Safetensors;
  std::string sha256;           ///< of the whole file, 64 hexadecimal digits
  std::vector<Tensor> tensors;  ///< the state dict, in the file's order, without a `module.` prefix
  std::string stateDictKey;  ///< "model", "ema.module", …; empty where the file is a bare state
                             ///< dict
  std::optional<std::int64_t> epoch;            ///< as a training script wrote it
  std::map<std::string, std::string> metadata;  ///< safetensors' own strings (see model_metadata.h)

  [[nodiscard]] const Tensor* find(std::string_view tensorName) const;
};

/// Reads a .safetensors file or a .pth/.pt file (zip or legacy), told apart by content, not by
/// name. Never runs code of the file: see pickle_reader.h. The state dict may be bare or under
/// `model`, `state_dict`, `model_state_dict`, `module` or `ema` (the first of these that is there);
/// optimizer state and other keys beside it are not read. Fails with a sentence that names the
/// file: not a checkpoint, damaged (where), a tensor that depends on an unknown global, no state
/// dict (which keys were found), too large, ….
Result<Checkpoint> readCheckpoint(const std::filesystem::path&, const Progress& = {});

/// Writes tensors and metadata as safetensors, whole or not at all.
Result<void> writeSafetensors(const std::filesystem::path&, const std::vector<Tensor>&,
                              const std::map<std::string, std::string>& metadata);

/// "a, b, c and 7 more": the first few names of a list, for a sentence.
std::string firstNames(const std::vector<std::string>&);

/// Names of the float tensors that hold a NaN or an infinite value, in order.
std::vector<std::string> nonFiniteTensors(const Checkpoint&);

}  // namespace filterlens
