// --method and --param: which methods a command computes, and how.
#pragma once

#include <optional>
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

/// One map that --show asks for.
struct MapChoice {
  const Explainer* method = nullptr;
  std::string layer;  ///< module name, or "input"
  Parameters parameters;
  std::optional<ValueRange> range = {};  ///< that its overlay is shown in; none: the map's own
};

/// Reads "METHOD:LAYER" with any number of ":ID=VALUE" behind it: parameters of the method, and
/// "range=LOW..HIGH". Whether the network has the layer is not known here.
Result<std::vector<MapChoice>> chosenMaps(const std::vector<std::string>& words);

}  // namespace filterlens
