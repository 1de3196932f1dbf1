#include "tests/support/formula_weights.h"

#include <cmath>

namespace filterlens::test {
namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (unsigned char c : text) hash = (hash ^ c) * 1099511628211U;
  return hash;
}

/// The factor of a weight matrix or kernel: uniform values of variance 1 / fan-in.
float weightScale(const std::vector<std::int64_t>& shape) {
  double fanIn = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) fanIn *= static_cast<double>(shape[i]);
  return static_cast<float>(std::sqrt(3.0 / fanIn));
}

}  // namespace

std::vector<float> splitmixValues(std::uint64_t seed, std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t z = seed + (i + 1) * 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    z ^= z >> 31;
    values[i] = static_cast<float>(z >> 40) * 0x1p-23F - 1.0F;
  }
  return values;
}

Tensor formulaTensor(const TensorSpec& spec, std::uint64_t seed) {
  std::size_t count = 1;
  for (auto d : spec.shape) count *= static_cast<std::size_t>(d);
  if (spec.name.ends_with("num_batches_tracked")) {
    return {spec.name, DType::I64, spec.shape, std::vector<std::byte>(sizeof(std::int64_t))};
  }
  auto values = splitmixValues(fnv1a(spec.name) ^ seed, count);
  const bool isVariance = spec.name.ends_with("running_var");
  const bool isScale = spec.name.ends_with("weight") && spec.shape.size() == 1;
  const float scale = spec.shape.size() > 1 ? weightScale(spec.shape) : isVariance ? 0.5F : 0.1F;
  for (float& v : values) {
    const float product = (isVariance ? std::abs(v) : v) * scale;
    v = isVariance || isScale ? 1.0F + product : product;
  }
  return floatTensor(spec.name, spec.shape, values);
}

std::vector<Tensor> formulaWeights(const Architecture& a, int classes, std::uint64_t seed) {
  std::vector<Tensor> tensors;
  for (const auto& spec : stateDict(a, classes)) tensors.push_back(formulaTensor(spec, seed));
  return tensors;
}

}  // namespace filterlens::test
