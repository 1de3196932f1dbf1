// A network whose logit is a known polynomial of its input: methods that run it have closed forms.
#pragma once

#include "core/engine.h"
#include "toy_network.h"

namespace filterlens {

/// The logit of class 1 is the sum over all values of w x + q x^2 / 2, that of the others 0, for
/// inputs of ToyNetwork::small's size. A run that selects for itself has a logit higher by
/// kJump where it is not given the photo itself, as a network jumps where its selection changes.
class QuadraticModel : public Model {
 public:
  static constexpr float kJump = 0.5F;

  explicit QuadraticModel(float curvature);

  [[nodiscard]] const ModelInfo& info() const override { return info_; }
  [[nodiscard]] Result<Trace> run(const InputTensor&, const RunOptions&,
                                  const Progress& = {}) const override;
  [[nodiscard]] Result<Trace> followTarget(const Trace&, int, const Progress& = {}) const override;

  /// The polynomial, without jumps.
  [[nodiscard]] double value(const InputTensor&) const;
  /// Its gradient, [3, rows, cols].
  [[nodiscard]] std::vector<float> gradient(const InputTensor&) const;

  std::unique_ptr<ToyNetwork> toy;  ///< its trace is what a run records, but for logits
  InputTensor photo;
  std::vector<float> weight;  ///< w
  float curvature;            ///< q
  mutable int runs = 0;

 private:
  ModelInfo info_;
};

}  // namespace filterlens
