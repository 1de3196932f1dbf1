// The graph's side of attention_gradients.h.
#pragma once

#include <torch/types.h>

#include "core/model/attention_gradients.h"

namespace filterlens {

/// logits: [1, classes], the end of the recorded graph.
std::shared_ptr<AttentionGradientSource> makeAttentionGradientSource(torch::Tensor logits);

/// A tensor of a recorded graph, as a Trace keeps it.
std::shared_ptr<void> keptNode(const torch::Tensor&);

}  // namespace filterlens
