// Attention received: how much attention each token gets from all tokens of its layer.
#pragma once

#include "core/model/trace.h"

namespace filterlens {

/// The mean over the queries of each encoder layer's softmax weights: [encoder layers, heads,
/// tokens]; the tokens in the order of LayerTrace. Each row sums to 1. Empty where no attention was
/// recorded, or where the encoder layers differ in heads or tokens.
FloatArray attentionReceived(const LayerTrace&);

}  // namespace filterlens
