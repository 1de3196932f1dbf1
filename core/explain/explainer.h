// Explainer: one method that turns a Trace into a Heatmap, and the registry of them all.
// Menus, --method, help, tests and documentation read the registry. Adding a method: one file that
// defines an Explainer, one line in registry.cpp.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/explain/parameters.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// A layer index that means "the network's input": the map lies on the input's pixels.
inline constexpr int kInputLayer = -1;

struct Explainer {
  std::string_view id;         ///< "gradcam": file names and --method
  std::string_view label;      ///< "Grad-CAM": panes and menus
  std::string_view help;       ///< one sentence: what it shows
  std::string_view limits;     ///< one sentence: what it does not show
  std::string_view source;     ///< paper and equation
  bool classSpecific = false;  ///< the map depends on the target class
  std::vector<ParameterSpec> parameters;

  /// Whether the method has a map for a layer (kInputLayer for the input).
  std::function<bool(const Trace&, int layer)> appliesTo;
  /// The map. parameters is complete; appliesTo(trace, layer) holds.
  std::function<Result<Heatmap>(const Trace&, int layer, const Parameters& parameters)> compute;
};

/// A method and the parameters that a user chose; the others are its defaults.
struct MethodChoice {
  const Explainer* method = nullptr;
  Parameters parameters;
};

/// All methods, in the order in which they are offered.
std::span<const Explainer> explainers();
const Explainer* findExplainer(std::string_view id);  ///< nullptr where there is none

/// Computes a map and fills in what made it (method, layer, target, parameters). Fails with a
/// sentence where the method has no map for the layer, where a parameter is wrong, or where the
/// trace lacks what the method needs.
Result<Heatmap> explain(const Explainer&, const Trace&, int layer, const Parameters& = {});

}  // namespace filterlens
