// Parameters of the rollout's chain, for methods that start it elsewhere.
#pragma once

#include <vector>

#include "core/explain/parameters.h"
#include "core/explain/rollout_options.h"

namespace filterlens {

/// The rollout's own, without its start.
std::vector<ParameterSpec> chainParameters();
RolloutOptions chainOptions(const Parameters&);

}  // namespace filterlens
