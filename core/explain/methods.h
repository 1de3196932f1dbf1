// The methods, each defined in a file of its own; registry.cpp lists them.
#pragma once

#include <string>

#include "core/explain/explainer.h"

namespace filterlens {

Explainer importanceExplainer();
Explainer selectionExplainer();
Explainer responseExplainer();
Explainer attentionReceivedExplainer();
Explainer attendsToExplainer();
Explainer attendedByExplainer();
Explainer ancestryExplainer();
Explainer featureNormExplainer();
Explainer gradCamExplainer();
Explainer gradCamPlusPlusExplainer();
Explainer hiResCamExplainer();
Explainer layerCamExplainer();
Explainer xGradCamExplainer();
Explainer elementWiseExplainer();
Explainer eigenCamExplainer();
Explainer saliencyExplainer();
Explainer gradientTimesInputExplainer();
Explainer integratedGradientsExplainer();
Explainer smoothGradExplainer();
Explainer occlusionExplainer();
Explainer scoreCamExplainer();
Explainer riseExplainer();
Explainer rolloutExplainer();
Explainer rolloutNullExplainer();
Explainer rolloutMinusNullExplainer();
Explainer lrpExplainer();

/// The layer at an index; nullptr for kInputLayer and for indices that the trace does not have.
inline const LayerTrace* layerAt(const Trace& trace, int layer) {
  const bool there = layer >= 0 && layer < static_cast<int>(trace.layers.size());
  return there ? &trace.layers[static_cast<std::size_t>(layer)] : nullptr;
}

/// Whether a layer is a stage of this kind.
inline bool isStage(const Trace& trace, int layer, StageKind kind) {
  const LayerTrace* found = layerAt(trace, layer);
  return found != nullptr && found->stage != nullptr && found->stage->kind == kind;
}

/// A map that a layer recorded on the cells of its input; `what` names it where it is missing.
Result<Heatmap> recordedMap(const LayerTrace&, const Grid<float>& values, const std::string& what);

}  // namespace filterlens
