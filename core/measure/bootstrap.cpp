#include "core/measure/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/train/random.h"

namespace filterlens {
namespace {

/// A quantile of sorted values, linear between neighbours.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double resampledMean(std::span<const double> values, Random& random) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += values[static_cast<std::size_t>(random.integer(static_cast<int>(values.size())))];
  }
  return sum / static_cast<double>(values.size());
}

}  // namespace

MeanInterval bootstrapMean(std::span<const double> values, std::uint64_t seed, int resamples) {
  if (values.empty()) return {};
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  Random random(seed, values.size());
  std::vector<double> means(static_cast<std::size_t>(std::max(resamples, 1)));
  std::generate(means.begin(), means.end(), [&] { return resampledMean(values, random); });
  std::sort(means.begin(), means.end());
  constexpr double kTail = 0.025;
  return {sum / static_cast<double>(values.size()), quantile(means, kTail),
          quantile(means, 1 - kTail), static_cast<int>(values.size())};
}

}  // namespace filterlens
