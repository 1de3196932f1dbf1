// Explainer: one method that turns a Trace into a Heatmap, and the registry of them all.
// Menus, --method, help, tests and documentation read the registry. Adding a method: one file that
// defines an Explainer, one line in registry.cpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/explain/parameters.h"
#include "core/model/trace.h"
#include "core/progress.h"
#include "core/result.h"

namespace filterlens {

/// A layer index that means "the network's input": the map lies on the input's pixels.
inline constexpr int kInputLayer = -1;

/// The parameter of methods that run the network again: whether each run selects its own tokens.
inline constexpr std::string_view kSelectionParameter = "selection";

/// "input", or the module of a layer of the trace.
std::string layerName(const Trace&, int layer);

class Model;
struct InputTensor;

/// What a method that runs the network itself is given beside the trace. Refers to all of them.
struct NetworkRuns {
  const Model& model;
  const InputTensor& input;  ///< that the trace is of
  const Trace& trace;
  const Progress& progress;
  /// Where given: called now and then on the working thread with the map as far as it is known.
  std::function<void(const Heatmap&)> sketch = {};
};

struct Explainer {
  std::string_view id;         ///< "gradcam": file names and --method
  std::string_view label;      ///< "Grad-CAM": panes and menus
  std::string_view help;       ///< one sentence: what it shows
  std::string_view limits;     ///< one sentence: what it does not show
  std::string_view source;     ///< paper and equation
  bool classSpecific = false;  ///< the map depends on the target class
  bool byDefault = true;       ///< false: computed only where it is asked for by name
  std::vector<ParameterSpec> parameters = {};

  /// Whether the method has a map for a layer (kInputLayer for the input).
  std::function<bool(const Trace&, int layer)> appliesTo = {};
  /// The map. parameters is complete; appliesTo(trace, layer) holds. Empty where computeByRuns is
  /// not.
  std::function<Result<Heatmap>(const Trace&, int layer, const Parameters& parameters)> compute =
      {};
  /// The map of a method that runs the network itself: slow, so byDefault is false. Must report
  /// progress and stop within a run or two of being cancelled.
  std::function<Result<Heatmap>(const NetworkRuns&, int layer, const Parameters& parameters)>
      computeByRuns = {};

  [[nodiscard]] bool runsNetwork() const { return computeByRuns != nullptr; }
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

/// The same for every method, also those that run the network themselves, which the other fails on.
Result<Heatmap> explain(const Explainer&, const NetworkRuns&, int layer, const Parameters& = {});

}  // namespace filterlens
