// What a pickle describes, as plain data: handles, and one heap that owns all they refer to.
// Values refer to each other by index, so that neither nesting nor cycles make anything recurse.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/memory_budget.h"

namespace filterlens {

/// A handle of 16 bytes; copying it shares what it refers to, as in Python.
struct PickleValue {
  enum class Kind : std::uint8_t {
    None,
    Bool,     ///< number: 0 or 1
    Int,      ///< number
    LongInt,  ///< more than 64 bits: its bytes, as a text
    Float,    ///< its value is not kept
    Text,
    Tuple,
    List,
    Dict,
    Global,   ///< the name of a class or function, as a text
    Storage,  ///< where values of tensors are stored
    Tensor,
    Opaque,  ///< the result of something that we do not run: the name of that, as a text
  };
  Kind kind = Kind::None;
  bool holdsTensor = false;  ///< Tuple, Opaque: tensors or storages went into it
  std::int64_t number = 0;   ///< a number, or an index into the heap

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
};

using PickleItem = std::pair<PickleValue, PickleValue>;  ///< key and value in a Dict

/// A class of storages: "FloatStorage", ….
struct StorageType {
  std::string_view name;
  std::size_t bytes;           ///< of one value
  std::optional<DType> dtype;  ///< none: a type of values that we do not read
};

/// A storage that the pickle speaks of; its values lie elsewhere in the file.
struct StorageReference {
  const StorageType* type = nullptr;  ///< nullptr: a class of storages that we do not know
  std::string typeName;
  std::string key;  ///< its name in the file
  std::uint64_t count = 0;
};

/// A view of a storage, not yet checked against the storage's bounds. All in values, not bytes.
struct TensorReference {
  std::size_t storage = 0;  ///< in the heap
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
};

/// Owns what the values of a file's pickles refer to. Everything new is charged to the budget.
class PickleHeap {
 public:
  using Kind = PickleValue::Kind;

  explicit PickleHeap(MemoryBudget& budget) : budget_(budget) {}
  PickleHeap(const PickleHeap&) = delete;
  PickleHeap& operator=(const PickleHeap&) = delete;

  /// Kind: LongInt, Text, Global or Opaque.
  PickleValue newText(Kind, std::string);
  PickleValue newTuple(std::span<const PickleValue>);
  PickleValue newList();
  PickleValue newDict();
  PickleValue newStorage(StorageReference);
  PickleValue newTensor(TensorReference);

  void append(PickleValue list, PickleValue item);
  void setItem(PickleValue dict, PickleValue key, PickleValue value);

  /// LongInt, Text, Global or Opaque.
  [[nodiscard]] const std::string& text(PickleValue v) const { return texts_[index(v)]; }
  /// Tuple or List.
  [[nodiscard]] std::span<const PickleValue> items(PickleValue v) const {
    return sequences_[index(v)];
  }
  /// In the order of insertion; of items with the same key the last one counts.
  [[nodiscard]] std::span<const PickleItem> dictItems(PickleValue v) const {
    return dicts_[index(v)];
  }
  /// The value of a text key; nullptr where there is none.
  [[nodiscard]] const PickleValue* find(PickleValue dict, std::string_view key) const;

  [[nodiscard]] const StorageReference& storage(PickleValue v) const { return storages_[index(v)]; }
  [[nodiscard]] const StorageReference& storage(const TensorReference& tensor) const {
    return storages_[tensor.storage];
  }
  [[nodiscard]] const TensorReference& tensor(PickleValue v) const { return tensors_[index(v)]; }
  [[nodiscard]] const std::deque<StorageReference>& storages() const { return storages_; }

  [[nodiscard]] MemoryBudget& budget() const { return budget_; }

 private:
  static std::size_t index(PickleValue v) { return static_cast<std::size_t>(v.number); }

  MemoryBudget& budget_;
  std::deque<std::string> texts_;
  std::deque<std::vector<PickleValue>> sequences_;
  std::deque<std::vector<PickleItem>> dicts_;
  std::deque<StorageReference> storages_;
  std::deque<TensorReference> tensors_;
};

}  // namespace filterlens
