#include "core/checkpoint/pickle_reader.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <unordered_map>

#include "core/checkpoint/pickle_opcodes.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/torch_globals.h"

namespace filterlens {
namespace {

using Kind = PickleValue::Kind;

constexpr int kNewestProtocol = 5;
constexpr std::uint64_t kMemoEntryBytes = 64;

class PickleMachine {
 public:
  PickleMachine(PickleInput& input, PickleHeap& heap) : input_(input), heap_(heap) {}

  PickleValue run() {
    for (;;) {
      const std::uint8_t opcode = input_.byte();
      if (opcode == kStop) return pop();
      const bool known = control(opcode) || number(opcode) || text(opcode) || sequence(opcode) ||
                         mapping(opcode) || memo(opcode) || object(opcode);
      if (!known) throwUnknown(opcode);
    }
  }

 private:
  // The stack. A mark hides what lies below it until the mark itself is taken.

  void push(PickleValue value) {
    if (stack_.size() == stackPaid_) {
      heap_.budget().charge(2 * sizeof(PickleValue));
      ++stackPaid_;
    }
    stack_.push_back(value);
  }
  void push(Kind kind, std::int64_t n = 0) { push(PickleValue{kind, false, n}); }

  [[nodiscard]] std::span<const PickleValue> visible() const {
    return std::span(stack_).subspan(marks_.empty() ? 0 : marks_.back());
  }
  PickleValue& top() {
    if (visible().empty()) throwDamaged("its pickle takes a value where there is none");
    return stack_.back();
  }
  PickleValue pop() {
    const PickleValue value = top();
    stack_.pop_back();
    return value;
  }
  void mark() {
    if (marks_.size() == marksPaid_) {
      heap_.budget().charge(2 * sizeof(std::size_t));
      ++marksPaid_;
    }
    marks_.push_back(stack_.size());
  }
  /// What was pushed since the last mark, for `consume`; then the mark and these values are gone.
  template <class Consume>
  void sinceMark(Consume consume) {
    if (marks_.empty()) throwDamaged("its pickle lacks a mark");
    const std::size_t begin = marks_.back();
    marks_.pop_back();
    consume(std::span<const PickleValue>(stack_).subspan(begin));
    stack_.resize(begin);
  }
  /// The value below those since the last mark.
  PickleValue underMark() {
    const std::size_t below = marks_.empty() ? 0 : marks_.back();
    const std::size_t fence = marks_.size() < 2 ? 0 : marks_[marks_.size() - 2];
    if (below <= fence) throwDamaged("its pickle fills a container where there is none");
    return stack_[below - 1];
  }

  [[noreturn]] static void throwUnknown(std::uint8_t opcode) {
    std::array<char, 8> hex{};
    std::snprintf(hex.data(), hex.size(), "0x%02x", opcode);
    throwDamaged(std::string("its pickle has the opcode ") + hex.data() +
                 ", which torch.save never writes");
  }

  bool control(std::uint8_t opcode) {
    switch (opcode) {
      case kProto:
        if (const int protocol = input_.byte(); protocol > kNewestProtocol) {
          throw ReadError("it uses pickle protocol " + std::to_string(protocol) +
                          ", which this program does not know.");
        }
        return true;
      case kFrame:
        input_.require(input_.littleEndian(8));
        return true;
      case kMark:
        mark();
        return true;
      case kPop:
        // Python lets this opcode take a mark, too.
        if (!marks_.empty() && marks_.back() == stack_.size()) {
          marks_.pop_back();
        } else {
          pop();
        }
        return true;
      case kPopMark:
        sinceMark([](auto) {});
        return true;
      case kDup:
        push(PickleValue(top()));
        return true;
      default:
        return false;
    }
  }

