#include <algorithm>
#include <array>
#include <cmath>

#include "core/explain/explainer.h"
#include "core/explain/methods.h"

namespace filterlens {
namespace {

/// "leaky_att_network.1, leaky_att_network.3"; empty where the method applies to none.
std::string layersOf(const Explainer& explainer, const Trace& trace) {
  std::string names;
  for (int layer = kInputLayer; layer < static_cast<int>(trace.layers.size()); ++layer) {
    if (!explainer.appliesTo(trace, layer)) continue;
    if (!names.empty()) names += ", ";
    names += layerName(trace, layer);
  }
  return names;
}

Result<void> checkLayer(const Explainer& explainer, const Trace& trace, int layer) {
  const int layers = static_cast<int>(trace.layers.size());
  if (layers == 0) {
    return Error{
        "This run recorded no layers, so there is nothing to show; run the network with recording "
        "on."};
  }
  if (layer < kInputLayer || layer >= layers) {
    return Error{"There is no layer " + std::to_string(layer) + "; this network has " +
                 std::to_string(layers) + ", counted from 0."};
  }
  if (explainer.appliesTo(trace, layer)) return {};
  const std::string names = layersOf(explainer, trace);
  return Error{std::string(explainer.label) + " has no map for " + layerName(trace, layer) +
               (names.empty() ? ", nor for any other layer of this network."
                              : "; it has one for: " + names + ".")};
}

bool hasFiniteValue(const Grid<float>& map) {
  return std::any_of(map.values.begin(), map.values.end(),
                     [](float value) { return std::isfinite(value); });
}

bool isZero(const Grid<float>& map) {
  return std::all_of(map.values.begin(), map.values.end(), [](float value) { return value == 0; });
}

void nameMaker(Heatmap& map, const Explainer& explainer, const Trace& trace, int layer,
               const Parameters& parameters) {
  map.method = explainer.id;
  map.layer = layerName(trace, layer);
  map.parameters = parameters;
}

/// Checks what a method is given, has it computed, and fills in what made the map.
template <class Compute>
Result<Heatmap> checkedMap(const Explainer& explainer, const Trace& trace, int layer,
                           const Parameters& parameters, Compute compute) {
  if (const auto checked = checkLayer(explainer, trace, layer); !checked) return checked.error();
  Result<Parameters> complete = completeParameters(explainer.parameters, parameters);
  if (!complete) {
    return Error{std::string(explainer.label) + ": " + complete.error().sentence};
  }

  Result<Heatmap> map = compute(*complete);
  if (!map) return map;
  if (map->values.rows != map->geometry.rows() || map->values.cols != map->geometry.cols()) {
    return Error{std::string(explainer.label) + " of " + layerName(trace, layer) +
                 " does not have the layer's size: this run's record is damaged; run the network "
                 "again."};
  }
  nameMaker(*map, explainer, trace, layer, *complete);
  if (explainer.classSpecific && map->note.empty() && isZero(map->values)) {
    map->note = "The map is zero everywhere: nothing here changes the class's logit.";
  }
  if (!hasFiniteValue(map->values)) {
    map->note = "No cell has a finite value: the network computed NaN or infinite numbers here.";
  }
  return map;
}

}  // namespace

std::string layerName(const Trace& trace, int layer) {
  const LayerTrace* found = layerAt(trace, layer);
  return found == nullptr ? "input" : found->name;
}

std::span<const Explainer> explainers() {
  static const std::array all{
      importanceExplainer(),
      selectionExplainer(),
      responseExplainer(),
      attentionReceivedExplainer(),
      attendsToExplainer(),
      attendedByExplainer(),
      ancestryExplainer(),
      featureNormExplainer(),
      gradCamExplainer(),
      gradCamPlusPlusExplainer(),
      hiResCamExplainer(),
      layerCamExplainer(),
      xGradCamExplainer(),
      elementWiseExplainer(),
      eigenCamExplainer(),
      camMeanExplainer(),
      rolloutExplainer(),
      rolloutNullExplainer(),
      rolloutMinusNullExplainer(),
      rolloutVitExplainExplainer(),
      cheferExplainer(),
      saliencyExplainer(),
      gradientTimesInputExplainer(),
      lrpExplainer(),
      integratedGradientsExplainer(),
      smoothGradExplainer(),
      occlusionExplainer(),
      scoreCamExplainer(),
      riseExplainer(),
  };
  return all;
}

const Explainer* findExplainer(std::string_view id) {
  const auto all = explainers();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Explainer& e) { return e.id == id; });
  return found == all.end() ? nullptr : &*found;
}

Result<Heatmap> explain(const Explainer& explainer, const Trace& trace, int layer,
                        const Parameters& parameters) {
  if (explainer.runsNetwork()) {
    return Error{std::string(explainer.label) +
                 " runs the network again and again, which a record of one run alone does not "
                 "allow."};
  }
  return checkedMap(explainer, trace, layer, parameters, [&](const Parameters& complete) {
    return explainer.compute(trace, layer, complete);
  });
}

Result<Heatmap> explain(const Explainer& explainer, const NetworkRuns& runs, int layer,
                        const Parameters& parameters) {
  if (!explainer.runsNetwork()) return explain(explainer, runs.trace, layer, parameters);
  return checkedMap(explainer, runs.trace, layer, parameters, [&](const Parameters& complete) {
    if (!runs.sketch) return explainer.computeByRuns(runs, layer, complete);
    const NetworkRuns sketching{runs.model, runs.input, runs.trace, runs.progress,
                                [&](const Heatmap& map) {
                                  Heatmap named = map;
                                  nameMaker(named, explainer, runs.trace, layer, complete);
                                  runs.sketch(named);
                                }};
    return explainer.computeByRuns(sketching, layer, complete);
  });
}

}  // namespace filterlens
