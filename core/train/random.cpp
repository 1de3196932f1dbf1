#include "core/train/random.h"

#include <cmath>
#include <numbers>

namespace filterlens {

double Random::normal() {
  // Box-Muller; 1 - u keeps the logarithm's argument above zero.
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

/// Marsaglia & Tsang 2000; shapes below one by way of shape + 1.
double Random::gamma(double shape) {
  if (shape < 1) return gamma(shape + 1) * std::pow(1 - uniform(), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double v = std::pow(1 + c * x, 3);
    if (v > 0 && std::log(1 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double Random::beta(double a) {
  const double x = gamma(a);
  const double y = gamma(a);
  // For tiny a both may vanish, where the distribution is a coin.
  return x + y > 0 ? x / (x + y) : static_cast<double>(integer(2));
}

}  // namespace filterlens
