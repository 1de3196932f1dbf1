#include <algorithm>

#include "core/checkpoint/memory_budget.h"
#include "core/checkpoint/pickle_reader.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/saved_state_dict.h"
#include "core/checkpoint/tensor_assembly.h"
#include "core/checkpoint/torch_file.h"
#include "core/checkpoint/zip_archive.h"

namespace filterlens {
namespace {

[[noreturn]] void throwForeignArchive(const std::vector<std::string>& names) {
  const auto any = [&](std::string_view ending) {
    return std::any_of(names.begin(), names.end(),
                       [&](const std::string& name) { return name.ends_with(ending); });
  };
  if (any(".npy")) throw ReadError("it is a NumPy archive, not a model.");
  if (any("model.weights.h5")) {
    throw ReadError("it is a Keras model; this program reads .safetensors and PyTorch files.");
  }
  throw ReadError(
      "it is a zip archive that torch.save did not write; if a model is inside, unpack it first.");
}

/// "NAME/", with which the names of all records begin.
std::string archivePrefix(const ZipArchive& archive) {
  constexpr std::string_view kPickle = "data.pkl";
  const auto names = archive.names();
  std::string prefix;
  const bool found = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (!name.ends_with(kPickle)) return false;
    prefix = name.substr(0, name.size() - kPickle.size());
    return prefix.empty() || prefix.find('/') == prefix.size() - 1;
  });
  if (!found) throwForeignArchive(names);
  if (archive.has(prefix + "constants.pkl")) {
    throw ReadError(
        "it is a TorchScript archive: a program together with its weights, which this program does "
        "not run. Save the model's state_dict() with torch.save instead.");
  }
  return prefix;
}

void refuseBigEndian(ZipArchive& archive, const std::string& prefix, ReadProgress& progress) {
  const std::string record = prefix + "byteorder";
  if (!archive.has(record)) return;
  PickleInput order(archive.read(record, progress));
  if (order.text(archive.size(record)) != "little") {
    throw ReadError(
        "it was written on a big-endian machine; open and save it on a little-endian one.");
  }
}

PickleValue readRoot(ZipArchive& archive, const std::string& prefix, PickleHeap& heap,
                     ReadProgress& progress) {
  const std::string record = prefix + "data.pkl";
  PickleInput input(archive.read(record, progress));
  const PickleValue root = readPickle(input, heap);
  archive.release(archive.size(record));
  return root;
}

void readStorage(ZipArchive& archive, const std::string& prefix, const std::string& key,
                 TensorAssembly& assembly, ReadProgress& progress) {
  const std::string record = prefix + "data/" + key;
  if (!archive.has(record)) throwDamaged("its storage " + inQuotes(key) + " is missing");
  const std::uint64_t bytes = assembly.bytesOf(key);
  if (archive.size(record) < bytes) {
    throwDamaged("its storage " + inQuotes(key) + " is shorter than its tensors need");
  }
  auto content = archive.read(record, progress);
  archive.release(content.size());
  content.resize(static_cast<std::size_t>(bytes));
  assembly.provide(key, std::move(content));
}

}  // namespace

Checkpoint readTorchZip(const InputFile& file, const Progress& progress) {
  MemoryBudget budget(file.size());
  ZipArchive archive(file, budget);
  const std::string prefix = archivePrefix(archive);
  ReadProgress opening(progress, 0, "Reading the list of tensors");
  refuseBigEndian(archive, prefix, opening);
  PickleHeap heap(budget);
  const PickleValue root = readRoot(archive, prefix, heap, opening);
  ChosenStateDict chosen = chooseStateDict(heap, root);
  TensorAssembly assembly(heap, std::move(chosen.tensors));

  std::uint64_t total = 0;
  for (const auto& key : assembly.neededStorages()) total += assembly.bytesOf(key);
  ReadProgress reading(progress, total, "Reading the weights");
  for (const auto& key : assembly.neededStorages()) {
    readStorage(archive, prefix, key, assembly, reading);
  }
  return assembled(CheckpointFormat::TorchZip, chosen, std::move(assembly));
}

}  // namespace filterlens
