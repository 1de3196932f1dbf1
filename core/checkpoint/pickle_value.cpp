#include "core/checkpoint/pickle_value.h"

#include <algorithm>

namespace filterlens {
namespace {

using Kind = PickleValue::Kind;

// What things cost, with the allocator's share and the spare room of growing vectors.
constexpr std::uint64_t kObjectBytes = 64;
constexpr std::uint64_t kItemBytes = 2 * sizeof(PickleValue);

template <class T>
PickleValue add(std::deque<T>& owner, Kind kind, T object) {
  owner.push_back(std::move(object));
  return {kind, false, static_cast<std::int64_t>(owner.size()) - 1};
}

}  // namespace

PickleValue PickleHeap::newText(Kind kind, std::string text) {
  budget_.charge(kObjectBytes + text.size());
  return add(texts_, kind, std::move(text));
}

PickleValue PickleHeap::newTuple(std::span<const PickleValue> items) {
  budget_.charge(kObjectBytes + kItemBytes * items.size());
  PickleValue tuple = add(sequences_, Kind::Tuple, {items.begin(), items.end()});
  tuple.holdsTensor = std::any_of(items.begin(), items.end(), [](const PickleValue& v) {
    return v.holdsTensor || v.is(Kind::Tensor) || v.is(Kind::Storage);
  });
  return tuple;
}

PickleValue PickleHeap::newList() {
  budget_.charge(kObjectBytes);
  return add(sequences_, Kind::List, {});
}

PickleValue PickleHeap::newDict() {
  budget_.charge(kObjectBytes);
  return add(dicts_, Kind::Dict, {});
}

PickleValue PickleHeap::newStorage(StorageReference storage) {
  budget_.charge(2 * kObjectBytes + storage.key.size() + storage.typeName.size());
  return add(storages_, Kind::Storage, std::move(storage));
}

PickleValue PickleHeap::newTensor(TensorReference tensor) {
  budget_.charge(2 * kObjectBytes + kItemBytes * tensor.shape.size());
  return add(tensors_, Kind::Tensor, std::move(tensor));
}

void PickleHeap::append(PickleValue list, PickleValue item) {
  budget_.charge(kItemBytes);
  sequences_[index(list)].push_back(item);
}

void PickleHeap::setItem(PickleValue dict, PickleValue key, PickleValue value) {
  budget_.charge(2 * kItemBytes);
  dicts_[index(dict)].emplace_back(key, value);
}

const PickleValue* PickleHeap::find(PickleValue dict, std::string_view key) const {
  const auto items = dictItems(dict);
  const auto found = std::find_if(items.rbegin(), items.rend(), [&](const PickleItem& item) {
    return item.first.is(Kind::Text) && text(item.first) == key;
  });
  return found == items.rend() ? nullptr : &found->second;
}

}  // namespace filterlens
