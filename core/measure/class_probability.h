// f(x) of the measures: how probable a class is.
#pragma once

#include <cstdint>
#include <vector>

#include "core/engine.h"

namespace filterlens {

/// The probability of a class after these logits, under the model's temperature; 0..1.
double classProbability(const std::vector<float>& logits, int classIndex, const ModelInfo&);

/// The same of one forward pass that records nothing.
Result<double> classProbability(const Model&, const InputTensor&, int classIndex,
                                RunOptions options, const Progress&);

/// A network, and the class whose probability counts: f(x) as measures that change the input take
/// it. The class stays the same, whatever the network makes of a changed input. Refers to the
/// model.
struct TargetClass {
  const Model& model;
  int index = 0;
  std::uint64_t seed = 0;  ///< of a DropoutViT's draws

  [[nodiscard]] Result<double> probability(const InputTensor&, const Progress&) const;
};

}  // namespace filterlens
