// Grad-CAM of a layer's output.
#pragma once

#include "core/grid.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// sum_k mean_p(g_k) A_k(p) at each cell p of a layer's output: A the output, g the gradient of the
/// target's logit, mean over the cells; before the ReLU (Selvaraju et al., arXiv 1610.02391,
/// equations 1 and 2). Fails with a sentence where the trace holds no gradient for the layer.
Result<Grid<float>> gradCamBeforeRelu(const LayerTrace&);

}  // namespace filterlens
