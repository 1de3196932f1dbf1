// A network whose probability is linear in its input: what each measure must say of a map is known.
#pragma once

#include <vector>

#include "core/engine.h"
#include "core/explain/heatmap.h"

namespace filterlens::test {

/// The probability of class 0 is offset + the sum of weight * x over the first channel's pixels; it
/// must stay between 0 and 1. Takes inputs of kSide x kSide.
class LinearModel : public Model {
 public:
  static constexpr int kSide = 24;

  LinearModel(std::vector<double> weights, double offset);

  [[nodiscard]] const ModelInfo& info() const override { return info_; }
  [[nodiscard]] Result<Trace> run(const InputTensor&, const RunOptions&,
                                  const Progress& = {}) const override;
  [[nodiscard]] Result<Trace> followTarget(const Trace&, int, const Progress& = {}) const override;

  [[nodiscard]] double probability(const InputTensor&) const;

  /// A map of these values on the input's pixels.
  static Heatmap mapOf(const std::vector<double>& values);
  /// 1 at every value of all three channels.
  static InputTensor white();

  mutable int runs = 0;

 private:
  std::vector<double> weights_;
  double offset_;
  ModelInfo info_;
};

}  // namespace filterlens::test
