// Tensor and its types of values.
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <type_traits>

#include "core/checkpoint/checkpoint.h"

namespace filterlens {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are kept as the file stores them, little-endian");

struct DTypeTraits {
  std::string_view name;
  std::size_t bytes;
  bool isFloat;
};

// In the order of the enumeration.
constexpr std::array<DTypeTraits, 10> kTraits{{{"F16", 2, true},
                                               {"BF16", 2, true},
                                               {"F32", 4, true},
                                               {"F64", 8, true},
                                               {"I8", 1, false},
                                               {"U8", 1, false},
                                               {"I16", 2, false},
                                               {"I32", 4, false},
                                               {"I64", 8, false},
                                               {"BOOL", 1, false}}};

const DTypeTraits& traits(DType type) { return kTraits.at(static_cast<std::size_t>(type)); }

float fromHalf(std::uint16_t bits) {
  const bool negative = (bits & 0x8000U) != 0;
  const int exponent = (bits >> 10U) & 0x1fU;
  const int fraction = bits & 0x3ffU;
  float magnitude = 0;
  if (exponent == 0x1f) {
    magnitude = fraction == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    magnitude = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
  }
  return negative ? -magnitude : magnitude;
}

float fromBfloat(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

template <class Stored, class Convert>
std::vector<float> convertAll(const std::vector<std::byte>& data, Convert convert) {
  std::vector<float> values(data.size() / sizeof(Stored));
  for (std::size_t i = 0; i < values.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, data.data() + i * sizeof(Stored), sizeof(Stored));
    values[i] = convert(stored);
  }
  return values;
}

template <class Stored>
std::vector<float> castAll(const std::vector<std::byte>& data) {
  return convertAll<Stored>(data, [](Stored value) { return static_cast<float>(value); });
}

}  // namespace

std::string_view name(DType type) { return traits(type).name; }
std::size_t bytesPerValue(DType type) { return traits(type).bytes; }
bool isFloat(DType type) { return traits(type).isFloat; }

std::int64_t Tensor::count() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<float> Tensor::toFloat() const {
  switch (dtype) {
    case DType::F16:
      return convertAll<std::uint16_t>(data, fromHalf);
    case DType::BF16:
      return convertAll<std::uint16_t>(data, fromBfloat);
    case DType::F32:
      return castAll<float>(data);
    case DType::F64:
      return castAll<double>(data);
    case DType::I8:
      return castAll<std::int8_t>(data);
    case DType::U8:
      return castAll<std::uint8_t>(data);
    case DType::I16:
      return castAll<std::int16_t>(data);
    case DType::I32:
      return castAll<std::int32_t>(data);
    case DType::I64:
      return castAll<std::int64_t>(data);
    case DType::Bool:
      return convertAll<std::uint8_t>(data,
                                      [](std::uint8_t value) { return value == 0 ? 0.0F : 1.0F; });
  }
  assert(false);
  return {};
}

Tensor floatTensor(std::string name, std::vector<std::int64_t> shape,
                   const std::vector<float>& values) {
  Tensor tensor{std::move(name), DType::F32, std::move(shape), {}};
  assert(tensor.count() == static_cast<std::int64_t>(values.size()));
  tensor.data.resize(values.size() * sizeof(float));
  if (!values.empty()) std::memcpy(tensor.data.data(), values.data(), tensor.data.size());
  return tensor;
}

}  // namespace filterlens
