#include "core/checkpoint/saved_state_dict.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "core/checkpoint/read_error.h"

namespace filterlens {
namespace {

using Kind = PickleValue::Kind;

constexpr std::array<std::string_view, 5> kKeys = {"model", "state_dict", "model_state_dict",
                                                   "module", "ema"};
constexpr std::string_view kWrapperPrefixes[] = {"module.", "_orig_mod."};
constexpr std::string_view kAveragingCounter = "n_averaged";
constexpr std::string_view kSavePlainly =
    "Save the model's state_dict() instead, in the program that wrote the file.";

/// Modules may keep anything under this name in a state dict.
bool isExtraState(std::string_view name) { return name.ends_with("_extra_state"); }

bool hasDot(std::string_view name) { return name.find('.') != std::string_view::npos; }

/// Names of weights have dots (module.weight), but for those of models that are a single module.
enum class Names { Dotted, Any };

/// An opaque value in a dict of weights: was it to be one of them?
bool isLostTensor(std::string_view name, PickleValue value, Names names) {
  if (!value.is(Kind::Opaque) || isExtraState(name)) return false;
  return value.holdsTensor || hasDot(name) || names == Names::Any;
}

/// What one look at a dict shows.
struct Survey {
  bool hasTensors = false;  ///< or what was to be tensors
  Names names = Names::Dotted;
  std::array<const PickleValue*, kKeys.size()> wrapped{};  ///< the values of kKeys
};

Survey survey(const PickleHeap& heap, PickleValue dict, bool wrapped) {
  Survey result;
  bool anyDot = false;
  bool anyLost = false;
  bool anyOpaque = false;
  for (const auto& [key, value] : heap.dictItems(dict)) {
    if (!key.is(Kind::Text)) continue;
    const std::string& name = heap.text(key);
    result.hasTensors = result.hasTensors || value.is(Kind::Tensor);
    anyDot = anyDot || (value.is(Kind::Tensor) && hasDot(name));
    anyLost = anyLost || isLostTensor(name, value, Names::Dotted);
    anyOpaque = anyOpaque || isLostTensor(name, value, Names::Any);
    const auto* const found = std::find(kKeys.begin(), kKeys.end(), name);
    if (found != kKeys.end()) {
      result.wrapped[static_cast<std::size_t>(found - kKeys.begin())] = &value;
    }
  }
  // A dict that is no wrapper's may hold anything beside its weights.
  if (wrapped && !anyDot) result.names = Names::Any;
  result.hasTensors = result.hasTensors || anyLost || (result.names == Names::Any && anyOpaque);
  return result;
}

struct Candidate {
  std::string key;
  PickleValue dict;
  Names names = Names::Dotted;
};

/// The state dict under one of kKeys in `outer`, or one level deeper.
std::optional<Candidate> findWrapped(const PickleHeap& heap, const Survey& outer,
                                     const std::string& path, int levels) {
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    const PickleValue* value = outer.wrapped[i];
    if (value == nullptr || !value->is(Kind::Dict)) continue;
    const Survey inner = survey(heap, *value, true);
    const std::string key = path + std::string(kKeys[i]);
    if (levels > 1) {
      if (auto deeper = findWrapped(heap, inner, key + ".", levels - 1)) return deeper;
    }
    if (inner.hasTensors) return Candidate{key, *value, inner.names};
  }
  return std::nullopt;
}

std::string describe(const PickleHeap& heap, PickleValue value) {
  switch (value.kind) {
    case Kind::None:
      return "nothing (None)";
    case Kind::Bool:
    case Kind::Int:
    case Kind::LongInt:
    case Kind::Float:
      return "a number";
    case Kind::Text:
      return "a text";
    case Kind::Tuple:
    case Kind::List:
      return "a list";
    case Kind::Dict:
      return "a dict";
    case Kind::Storage:
    case Kind::Tensor:
      return "a tensor";
    case Kind::Global:
      return "the class or function " + inQuotes(heap.text(value));
    case Kind::Opaque:
      return "made by " + inQuotes(heap.text(value));
  }
  return "";
}

/// "\"epoch\" (a number), \"args\" (a \"argparse.Namespace\"), …"
std::string describeKeys(const PickleHeap& heap, PickleValue dict) {
  constexpr std::size_t kShown = 6;
  std::string text;
  const auto items = heap.dictItems(dict);
  for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i) {
    const auto& [key, value] = items[i];
    const std::string shown = key.is(Kind::Text) ? inQuotes(heap.text(key)) : describe(heap, key);
    text += (i == 0 ? "" : ", ") + shown + " (" + describe(heap, value) + ")";
  }
  return items.size() > kShown ? text + ", …" : text;
}

