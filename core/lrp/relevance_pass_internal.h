// Relevance through a whole network, stage by stage, down to the pixels.
#pragma once

#include <memory>

#include "core/lrp/steps_internal.h"

namespace filterlens::lrp {

struct StageInput {
  torch::Tensor map;                     ///< [1, C, H, W]
  const LayerTrace* recorded = nullptr;  ///< Filter, Dropout: mask and selection are constants;
                                         ///< all: whether the attention was switched off
};

/// One stage of a network as a step.
Step stageStep(const StageInput&, const Stage&, const Rule&, Pass&);

/// The head: [1, C, H, W] -> [1, classes].
Step headStep(const torch::Tensor& map, Pass&);

/// input: [1, 3, H, W], that of the trace's run. Throws Cancelled, and what Torch throws.
Relevance propagate(const Network&, const torch::Tensor& input, const Trace&,
                    const RelevanceOptions&, const Progress&);

/// What a Trace keeps; holds the network and the input.
std::shared_ptr<RelevanceSource> makeRelevanceSource(std::shared_ptr<const Network>,
                                                     torch::Tensor input);

}  // namespace filterlens::lrp
