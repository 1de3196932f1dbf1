// f(x) of the measures: how probable a class is.
#pragma once

#include <vector>

#include "core/engine.h"

namespace filterlens {

/// The probability of a class after these logits, under the model's temperature; 0..1.
double classProbability(const std::vector<float>& logits, int classIndex, const ModelInfo&);

/// The same of one forward pass that records nothing.
Result<double> classProbability(const Model&, const InputTensor&, int classIndex,
                                RunOptions options, const Progress&);

}  // namespace filterlens