  bool number(std::uint8_t opcode) {
    switch (opcode) {
      case kNone:
        push(Kind::None);
        return true;
      case kTrue:
      case kFalse:
        push(Kind::Bool, opcode == kTrue ? 1 : 0);
        return true;
      case kBinInt:
        push(Kind::Int, static_cast<std::int32_t>(input_.littleEndian(4)));
        return true;
      case kBinInt1:
        push(Kind::Int, input_.byte());
        return true;
      case kBinInt2:
        push(Kind::Int, static_cast<std::int64_t>(input_.littleEndian(2)));
        return true;
      case kLong1:
        longInteger(input_.byte());
        return true;
      case kLong4:
        longInteger(input_.littleEndian(4));
        return true;
      case kBinFloat:
        input_.skip(8);
        push(Kind::Float);
        return true;
      default:
        return false;
    }
  }

  /// Little-endian, two's complement, of any length.
  void longInteger(std::uint64_t bytes) {
    if (bytes > 8) return pushText(Kind::LongInt, bytes);
    std::uint64_t value = input_.littleEndian(static_cast<int>(bytes));
    if (bytes > 0 && bytes < 8 && (value >> (8 * bytes - 1)) != 0) value |= ~0ULL << (8 * bytes);
    push(Kind::Int, static_cast<std::int64_t>(value));
  }

  bool text(std::uint8_t opcode) {
    switch (opcode) {
      case kShortBinString:
      case kShortBinUnicode:
        pushText(Kind::Text, input_.byte());
        return true;
      case kBinString:
      case kBinUnicode:
        pushText(Kind::Text, input_.littleEndian(4));
        return true;
      case kBinUnicode8:
        pushText(Kind::Text, input_.littleEndian(8));
        return true;
      case kShortBinBytes:
        skipBytes(input_.byte());
        return true;
      case kBinBytes:
        skipBytes(input_.littleEndian(4));
        return true;
      case kBinBytes8:
      case kByteArray8:
        skipBytes(input_.littleEndian(8));
        return true;
      default:
        return false;
    }
  }
  void pushText(Kind kind, std::uint64_t bytes) { push(heap_.newText(kind, input_.text(bytes))); }
  /// No state dict needs bytes (they are parts of NumPy's objects), so they are not kept.
  void skipBytes(std::uint64_t bytes) {
    input_.skip(bytes);
    push(heap_.newText(Kind::Opaque, "bytes"));
  }

  bool sequence(std::uint8_t opcode) {
    switch (opcode) {
      case kEmptyTuple:
        push(heap_.newTuple({}));
        return true;
      case kTuple1:
      case kTuple2:
      case kTuple3:
        tupleOf(opcode - kTuple1 + 1U);
        return true;
      case kTuple: {
        PickleValue tuple;
        sinceMark([&](auto items) { tuple = heap_.newTuple(items); });
        push(tuple);
        return true;
      }
      case kEmptyList:
        push(heap_.newList());
        return true;
      case kList: {
        const PickleValue list = heap_.newList();
        sinceMark([&](auto items) { appendAll(list, items); });
        push(list);
        return true;
      }
      case kAppend: {
        const PickleValue item = pop();
        appendAll(top(), {&item, 1});
        return true;
      }
      case kAppends:
      case kAddItems: {
        const PickleValue list = underMark();
        sinceMark([&](auto items) { appendAll(list, items); });
        return true;
      }
      case kEmptySet:
        push(heap_.newText(Kind::Opaque, "set"));
        return true;
      case kFrozenSet:
        sinceMark([](auto) {});
        push(heap_.newText(Kind::Opaque, "frozenset"));
        return true;
      default:
        return false;
    }
  }
  void tupleOf(std::size_t count) {
    if (visible().size() < count) throwDamaged("its pickle takes a value where there is none");
    const PickleValue tuple = heap_.newTuple(visible().last(count));
    stack_.resize(stack_.size() - count);
    push(tuple);
  }
  /// What is added to an opaque container (a set, a class derived from list) is dropped.
  void appendAll(PickleValue list, std::span<const PickleValue> items) {
    if (list.is(Kind::Opaque)) return;
    if (!list.is(Kind::List)) throwDamaged("its pickle appends to what is no list");
    for (const PickleValue& item : items) heap_.append(list, item);
  }

