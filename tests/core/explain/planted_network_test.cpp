// Every method of the registry on a network that reads one known patch. A method that is added is
// tested at once, by the strictest rule: over 0.9 of what is positive in its map lies in the patch,
// at every layer where it has a map, and so does its peak.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/explain/explainer.h"
#include "core/explain/inspected_cell.h"
#include "planted_network.h"

namespace filterlens::test {
namespace {

/// What a method cannot show by its nature, and why.
struct Exception {
  std::string_view method;
  std::string_view layer;  ///< empty: all
  double mass;             ///< the least share in the patch
  bool hit;                ///< whether the peak must lie in it
  std::string_view why;
};

constexpr Exception kExceptions[] = {
    {"importance", "", 0, true, "importance is never below 0.4576, wherever nothing is"},
    {"feature_norm", "", 0, true, "counts constant features, which are everywhere"},
    {"rise", "", 0, true,
     "hiding some of the patch leaves some of the probability, so that every "
     "pixel keeps a share"},
    {"cam_mean", "", 0.7, true, "cells of the last maps lie half a patch apart, and are blended"},
    {"attention_received", "network.0", 0, true,
     "tokens that see nothing attend to all alike, and are most of them"},
    {"rollout", "", 0, false,
     "starts on all cells alike; RolloutFromTheClass below tests the other"},
    {"rollout_null", "", 0, false, "knows nothing that the network learned"},
    {"rollout_minus_null", "", 0, false, "as the rollout"},
    {"rollout_vit_explain", "", 0, true,
     "half of it is the identity, and tokens that see nothing attend to all alike"},
};

Exception ruleOf(std::string_view method, std::string_view layer) {
  for (const Exception& exception : kExceptions) {
    if (exception.method == method && (exception.layer.empty() || exception.layer == layer)) {
      return exception;
    }
  }
  return {method, layer, 0.9, true, ""};
}

/// The defaults, but for windows that fit the patch: they are made for inputs of 224 pixels.
Parameters parametersOf(const Explainer& method) {
  Parameters parameters;
  if (method.id != "occlusion") return parameters;
  parameters.set("window", 4);
  parameters.set("stride", 2);
  return parameters;
}

/// Ranks count as a token or none; NaN and what speaks against the class count nothing.
double weightOf(const Heatmap& map, float value) {
  if (!std::isfinite(value)) return 0;
  return map.scale == HeatmapScale::Ranks ? 1 : std::max(0.0F, value);
}

double massInPatch(const Heatmap& map) {
  double inside = 0;
  double all = 0;
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      const double weight = weightOf(map, map.values.at(row, col));
      all += weight;
      if (PlantedNetwork::isInPatch(map.geometry, row, col)) inside += weight;
    }
  }
  return all == 0 ? 0 : inside / all;
}

bool peakIsInPatch(const Heatmap& map) {
  double best = -1;
  bool inside = false;
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      const float value = map.values.at(row, col);
      const double weight = map.scale == HeatmapScale::Ranks && std::isfinite(value)
                                ? 1e6 - value  // rank 0 first
                                : weightOf(map, value);
      if (weight <= best) continue;
      best = weight;
      inside = PlantedNetwork::isInPatch(map.geometry, row, col);
    }
  }
  return best > 0 && inside;
}

class Planted : public testing::Test {
 protected:
  struct Recorded {
    std::shared_ptr<TorchModel> model;
    Trace trace;
    explicit Recorded(const Checkpoint& weights)
        : model(PlantedNetwork::model(weights)),
          trace(*model->run(PlantedNetwork::photo(), {.targetClass = 0, .selections = {}}, {})) {}
  };

  static const Recorded& planted() {
    static const Recorded run(PlantedNetwork::weights());
    return run;
  }

  static Heatmap mapOf(const Recorded& run, const Explainer& method, int layer,
                       const Parameters& parameters = {}) {
    const Progress progress;
    const InputTensor photo = PlantedNetwork::photo();
    const NetworkRuns runs{*run.model, photo, run.trace, progress};
    auto map = explain(method, runs, layer, parameters);
    if (!map) throw std::runtime_error(map.error().sentence);
    return std::move(*map);
  }

