// Infidelity and fidelity: whether a map's values add up to what the prediction loses where the
// pixels are taken away together.
#pragma once

#include <cstdint>
#include <vector>

#include "core/measure/class_probability.h"
#include "core/measure/pixel_map.h"

namespace filterlens {

struct FidelityScores {
  /// Infidelity (Yeh et al., arXiv 1901.09392, equation 1) in its normalised form: the mean over
  /// draws of (beta a - b)^2, a the map's sum over the removed pixels, b what the target's
  /// probability loses, beta = E[a b] / E[a^2] (0 for an empty map). 0 is perfect.
  double infidelity = 0;
  /// The correlation of a and b (faithfulness correlation, Bhatt et al., arXiv 2005.00631), -1..1:
  /// 1 is perfect, 0 chance, also where the map or the prediction does not vary.
  double correlation = 0;
};

/// Draws of cells to remove, and what the prediction loses by each; the same for every map of a
/// photo.
class FidelityTest {
 public:
  static constexpr int kCells = 12;      ///< the input is divided into kCells x kCells
  static constexpr double kShare = 0.2;  ///< of the cells that a draw sets to 0, the mean colour
  static constexpr int kDraws = 64;

  /// clean: f(x). One forward pass for each draw. seed: of the draws.
  static Result<FidelityTest> prepare(const TargetClass&, const InputTensor&, double clean,
                                      std::uint64_t seed, const Progress&, int draws = kDraws);

  /// values: of the map at each pixel, signed.
  [[nodiscard]] FidelityScores scores(const std::vector<double>& values) const;

 private:
  int rows_ = 0;
  int cols_ = 0;
  std::vector<std::vector<bool>> removed_;  // of each draw, which cells
  std::vector<double> losses_;
};

}  // namespace filterlens
