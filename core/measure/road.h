// ROAD, remove and debias: deletion without the shapes that blanked pixels would show the network
// (Rong et al., arXiv 2202.00449).
#pragma once

#include <span>

#include "core/measure/class_probability.h"

namespace filterlens {

/// Means of the target's probability over nine points: 10, 20, … 90 % of the pixels replaced by
/// noisy linear imputation.
struct RoadScores {
  double mostFirst = 0;   ///< the map's first pixels removed (MoRF); low is good
  double leastFirst = 0;  ///< its last pixels removed (LeRF); high is good
  /// leastFirst - mostFirst, -1..1: 1 is perfect, 0 chance. pytorch-grad-cam's ROADCombined, on
  /// the same points, is half of it.
  [[nodiscard]] double difference() const { return leastFirst - mostFirst; }
};

inline constexpr int kRoadPoints = 9;

/// order: every pixel once, the map's largest value first. 18 forward passes. seed: of the noise.
Result<RoadScores> roadScores(const TargetClass&, const InputTensor&, std::span<const int> order,
                              std::uint64_t seed, const Progress&);

}  // namespace filterlens
