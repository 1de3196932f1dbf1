// Ancestry: where one cell of a layer comes from in the input, by rollout.
#include "core/explain/methods.h"
#include "core/explain/rollout.h"
#include "core/explain/rollout_methods.h"
#include "core/explain/token_map.h"

namespace filterlens {
namespace {

Result<Heatmap> ancestryMap(const Trace& trace, int layer, const Parameters& parameters) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  const auto cell = chosenCell(recorded, parameters);
  if (!cell) return cell.error();
  const auto rollout = Rollout::build(trace, chainOptions(parameters), kInputLayer, layer);
  if (!rollout) return rollout.error();
  const auto flow = rollout->ancestryOfToken(layer, *cell);
  if (!flow) return flow.error();
  Heatmap map = flowMap(trace, kInputLayer, flow->input);
  map.note = cellText(recorded, *cell) + ".";
  return map;
}

}  // namespace

Explainer ancestryExplainer() {
  return {
      .id = "ancestry",
      .label = "Ancestry",
      .help =
          "Where one cell of a layer comes from: relevance starts on it alone, behind the layer's "
          "attention, and is handed back to the photo's pixels, which share 1.",
      .limits =
          "It follows how positions mix, not what they say; values and channels count only "
          "through their norms, the choice of tokens is taken as given, and the residual weight "
          "is a convention.",
      .source =
          "Attention rollout, Abnar & Zuidema, arXiv 2005.00928, equation 1, extended here to "
          "convolutions, pooling and filter blocks; one row of the product of its matrices.",
      .classSpecific = false,
      .byDefault = false,
      .parameters =
          [] {
            auto parameters = chainParameters();
            parameters.insert(parameters.begin(), cellParameter());
            return parameters;
          }(),
      .appliesTo = [](const Trace& trace, int layer) { return layerAt(trace, layer) != nullptr; },
      .compute = ancestryMap,
  };
}

}  // namespace filterlens
