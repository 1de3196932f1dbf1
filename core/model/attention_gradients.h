// Gradients of a class's logit with respect to the attention weights of a recorded run.
#pragma once

#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// What a Trace keeps so that its target can be followed back to the attention weights later on.
class AttentionGradientSource {
 public:
  virtual ~AttentionGradientSource() = default;
  /// By layer and encoder layer, each in the shape of AttentionTrace::weights. The trace must be of
  /// the run that made this, or that run followed to another target. The last result is kept.
  virtual Result<std::vector<std::vector<FloatArray>>> gradients(const Trace&) = 0;
};

/// The trace with every AttentionTrace::gradient filled in: one backward pass through the graph of
/// the recorded run, no forward pass. Fails with a sentence where the run recorded no graph or
/// followed no class.
Result<Trace> withAttentionGradients(const Trace&);

}  // namespace filterlens
