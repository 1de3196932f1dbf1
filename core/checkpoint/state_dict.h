// The state dict in what a training script saved.
#pragma once

#include <vector>

#include "core/checkpoint/checkpoint.h"

namespace filterlens {

/// Takes off the prefixes that wrappers of a model put before every name: `module.` (DataParallel,
/// averaged models) and `_orig_mod.` (torch.compile), in any order. The counter `n_averaged` that
/// an averaged model keeps beside its weights goes too.
void removeWrapperPrefixes(std::vector<Tensor>&);

}  // namespace filterlens
