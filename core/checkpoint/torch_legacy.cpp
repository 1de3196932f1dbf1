#include <array>
#include <bit>
#include <unordered_map>
#include <unordered_set>

#include "core/checkpoint/memory_budget.h"
#include "core/checkpoint/pickle_reader.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/saved_state_dict.h"
#include "core/checkpoint/tensor_assembly.h"
#include "core/checkpoint/torch_file.h"

namespace filterlens {
namespace {

using Kind = PickleValue::Kind;

constexpr std::string_view kMagic = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";  // little-endian
constexpr std::int64_t kVersion = 1001;

/// The pickles before the one that was saved: each has its own memo.
void readPreamble(PickleInput& input, PickleHeap& heap) {
  const PickleValue magic = readPickle(input, heap);
  if (!magic.is(Kind::LongInt) || heap.text(magic) != kMagic) {
    throw ReadError("it is a Python pickle that torch.save did not write.");
  }
  const PickleValue version = readPickle(input, heap);
  if (!version.is(Kind::Int) || version.number != kVersion) {
    throw ReadError("it has a version of PyTorch's legacy format that this program does not know.");
  }
  const PickleValue system = readPickle(input, heap);
  if (!system.is(Kind::Dict)) throwDamaged("it does not say on what machine it was written");
  const PickleValue* littleEndian = heap.find(system, "little_endian");
  if (littleEndian && littleEndian->is(Kind::Bool) && littleEndian->number == 0) {
    throw ReadError(
        "it was written on a big-endian machine; open and save it on a little-endian one.");
  }
}

using StorageIndex = std::unordered_map<std::string_view, const StorageReference*>;

StorageIndex indexStorages(const PickleHeap& heap) {
  StorageIndex index;
  for (const StorageReference& storage : heap.storages()) {
    heap.budget().charge(sizeof(void*) * 8);
    const auto [entry, isNew] = index.try_emplace(storage.key, &storage);
    const StorageReference& first = *entry->second;
    if (!isNew && (first.typeName != storage.typeName || first.count != storage.count)) {
      throwDamaged("it describes storage " + inQuotes(storage.key) + " in two ways");
    }
  }
  return index;
}

/// The storages that follow the pickles, from `offset` on, in the order of their keys.
class StorageReader {
 public:
  StorageReader(const InputFile& file, std::uint64_t offset, MemoryBudget& budget,
                ReadProgress& progress)
      : file_(file), offset_(offset), budget_(budget), progress_(progress) {}

  /// Checks the next storage's length, and reads it where a tensor needs it.
  void next(const StorageReference& storage, TensorAssembly& assembly) {
    std::array<std::byte, 8> count{};
    file_.read(offset_, count);
    offset_ += count.size();
    if (std::bit_cast<std::uint64_t>(count) != storage.count) {
      throwDamaged("its storage " + inQuotes(storage.key) + " has another length than its tensors");
    }
    if (storage.type == nullptr) {
      throw ReadError("it holds values of the type " + inQuotes(storage.typeName) +
                      ", which this program does not know.");
    }
    const std::uint64_t bytes = storageBytes(storage);
    if (bytes > file_.size() - offset_) throwDamaged("it ends before its last storage does");
    if (assembly.needs(storage.key)) {
      budget_.charge(bytes);
      assembly.provide(storage.key, readCounted(file_, offset_, bytes, progress_));
      budget_.release(bytes);
      progress_.advance(count.size());
    } else {
      progress_.advance(count.size() + bytes);
    }
    offset_ += bytes;
  }

 private:
  const InputFile& file_;
  std::uint64_t offset_;
  MemoryBudget& budget_;
  ReadProgress& progress_;
};

/// Provides the assembly with all that it needs.
void readStorages(PickleValue keys, StorageReader& reader, const PickleHeap& heap,
                  TensorAssembly& assembly) {
  const StorageIndex storages = indexStorages(heap);
  std::size_t provided = 0;
  std::unordered_set<std::string_view> seen;
  for (const PickleValue& key : heap.items(keys)) {
    const auto found = key.is(Kind::Text) ? storages.find(heap.text(key)) : storages.end();
    if (found == storages.end()) throwDamaged("it holds a storage that no tensor speaks of");
    heap.budget().charge(sizeof(void*) * 8);
    if (!seen.insert(found->first).second) {
      throwDamaged("it holds storage " + inQuotes(found->first) + " twice");
    }
    reader.next(*found->second, assembly);
    if (assembly.needs(found->second->key)) ++provided;
    if (provided == assembly.neededStorages().size()) return;
  }
  if (provided < assembly.neededStorages().size()) {
    throwDamaged("storages of its tensors are missing");
  }
}

}  // namespace

Checkpoint readTorchLegacy(const InputFile& file, const Progress& progress) {
  MemoryBudget budget(file.size());
  PickleHeap heap(budget);
  PickleInput input(file);
  readPreamble(input, heap);
  const PickleValue root = readPickle(input, heap);
  ChosenStateDict chosen = chooseStateDict(heap, root);
  const PickleValue keys = readPickle(input, heap);
  if (!keys.is(Kind::List)) throwDamaged("its list of storages is no list");
  TensorAssembly assembly(heap, std::move(chosen.tensors));
  ReadProgress reading(progress, file.size() - input.position(), "Reading the weights");
  StorageReader storages(file, input.position(), budget, reading);
  readStorages(keys, storages, heap, assembly);
  return assembled(CheckpointFormat::TorchLegacy, chosen, std::move(assembly));
}

}  // namespace filterlens