  bool mapping(std::uint8_t opcode) {
    switch (opcode) {
      case kEmptyDict:
        push(heap_.newDict());
        return true;
      case kDict: {
        const PickleValue dict = heap_.newDict();
        sinceMark([&](auto items) { setAll(dict, items); });
        push(dict);
        return true;
      }
      case kSetItem: {
        const PickleValue value = pop();
        const std::array<PickleValue, 2> item{pop(), value};
        setAll(top(), item);
        return true;
      }
      case kSetItems: {
        const PickleValue dict = underMark();
        sinceMark([&](auto items) { setAll(dict, items); });
        return true;
      }
      default:
        return false;
    }
  }
  void setAll(PickleValue dict, std::span<const PickleValue> items) {
    if (items.size() % 2 != 0) throwDamaged("its pickle has a key without a value");
    if (dict.is(Kind::Opaque)) return;
    if (!dict.is(Kind::Dict)) throwDamaged("its pickle sets items of what is no dict");
    for (std::size_t i = 0; i < items.size(); i += 2) heap_.setItem(dict, items[i], items[i + 1]);
  }

  bool memo(std::uint8_t opcode) {
    switch (opcode) {
      case kBinPut:
        remember(input_.byte());
        return true;
      case kLongBinPut:
        remember(input_.littleEndian(4));
        return true;
      case kMemoize:
        remember(memo_.size());
        return true;
      case kBinGet:
        recall(input_.byte());
        return true;
      case kLongBinGet:
        recall(input_.littleEndian(4));
        return true;
      default:
        return false;
    }
  }
  void remember(std::uint64_t slot) {
    const auto [entry, isNew] = memo_.insert_or_assign(slot, top());
    if (isNew) heap_.budget().charge(kMemoEntryBytes);
  }
  void recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) throwDamaged("its pickle recalls a value that it never stored");
    push(found->second);
  }

  bool object(std::uint8_t opcode) {
    switch (opcode) {
      case kGlobal: {
        const std::string module = input_.line();
        push(heap_.newText(Kind::Global, module + "." + input_.line()));
        return true;
      }
      case kStackGlobal: {
        const PickleValue name = pop();
        const PickleValue module = pop();
        if (!name.is(Kind::Text) || !module.is(Kind::Text))
          throwDamaged("its pickle names no class");
        push(heap_.newText(Kind::Global, heap_.text(module) + "." + heap_.text(name)));
        return true;
      }
      case kReduce:
      case kNewObj: {
        const PickleValue arguments = pop();
        push(callGlobal(heap_, pop(), arguments));
        return true;
      }
      case kNewObjEx: {
        pop();  // keyword arguments, which nothing that we rebuild has
        const PickleValue arguments = pop();
        push(callGlobal(heap_, pop(), arguments));
        return true;
      }
      case kBuild:
        // Attributes of an object: a state dict's are its `_metadata`, others are inert anyway.
        pop();
        top();
        return true;
      case kBinPersId:
        push(resolvePersistentId(heap_, pop()));
        return true;
      default:
        return false;
    }
  }

  PickleInput& input_;
  PickleHeap& heap_;
  std::vector<PickleValue> stack_;
  std::vector<std::size_t> marks_;  ///< sizes of the stack where marks were set
  std::unordered_map<std::uint64_t, PickleValue> memo_;
  std::size_t stackPaid_ = 0;  ///< the height up to which the budget was charged
  std::size_t marksPaid_ = 0;
};

}  // namespace

PickleValue readPickle(PickleInput& input, PickleHeap& heap) {
  return PickleMachine(input, heap).run();
}

}  // namespace filterlens
