#include "core/measure/road.h"

#include <vector>

#include "core/measure/imputation.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// The mean over the points as pixels are removed from one end of the order.
template <class Iterator>
Result<double> meanProbability(const TargetClass& target, const InputTensor& input, Iterator next,
                               std::size_t pixels, std::uint64_t seed, const Progress& progress) {
  LinearImputation imputation(input);
  std::vector<bool> removed(pixels);
  std::size_t done = 0;
  double sum = 0;
  for (int point = 1; point <= kRoadPoints; ++point) {
    progress.report(static_cast<double>(point - 1) / kRoadPoints, "ROAD");
    const auto until = pixels * static_cast<std::size_t>(point) / (kRoadPoints + 1);
    for (; done < until; ++done, ++next) removed[static_cast<std::size_t>(*next)] = true;
    if (progress.cancelled()) return cancelledError();
    const auto noisy = withNoise(imputation.without(removed), removed, Random(seed, point).bits());
    auto probability = target.probability(noisy, progress);
    if (!probability) return probability;
    sum += *probability;
  }
  return sum / kRoadPoints;
}

}  // namespace

Result<RoadScores> roadScores(const TargetClass& target, const InputTensor& input,
                              std::span<const int> order, std::uint64_t seed,
                              const Progress& progress) {
  const auto most =
      meanProbability(target, input, order.begin(), order.size(), seed, progress.part(0, 0.5));
  if (!most) return most.error();
  const auto least =
      meanProbability(target, input, order.rbegin(), order.size(), seed, progress.part(0.5, 1));
  if (!least) return least.error();
  return RoadScores{*most, *least};
}

}  // namespace filterlens
