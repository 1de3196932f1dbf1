// What methods that send relevance down the rollout's chain share.
#pragma once

#include <vector>

#include "core/explain/heatmap.h"
#include "core/explain/parameters.h"
#include "core/explain/rollout_options.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// The rollout's own, without its start.
std::vector<ParameterSpec> chainParameters();
RolloutOptions chainOptions(const Parameters&);

/// The relevance that reaches a layer's output, or the input, from the last map.
Result<Grid<double>> relevanceAt(const Trace&, int layer, const RolloutOptions&,
                                 const Grid<double>& start);
/// Relevance on a layer's output, or the input, as a map.
Heatmap flowMap(const Trace&, int layer, const Grid<double>&);

}  // namespace filterlens
