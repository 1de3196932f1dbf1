// What methods that run the network again and again share.
#pragma once

#include <string_view>

#include "core/engine.h"
#include "core/explain/explainer.h"

namespace filterlens {

/// The network as such a method sees it: the target's logit, probability or gradient of any input.
class RepeatedRuns {
 public:
  /// selectionHeld: every run selects the cells that the trace's run selected.
  RepeatedRuns(const NetworkRuns&, bool selectionHeld);

  /// The logits of all classes. Fails as cancelled where the progress is.
  [[nodiscard]] Result<std::vector<float>> logits(const InputTensor&) const;
  /// The target's logit.
  [[nodiscard]] Result<double> logit(const InputTensor&) const;
  /// The target's probability under the model's temperature.
  [[nodiscard]] Result<double> probability(const InputTensor&) const;

  struct Gradient {
    double logit = 0;
    std::vector<double> values;  ///< d logit / d input, [3, rows, cols]
  };
  [[nodiscard]] Result<Gradient> gradient(const InputTensor&) const;

 private:
  const NetworkRuns& runs_;
  RunOptions options_;
};

/// "selection": free (each run selects for itself) or held.
ParameterSpec selectionParameter();
bool isSelectionHeld(const Parameters&);
/// "seed" of what a method draws.
ParameterSpec seedParameter();

/// d target's logit / d input, from the trace or by a run of its own where the trace has none.
Result<RepeatedRuns::Gradient> inputGradient(const NetworkRuns&);

/// Each colour of an input times the mask, which has the input's size.
InputTensor masked(InputTensor input, const Grid<float>& mask);

/// An empty map of the target on the input's pixels.
Heatmap inputMap(const Trace&);
/// The sum over the three colours of [3, rows, cols].
Grid<float> colourSum(const std::vector<double>&, const Trace&);
/// The largest magnitude of the three colours.
Grid<float> largestOfColours(const std::vector<double>&, const Trace&);

/// Whether a layer index means the input's pixels: where these methods have their maps.
bool isInput(const Trace&, int layer);

}  // namespace filterlens
