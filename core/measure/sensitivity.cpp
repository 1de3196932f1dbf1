#include "core/measure/sensitivity.h"

#include <cmath>

#include "core/train/random.h"

namespace filterlens {

InputTensor neighbour(const InputTensor& input, std::uint64_t seed, int draw) {
  Random random(seed, draw);
  InputTensor result = input;
  for (float& value : result.values) {
    value += static_cast<float>(random.uniform(-kSensitivityRadius, kSensitivityRadius));
  }
  return result;
}

double relativeDistance(const Heatmap& map, const Heatmap& other) {
  const auto finite = [](float value) { return std::isfinite(value) ? value : 0.0; };
  double distance = 0;
  double norm = 0;
  for (std::size_t i = 0; i < map.values.values.size(); ++i) {
    const double value = finite(map.values.values[i]);
    const double moved = finite(other.values.values[i]) - value;
    distance += moved * moved;
    norm += value * value;
  }
  return std::sqrt(distance) / (norm > 0 ? std::sqrt(norm) : 1.0);
}

}  // namespace filterlens
