// What methods that run the network again and again share.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "core/engine.h"
#include "core/explain/explainer.h"

namespace filterlens {

/// Many runs of a network, one input each; inputs are made when their turn comes.
struct RunSeries {
  int count = 0;
  std::string text;                           ///< what progress says
  std::function<InputTensor(int)> input;      ///< of run i; all have one size
  std::function<void(int done)> sketch = {};  ///< called between batches, but not after the last
};

/// The network as such a method sees it: the target's logit, probability or gradient of any input.
/// Inputs run in batches, whose size keeps their memory within bounds.
class RepeatedRuns {
 public:
  /// selectionHeld: every run selects the cells that the trace's run selected.
  RepeatedRuns(const NetworkRuns&, bool selectionHeld);

  /// Calls use(i, target's logit), in order. Fails as cancelled where the progress is.
  Result<void> logits(const RunSeries&, const std::function<void(int, double)>& use) const;
  /// The same with the target's probability under the model's temperature.
  Result<void> probabilities(const RunSeries&, const std::function<void(int, double)>& use) const;

  struct Gradient {
    double logit = 0;
    std::vector<double> values;  ///< d logit / d input, [3, rows, cols]
  };
  Result<void> gradients(const RunSeries&,
                         const std::function<void(int, const Gradient&)>& use) const;
  [[nodiscard]] Result<Gradient> gradient(const InputTensor&) const;

 private:
  template <class Run, class Use>
  Result<void> inBatches(const RunSeries&, int batch, Run run, Use use) const;
  Result<void> eachLogits(const RunSeries&,
                          const std::function<void(int, std::span<const float>)>& use) const;

  const NetworkRuns& runs_;
  RunOptions options_;
};

/// Inputs of this size that run together: 16 of 128 x 128, half as many with gradients, one of
/// those that are larger than 160 x 160.
int batchSize(const InputTensor&, bool gradients);

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
/// A sketch's note: "So far from 40 of 500 masks."
void noteSoFar(Heatmap&, int done, int count, const std::string& runs);

/// Whether a layer index means the input's pixels: where these methods have their maps.
bool isInput(const Trace&, int layer);

}  // namespace filterlens
