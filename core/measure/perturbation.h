// Deletion and insertion: whether the pixels that a map puts first are those that the prediction
// rests on (Petsiuk et al., RISE, arXiv 1806.07421, section 4.3).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/engine.h"
#include "core/measure/pixel_map.h"

namespace filterlens {

/// Areas under the curve of the target's probability, in 0..1.
struct PerturbationScores {
  double deletion = 0;   ///< as the first pixels are set to 0, the mean colour; low is good
  double insertion = 0;  ///< as they are put back into a blurred photo; high is good
};

/// An input under a Gaussian of 11 x 11 pixels, sigma 5, with zeros around it.
InputTensor blurred(const InputTensor&);

/// By the trapezoid rule over points at equal distances; 1 for a curve that is 1 everywhere. Needs
/// two points.
double areaUnderCurve(std::span<const double> curve);

/// The two curves of one input: what does not depend on the map is computed once.
class PerturbationTest {
 public:
  /// steps: parts into which the pixels are divided (as even as they go), 1 or more; the curves
  /// have a point more. seed: of a DropoutViT's draws. The model must outlive the test.
  static Result<PerturbationTest> prepare(const Model&, const InputTensor&, int targetClass,
                                          int steps, std::uint64_t seed, const Progress&);

  /// order: every pixel once. Two forward passes for each step.
  [[nodiscard]] Result<PerturbationScores> scores(std::span<const int> order,
                                                  const Progress&) const;

 private:
  PerturbationTest(const Model& model, const InputTensor& input, int targetClass, int steps);

  /// Probability of the target.
  [[nodiscard]] Result<double> probability(const InputTensor&, const Progress&) const;
  /// The area as pixels of one input are replaced by those of another in order; firstPoint and
  /// lastPoint are known.
  [[nodiscard]] Result<double> area(InputTensor from, const InputTensor& to,
                                    std::span<const int> order, double firstPoint, double lastPoint,
                                    const Progress&) const;

  const Model* model_;
  RunOptions options_;
  int targetClass_;
  int steps_;
  InputTensor clean_;
  InputTensor empty_;
  InputTensor blurred_;
  double cleanProbability_ = 0;
  double emptyProbability_ = 0;
  double blurredProbability_ = 0;
};

}  // namespace filterlens
