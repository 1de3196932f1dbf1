// Models with new weights from the head down: what the sanity check of Adebayo et al., arXiv
// 1810.03292, runs explanations on.
#pragma once

#include <cstdint>
#include <memory>

#include "core/engine.h"

namespace filterlens {

/// What a Model also is where its weights can be drawn anew; those that the engine opens are.
class Reinitialisable {
 public:
  virtual ~Reinitialisable() = default;
  /// See the function below.
  [[nodiscard]] virtual Result<std::shared_ptr<const Model>> reinitialised(
      int stages, std::uint64_t seed) const = 0;
};

/// The same network with new weights in its head and its last stages (0: the head alone), as they
/// are drawn before a training begins: convolutions and linear layers as PyTorch draws them, norms
/// without effect. A stage's new weights depend on the seed alone. Fails where there are not that
/// many stages, and where the model is not Reinitialisable.
Result<std::shared_ptr<const Model>> reinitialised(const Model&, int stages, std::uint64_t seed);

}  // namespace filterlens
