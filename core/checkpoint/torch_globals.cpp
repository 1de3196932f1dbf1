#include "core/checkpoint/torch_globals.h"

#include <algorithm>

#include "core/checkpoint/limits.h"

namespace filterlens {
namespace {

using Kind = PickleValue::Kind;
using Arguments = std::span<const PickleValue>;

// Of torch.* and torch.cuda.*. Types without a DType are known by size, so that a legacy file's
// reader can step over them.
constexpr StorageType kStorageTypes[] = {
    {"FloatStorage", 4, DType::F32},
    {"HalfStorage", 2, DType::F16},
    {"BFloat16Storage", 2, DType::BF16},
    {"DoubleStorage", 8, DType::F64},
    {"LongStorage", 8, DType::I64},
    {"IntStorage", 4, DType::I32},
    {"ShortStorage", 2, DType::I16},
    {"CharStorage", 1, DType::I8},
    {"ByteStorage", 1, DType::U8},
    {"BoolStorage", 1, DType::Bool},
    {"UntypedStorage", 1, DType::U8},
    {"ComplexFloatStorage", 8, std::nullopt},
    {"ComplexDoubleStorage", 16, std::nullopt},
    {"QInt8Storage", 1, std::nullopt},
    {"QUInt8Storage", 1, std::nullopt},
    {"QInt32Storage", 4, std::nullopt},
    {"QUInt4x2Storage", 1, std::nullopt},
    {"QUInt2x4Storage", 1, std::nullopt},
};

const StorageType* findStorageType(std::string_view global) {
  for (const std::string_view module : {"torch.", "torch.cuda.", "torch.storage."}) {
    if (!global.starts_with(module)) continue;
    const auto found = std::find_if(
        std::begin(kStorageTypes), std::end(kStorageTypes),
        [&](const StorageType& type) { return type.name == global.substr(module.size()); });
    if (found != std::end(kStorageTypes)) return found;
  }
  return nullptr;
}

[[noreturn]] void throwMalformed(std::string_view what) {
  throwDamaged("its pickle does not describe a " + std::string(what) + " as torch.save does");
}

/// The arguments must be (at least) these kinds.
void require(Arguments arguments, std::initializer_list<Kind> kinds, std::string_view what) {
  const bool good =
      arguments.size() >= kinds.size() &&
      std::equal(kinds.begin(), kinds.end(), arguments.begin(),
                 [](Kind kind, const PickleValue& argument) { return argument.is(kind); });
  if (!good) throwMalformed(what);
}

std::vector<std::int64_t> integers(const PickleHeap& heap, PickleValue tuple) {
  const Arguments items = heap.items(tuple);
  if (items.size() > kMaxDimensions) throwMalformed("tensor");
  std::vector<std::int64_t> numbers;
  for (const PickleValue& item : items) {
    if (!item.is(Kind::Int)) throwMalformed("tensor");
    numbers.push_back(item.number);
  }
  return numbers;
}

/// (storage, offset, shape, strides, …); what follows concerns training only.
PickleValue rebuildTensor(PickleHeap& heap, Arguments arguments) {
  require(arguments, {Kind::Storage, Kind::Int, Kind::Tuple, Kind::Tuple}, "tensor");
  TensorReference tensor{static_cast<std::size_t>(arguments[0].number), arguments[1].number,
                         integers(heap, arguments[2]), integers(heap, arguments[3])};
  if (tensor.shape.size() != tensor.strides.size()) throwMalformed("tensor");
  return heap.newTensor(std::move(tensor));
}

/// (tensor, requires_grad, …): a parameter is its tensor.
PickleValue rebuildParameter(PickleHeap& /*heap*/, Arguments arguments) {
  require(arguments, {Kind::Tensor}, "parameter");
  return arguments[0];
}

/// (function, type, arguments, state): a tensor that carries attributes, which we leave out.
PickleValue rebuildFromType(PickleHeap& heap, Arguments arguments) {
  require(arguments, {Kind::Global, Kind::Global, Kind::Tuple}, "tensor");
  const std::string& function = heap.text(arguments[0]);
  if (function == "torch._utils._rebuild_tensor_v2") {
    return rebuildTensor(heap, heap.items(arguments[2]));
  }
  PickleValue opaque = heap.newText(Kind::Opaque, function);
  opaque.holdsTensor = true;
  return opaque;
}

/// (), or (pairs): a list of [key, value] lists or (key, value) tuples, as Python 2 wrote it.
PickleValue rebuildOrderedDict(PickleHeap& heap, Arguments arguments) {
  const PickleValue dict = heap.newDict();
  if (arguments.empty()) return dict;
  require(arguments, {Kind::List}, "dictionary");
  for (const PickleValue& pair : heap.items(arguments[0])) {
    if (!pair.is(Kind::List) && !pair.is(Kind::Tuple)) throwMalformed("dictionary");
    const Arguments item = heap.items(pair);
    if (item.size() != 2) throwMalformed("dictionary");
    heap.setItem(dict, item[0], item[1]);
  }
  return dict;
}

/// (tuple): a shape is that tuple.
PickleValue rebuildSize(PickleHeap& /*heap*/, Arguments arguments) {
  require(arguments, {Kind::Tuple}, "shape");
  return arguments[0];
}

struct Rebuilder {
  std::string_view global;
  PickleValue (*rebuild)(PickleHeap&, Arguments);
};

constexpr Rebuilder kRebuilders[] = {
    {"collections.OrderedDict", rebuildOrderedDict},
    {"torch.Size", rebuildSize},
    {"torch._utils._rebuild_tensor_v2", rebuildTensor},
    {"torch._utils._rebuild_tensor", rebuildTensor},
    {"torch._utils._rebuild_parameter", rebuildParameter},
    {"torch._utils._rebuild_parameter_with_state", rebuildParameter},
    {"torch._tensor._rebuild_from_type_v2", rebuildFromType},
};

/// What an unknown callable gives.
PickleValue opaqueResult(PickleHeap& heap, PickleValue callable, PickleValue arguments) {
  PickleValue opaque = callable;
  if (callable.is(Kind::Global)) {
    opaque.kind = Kind::Opaque;  // the same text: the name of what was to be called
  } else if (!callable.is(Kind::Opaque)) {
    opaque = heap.newText(Kind::Opaque, "an object that is no function");
  }
  opaque.holdsTensor = opaque.holdsTensor || arguments.holdsTensor;
  return opaque;
}

}  // namespace

PickleValue callGlobal(PickleHeap& heap, PickleValue callable, PickleValue arguments) {
  if (!callable.is(Kind::Global) || !arguments.is(Kind::Tuple)) {
    return opaqueResult(heap, callable, arguments);
  }
  const std::string& global = heap.text(callable);
  const auto found = std::find_if(std::begin(kRebuilders), std::end(kRebuilders),
                                  [&](const Rebuilder& r) { return r.global == global; });
  if (found == std::end(kRebuilders)) return opaqueResult(heap, callable, arguments);
  const Arguments items = heap.items(arguments);
  if (!items.empty() && items[0].is(Kind::Opaque)) {
    // Made from something opaque: that is the name to remember.
    PickleValue opaque = items[0];
    opaque.holdsTensor = true;
    return opaque;
  }
  return found->rebuild(heap, items);
}

PickleValue resolvePersistentId(PickleHeap& heap, PickleValue id) {
  if (!id.is(Kind::Tuple)) throwMalformed("storage");
  const Arguments parts = heap.items(id);
  if (parts.empty() || !parts[0].is(Kind::Text)) throwMalformed("storage");
  // Legacy files of whole modules: ("module", class, source file, source).
  if (heap.text(parts[0]) == "module" && parts.size() > 1 && parts[1].is(Kind::Global)) {
    return parts[1];
  }
  require(parts, {Kind::Text, Kind::Global, Kind::Text, Kind::Text, Kind::Int}, "storage");
  const std::string& type = heap.text(parts[1]);
  if (heap.text(parts[0]) != "storage" || parts[4].number < 0) throwMalformed("storage");
  if (parts.size() > 5 && !parts[5].is(Kind::None)) {
    throw ReadError(
        "its storages are views of other storages, as only PyTorch before 0.4 wrote them; open and "
        "save it with a newer PyTorch.");
  }
  return heap.newStorage({findStorageType(type), type, heap.text(parts[2]),
                          static_cast<std::uint64_t>(parts[4].number)});
}

}  // namespace filterlens
