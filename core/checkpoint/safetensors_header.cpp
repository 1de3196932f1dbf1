// The JSON header of safetensors files. It is parsed event by event: a document tree would take
// some 80 times the memory of a hostile header.
#include <algorithm>
#include <numeric>
#include <optional>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/checkpoint/limits.h"
#include "core/checkpoint/read_error.h"
#include "core/checkpoint/safetensors.h"

namespace filterlens {
namespace {

using nlohmann::json;

constexpr DType kAllTypes[] = {DType::F16, DType::BF16, DType::F32, DType::F64, DType::I8,
                               DType::U8,  DType::I16,  DType::I32, DType::I64, DType::Bool};

DType typeNamed(const std::string& typeName, const std::string& tensor) {
  for (const DType type : kAllTypes) {
    if (name(type) == typeName) return type;
  }
  throw ReadError("its tensor " + inQuotes(tensor) + " has values of the type " +
                  inQuotes(typeName) + ", which this program does not read.");
}

/// Receives the header's JSON values in order, and knows which of them may come where.
class HeaderEvents : public nlohmann::json_sax<json> {
 public:
  SafetensorsHeader header;

  bool start_object(std::size_t /*size*/) override {
    if (place_ == Place::Start) return enter(Place::Top);
    if (place_ == Place::Top && key_ == "__metadata__") return enter(Place::Metadata);
    if (place_ == Place::Top) return enterEntry();
    return unexpected();
  }
  bool end_object() override {
    if (place_ == Place::Entry) finishEntry();
    return enter(place_ == Place::Top ? Place::End : Place::Top);
  }
  bool key(std::string& text) override {
    key_ = std::move(text);
    if (place_ == Place::Entry) entryKey();
    return true;
  }
  bool start_array(std::size_t /*size*/) override {
    if (place_ == Place::Entry && (key_ == "shape" || key_ == "data_offsets")) {
      return enter(Place::Numbers);
    }
    return unexpected();
  }
  bool end_array() override {
    auto& seen = key_ == "shape" ? shape_ : offsets_;
    seen = std::move(numbers_);
    numbers_.clear();
    return enter(Place::Entry);
  }
  bool string(std::string& text) override {
    if (place_ == Place::Metadata) {
      if (!header.metadata.emplace(key_, std::move(text)).second) repeated();
      return true;
    }
    if (place_ != Place::Entry || key_ != "dtype") return unexpected();
    type_ = std::move(text);
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (place_ != Place::Numbers) return unexpected();
    if (numbers_.size() == kMaxDimensions) {
      throwDamaged("its header lists more than " + std::to_string(kMaxDimensions) +
                   " dimensions for " + where());
    }
    numbers_.push_back(value);
    return true;
  }
  bool null() override { return unexpected(); }
  bool boolean(bool /*value*/) override { return unexpected(); }
  bool number_integer(number_integer_t /*value*/) override { return unexpected(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return unexpected();
  }
  bool binary(binary_t& /*value*/) override { return unexpected(); }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    throwDamaged("its header is not JSON (byte " + std::to_string(position) + " of it)");
  }

 private:
  enum class Place { Start, Top, Metadata, Entry, Numbers, End };

  bool enter(Place place) {
    place_ = place;
    return true;
  }
  bool enterEntry() {
    tensor_ = key_;
    type_.reset();
    shape_.reset();
    offsets_.reset();
    return enter(Place::Entry);
  }
  void entryKey() {
    const bool again = (key_ == "dtype" && type_) || (key_ == "shape" && shape_) ||
                       (key_ == "data_offsets" && offsets_);
    if (again) repeated();
    if (key_ != "dtype" && key_ != "shape" && key_ != "data_offsets") unexpected();
  }
  void finishEntry() {
    if (!type_ || !shape_ || !offsets_ || offsets_->size() != 2) {
      throwDamaged("its header does not give a type, a shape and two offsets for " + where());
    }
    SafetensorsHeader::Entry entry{
        std::move(tensor_), DType::F32, {}, (*offsets_)[0], (*offsets_)[1]};
    entry.dtype = typeNamed(*type_, entry.name);
    entry.shape.assign(shape_->begin(), shape_->end());
    header.entries.push_back(std::move(entry));
  }
  [[nodiscard]] std::string where() const {
    return place_ == Place::Entry || place_ == Place::Numbers ? inQuotes(tensor_) : inQuotes(key_);
  }
  [[noreturn]] bool unexpected() {
    throwDamaged("its header is not that of a safetensors file (near " + where() + ")");
  }
  [[noreturn]] void repeated() { throwDamaged("its header gives " + inQuotes(key_) + " twice"); }

  Place place_ = Place::Start;
  std::string key_;     ///< the last one seen
  std::string tensor_;  ///< whose entry is being read
  std::optional<std::string> type_;
  std::optional<std::vector<std::uint64_t>> shape_;
  std::optional<std::vector<std::uint64_t>> offsets_;
  std::vector<std::uint64_t> numbers_;
};

void checkSize(const SafetensorsHeader::Entry& entry) {
  std::uint64_t bytes = bytesPerValue(entry.dtype);
  bool representable = true;
  for (const std::int64_t extent : entry.shape) {
    representable = representable && extent >= 0 &&
                    !__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes);
  }
  if (!representable || entry.begin > entry.end || entry.end - entry.begin != bytes) {
    throwDamaged("the offsets of tensor " + inQuotes(entry.name) + " do not fit its shape");
  }
}

/// Every byte of the data belongs to exactly one tensor.
void checkCoverage(const std::vector<SafetensorsHeader::Entry>& entries, std::uint64_t dataBytes) {
  std::vector<std::size_t> order(entries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(entries[a].begin, entries[a].end) <
           std::pair(entries[b].begin, entries[b].end);
  });
  std::uint64_t covered = 0;
  for (const std::size_t i : order) {
    const auto& entry = entries[i];
    if (entry.begin < covered) {
      throwDamaged("tensor " + inQuotes(entry.name) + " overlaps another one");
    }
    if (entry.begin > covered || entry.end > dataBytes) break;
    covered = entry.end;
  }
  if (covered != dataBytes) {
    throwDamaged("its header describes other data than the " + std::to_string(dataBytes) +
                 " bytes that follow it");
  }
}

}  // namespace

SafetensorsHeader parseSafetensorsHeader(std::string_view text, std::uint64_t dataBytes) {
  HeaderEvents events;
  json::sax_parse(text.begin(), text.end(), &events);
  SafetensorsHeader header = std::move(events.header);
  std::unordered_set<std::string_view> names;
  for (const auto& entry : header.entries) {
    if (!names.insert(entry.name).second) {
      throwDamaged("its header gives " + inQuotes(entry.name) + " twice");
    }
    checkSize(entry);
  }
  checkCoverage(header.entries, dataBytes);
  return header;
}

}  // namespace filterlens
