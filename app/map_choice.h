// --show: single maps, each with parameters and a look of its own.
#pragma once

#include <string>
#include <vector>

#include "core/explain/explainer.h"
#include "ui/map_style.h"

namespace filterlens {

struct MapChoice {
  const Explainer* method = nullptr;
  std::string layer;  ///< module name, or "input"
  Parameters parameters;
  MapStyle style = {};  ///< without a range: the map's own
};

/// Reads "METHOD:LAYER" with any number of ":ID=VALUE" behind it: parameters of the method, and
/// what its picture shall have in place of what the style says (see lookList()). Whether the
/// network has the layer is not known here.
Result<std::vector<MapChoice>> chosenMaps(const std::vector<std::string>& words, const MapStyle&);

/// The colour map of this id, or a sentence that names those that there are.
Result<const Colormap*> colormapOf(const std::string& id);

/// "viridis, cividis, …"
std::string colormapIds();

/// What --show can say of a map's look, a line each, for the help.
std::string lookList();

}  // namespace filterlens
