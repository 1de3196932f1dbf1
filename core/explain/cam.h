// What the CAM methods share: each is a sum over the channels of a layer's output.
#pragma once

#include <span>
#include <string_view>

#include "core/explain/explainer.h"

namespace filterlens {

/// One channel of a layer's output and the gradient of the target's logit with respect to it, a
/// number for each cell, row by row.
struct CamChannel {
  std::span<const float> activation;
  std::span<const float> gradient;
};

/// Adds what a channel contributes to the map; sum has a number for each cell.
using CamTerm = void (*)(const CamChannel&, std::span<double> sum);

/// The map of a layer's output: term summed over all channels. label names the method where this
/// run recorded no output or no gradients.
Result<Grid<float>> sumOverChannels(const LayerTrace&, std::string_view label, CamTerm term);

/// Fails with a sentence where a layer's output was not recorded as [channels, rows, cols].
Result<void> checkOutput(const LayerTrace&);

/// "evidence": positive (values below zero become zero, as in the papers) or signed.
ParameterSpec evidenceParameter();

/// Fills in a class's map: ReLU as the parameter "evidence" says, and a note where nothing is left.
/// label as in "so Grad-CAM, which keeps …".
Heatmap evidenceMap(const Trace&, const LayerTrace&, Grid<float> values, std::string_view label,
                    const Parameters&);

/// A whole method: the term's sum at every layer. The caller gives texts and, where the sum may be
/// negative, the parameter "evidence".
Explainer camExplainer(Explainer texts, CamTerm term);

}  // namespace filterlens
