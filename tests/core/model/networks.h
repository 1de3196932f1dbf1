// Networks for the tests of core/model, made from formula weights.
#pragma once

#include <memory>
#include <vector>

#include "core/model/torch_model_internal.h"
#include "tests/support/golden.h"

namespace filterlens::test {

/// A checkpoint that holds formula weights.
Checkpoint formulaCheckpoint(const Architecture&, int classes, std::uint64_t seed);

/// In evaluation mode with its norms left as they are.
std::shared_ptr<Network> unfoldedNetwork(const Architecture&, int classes, std::uint64_t seed);

/// As the viewer runs it.
std::shared_ptr<const Model> formulaModel(const Architecture&, int classes, std::uint64_t seed);

/// A network with formula weights, and what it recorded of noise.
struct NoiseRun {
  const Architecture* architecture;
  std::shared_ptr<const Model> model;
  InputTensor input;  ///< size x size
  Trace trace;

  NoiseRun(const char* id, int size, int classes, std::uint64_t seed, int target);
};

/// [1, 3, H, W]
torch::Tensor asTensor(const InputTensor&);
/// The values of a tensor of any shape and precision, in single precision.
std::vector<float> floatsOf(const torch::Tensor&);

}  // namespace filterlens::test
