// The state dict in what a training script saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/pickle_value.h"

namespace filterlens {

struct NamedTensor {
  std::string name;
  TensorReference tensor;
};

struct ChosenStateDict {
  std::string key;  ///< where it was: "model", "ema.module", …; empty: the whole file is it
  std::optional<std::int64_t> epoch;
  std::vector<NamedTensor> tensors;  ///< in the file's order
};

/// Finds the state dict in what a file's pickle gave: under `model`, `state_dict`,
/// `model_state_dict`, `module` or `ema`, whichever of these is there first in this order, and
/// inside of that under the same keys once more (an `ema` that holds a `module`); or the value
/// itself. Entries that are no tensors are left out. Throws a ReadError where there is no state
/// dict, which says what there is; and where a tensor would be what an unknown function gave, which
/// names both. (Opaque values may stand beside the weights: those that were not made from tensors,
/// and whose names have no dot where names of weights have one.)
ChosenStateDict chooseStateDict(const PickleHeap&, PickleValue root);

/// Takes off the prefixes that wrappers of a model put before every name: `module.` (DataParallel,
/// averaged models) and `_orig_mod.` (torch.compile), in any order. The counter `n_averaged` that
/// an averaged model keeps beside its weights goes too.
void removeWrapperPrefixes(std::vector<Tensor>&);

}  // namespace filterlens