  template <class Use>
  static void forEachMap(const Recorded& run, Use use) {
    for (const Explainer& method : explainers()) {
      if (showsOneCell(method)) continue;  // one that the user picks: not what the class rests on
      for (int layer = kInputLayer; layer < static_cast<int>(run.trace.layers.size()); ++layer) {
        if (method.appliesTo(run.trace, layer))
          use(method, mapOf(run, method, layer, parametersOf(method)), layer);
      }
    }
  }
};

TEST_F(Planted, TheLogitRestsOnThePatchAlone) {
  const auto logitOf = [&](const InputTensor& input) {
    return planted().model->run(input, {.targetClass = 0, .selections = {}}, {})->logits[0];
  };
  const InputTensor photo = PlantedNetwork::photo();
  const float whole = logitOf(photo);
  EXPECT_GT(whole, 1);
  InputTensor patch = photo;
  InputTensor around = photo;
  for (std::size_t i = 0; i < photo.values.size(); ++i) {
    const bool red = std::abs(photo.values[i]) == 1.0F;
    (red ? around : patch).values[i] = 0;
  }
  EXPECT_NEAR(logitOf(patch), whole, 1e-2 * whole);
  EXPECT_NEAR(logitOf(around), 0, 1e-2 * whole);
}

TEST_F(Planted, TheTokensAreThePatchs) {
  const LayerTrace& filter = planted().trace.layers[0];
  for (const int cell : filter.selection) {
    EXPECT_TRUE(PlantedNetwork::isInPatch(filter.inputGeometry, cell / 15, cell % 15)) << cell;
  }
}

TEST_F(Planted, EveryMethodPointsAtThePatch) {
  forEachMap(planted(), [](const Explainer& method, const Heatmap& map, int) {
    SCOPED_TRACE(std::string(method.id) + " of " + map.layer);
    const Exception rule = ruleOf(method.id, map.layer);
    EXPECT_GE(massInPatch(map), rule.mass);
    EXPECT_TRUE(!rule.hit || peakIsInPatch(map));
  });
}

/// Rollouts with a parameter that starts them, or weighs them, by the class.
TEST_F(Planted, RolloutFromTheClassPointsAtThePatch) {
  for (const char* id : {"rollout", "rollout_minus_null"}) {
    for (const char* attention : {"plain", "gradient"}) {
      for (const char* residuals : {"fixed", "measured"}) {
        Parameters parameters;
        parameters.set("start", "gradcam");
        parameters.set("attention", std::string_view(attention));
        parameters.set("residuals", std::string_view(residuals));
        const Heatmap map = mapOf(planted(), *findExplainer(id), 0, parameters);
        SCOPED_TRACE(std::string(id) + ' ' + attention + ' ' + residuals);
        EXPECT_GT(massInPatch(map), std::string_view(id) == "rollout" ? 0.9 : 0.5);
        EXPECT_TRUE(peakIsInPatch(map));
      }
    }
  }
}

TEST_F(Planted, ReinitialisationDestroysWhatEveryMethodShows) {
  std::map<std::string, double> mass;  // mean over random networks, by method and layer
  constexpr int kNetworks = 3;
  for (std::uint64_t seed = 1; seed <= kNetworks; ++seed) {
    const Recorded random(PlantedNetwork::randomWeights(seed));
    forEachMap(random, [&](const Explainer& method, const Heatmap& map, int) {
      mass[std::string(method.id) + " of " + map.layer] += massInPatch(map) / kNetworks;
    });
  }
  forEachMap(planted(), [&](const Explainer& method, const Heatmap& map, int) {
    const auto name = std::string(method.id) + " of " + map.layer;
    const double before = massInPatch(map);
    if (before < 0.9) return;  // the exceptions above
    // Grey windows over the one bright patch change any network's logit most.
    const double left = method.id == "occlusion" ? 0.8 : 0.6;
    EXPECT_LT(mass[name], left * before) << name;
  });
}

}  // namespace
}  // namespace filterlens::test
