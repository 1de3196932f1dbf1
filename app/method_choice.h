// --method and --param: which methods a command computes, and how.
#pragma once

#include <string>
#include <vector>

#include "core/explain/explainer.h"

namespace filterlens {

/// The methods of these ids in the order of the registry, those of
/// Explainer::byDefault where there are none, with parameters
/// from assignments such as "rollout.residual-weight=0.3". Fails on an id that there is none of,
/// and on an assignment that no chosen method takes.
Result<std::vector<MethodChoice>> chosenMethods(const std::vector<std::string>& ids,
                                                const std::vector<std::string>& assignments);

/// The method of this id, or a sentence that names those that there are.
Result<const Explainer*> methodOf(const std::string& id);

}  // namespace filterlens
