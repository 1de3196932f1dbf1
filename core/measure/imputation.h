// Noisy linear imputation: pixels that were taken away are replaced by what their neighbours lead
// one to expect, so that their absence tells the network nothing (Rong et al., ROAD, arXiv
// 2202.00449, section 4.2).
#pragma once

#include <cstdint>
#include <vector>

#include "core/image/preprocess.h"

namespace filterlens {

/// Standard deviation of what is added to every replaced value, in normalised units.
inline constexpr double kImputationNoise = 0.01;

/// Solves, for each channel, that every removed pixel is the weighted mean of its up to eight
/// neighbours: 1/6 each beside, above and below, 1/12 across corners, divided by their sum at the
/// edge; pixels that were not removed keep their values. By preconditioned conjugate gradients,
/// until no equation is off by more than tolerance times the largest input value.
class LinearImputation {
 public:
  explicit LinearImputation(const InputTensor& clean, double tolerance = 1e-6);

  /// The input with these pixels (row * cols + col) replaced, without noise. A solution of before
  /// is where the next one starts, so ask for sets that grow. Where every pixel is removed there is
  /// nothing to go by: each becomes 0.
  const InputTensor& without(const std::vector<bool>& removed);

 private:
  void solveChannels(const std::vector<bool>& removed);

  InputTensor clean_;
  InputTensor current_;
  double tolerance_;
  std::vector<int> unknown_;  // removed pixels
  std::vector<int> place_;    // of a pixel in unknown_, or -1
};

/// Adds normal noise of kImputationNoise to the removed pixels, each channel by itself.
InputTensor withNoise(InputTensor input, const std::vector<bool>& removed, std::uint64_t seed);

}  // namespace filterlens