[[noreturn]] void throwNoStateDict(const PickleHeap& heap, PickleValue root, const Survey& top) {
  for (std::size_t i = 0; i < kKeys.size(); ++i) {
    const PickleValue* value = top.wrapped[i];
    if (value == nullptr || !value->is(Kind::Opaque)) continue;
    throw ReadError("its " + inQuotes(kKeys[i]) + " is a whole object made by " +
                    inQuotes(heap.text(*value)) + ", not a state dict. " +
                    std::string(kSavePlainly));
  }
  if (heap.dictItems(root).empty()) throw ReadError("it holds an empty dict.");
  throw ReadError(
      "it holds no state dict (tensors by name, or those under \"model\", "
      "\"state_dict\", \"model_state_dict\", \"module\" or \"ema\"). It holds: " +
      describeKeys(heap, root) + ".");
}

Candidate findStateDict(const PickleHeap& heap, PickleValue root) {
  if (root.is(Kind::Opaque)) {
    throw ReadError("it holds a whole object made by " + inQuotes(heap.text(root)) +
                    ", which only the program that wrote the file can use. " +
                    std::string(kSavePlainly));
  }
  if (!root.is(Kind::Dict)) {
    throw ReadError("it holds " + describe(heap, root) + ", not a state dict.");
  }
  const Survey top = survey(heap, root, false);
  if (auto wrapped = findWrapped(heap, top, "", 2)) return *wrapped;
  if (!top.hasTensors) throwNoStateDict(heap, root, top);
  return {"", root, top.names};
}

void checkReadable(const PickleHeap& heap, const std::string& name, PickleValue value,
                   Names names) {
  if (isLostTensor(name, value, names)) {
    throw ReadError("its tensor " + inQuotes(name) + " depends on " + inQuotes(heap.text(value)) +
                    ", which this program does not run. " + std::string(kSavePlainly));
  }
  if (!value.is(Kind::Tensor)) return;
  const StorageReference& storage = heap.storage(heap.tensor(value));
  if (storage.type == nullptr || !storage.type->dtype) {
    throw ReadError("its tensor " + inQuotes(name) + " has values of the type " +
                    inQuotes(storage.typeName) + ", which this program does not read.");
  }
  if (!isUtf8(name)) throwDamaged("the name of its tensor " + inQuotes(name) + " is no text");
}

}  // namespace

ChosenStateDict chooseStateDict(const PickleHeap& heap, PickleValue root) {
  const Candidate candidate = findStateDict(heap, root);
  ChosenStateDict chosen;
  chosen.key = candidate.key;
  if (const PickleValue* epoch = heap.find(root, "epoch"); epoch && epoch->is(Kind::Int)) {
    chosen.epoch = epoch->number;
  }
  // Of entries with the same name the last one counts, in the place of the first, as in Python.
  std::unordered_map<std::string_view, std::size_t> places;
  std::vector<PickleItem> entries;
  for (const PickleItem& item : heap.dictItems(candidate.dict)) {
    if (!item.first.is(Kind::Text)) continue;
    heap.budget().charge(2 * sizeof(PickleItem) + sizeof(NamedTensor));
    const auto [place, isNew] = places.try_emplace(heap.text(item.first), entries.size());
    if (isNew) {
      entries.push_back(item);
    } else {
      entries[place->second] = item;
    }
  }
  for (const auto& [key, value] : entries) {
    const std::string& name = heap.text(key);
    checkReadable(heap, name, value, candidate.names);
    if (value.is(Kind::Tensor)) chosen.tensors.push_back({name, heap.tensor(value)});
  }
  return chosen;
}

namespace {

void removePrefix(std::vector<Tensor>& tensors, std::string_view prefix) {
  const auto isCounter = [](const Tensor& t) { return t.name == kAveragingCounter; };
  const auto wrapped = [&](const Tensor& t) { return t.name.starts_with(prefix); };
  const bool all = std::all_of(tensors.begin(), tensors.end(),
                               [&](const Tensor& t) { return wrapped(t) || isCounter(t); });
  if (!all || std::none_of(tensors.begin(), tensors.end(), wrapped)) return;
  std::erase_if(tensors, isCounter);
  for (Tensor& tensor : tensors) tensor.name.erase(0, prefix.size());
}

}  // namespace

void removeWrapperPrefixes(std::vector<Tensor>& tensors) {
  constexpr int kMostWrappers = 4;  // within each other; the bound is for hostile names
  for (int i = 0; i < kMostWrappers; ++i) {
    for (const std::string_view prefix : kWrapperPrefixes) removePrefix(tensors, prefix);
  }
}

}  // namespace filterlens
