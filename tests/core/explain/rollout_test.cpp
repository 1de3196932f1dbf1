// The rollout's interface: starting anywhere, stopping early, routes, notes and refusals.
#include "core/explain/rollout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <set>

#include "toy_network.h"

namespace filterlens {
namespace {

constexpr int kLastLayer = 5;

std::string refusal(const Trace& trace, const RolloutOptions& options = {}) {
  const auto rollout = Rollout::build(trace, options);
  return rollout ? "built" : rollout.error().sentence;
}

Heatmap mapOf(std::string_view id, const Trace& trace, int layer,
              const Parameters& parameters = {}) {
  const auto map = explain(*findExplainer(id), trace, layer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return *map;
}

Parameters classStartChosen() {
  Parameters parameters;
  parameters.set("start", "gradcam");
  return parameters;
}

/// A network whose last map is 3x3, so that starts can differ.
std::unique_ptr<ToyNetwork> wideEnd() {
  auto toy = std::make_unique<ToyNetwork>(13, 13);
  toy->convolution(5, 2, 0);                  // 5
  toy->filter(6).convolution(3, 1, 1, true);  // 5
  toy->full().convolution(3, 2, 1).finish();  // 3
  return toy;
}

template <class Mixing>
Mixing& stepOf(Trace& trace, std::size_t index) {
  return std::get<Mixing>(trace.mixing[index].how);
}

TEST(Rollout, StoppingEarlyGivesTheSameMaps) {
  const auto toy = ToyNetwork::small();
  const auto whole = Rollout::build(toy->trace)->fromLastMap(uniformStart(toy->trace));
  ASSERT_TRUE(whole);
  for (int downTo = kInputLayer; downTo <= kLastLayer; ++downTo) {
    const auto part = Rollout::build(toy->trace, {}, downTo)->fromLastMap(uniformStart(toy->trace));
    ASSERT_TRUE(part);
    for (int layer = downTo; layer <= kLastLayer; ++layer) {
      EXPECT_EQ(part->at(layer).values, whole->at(layer).values) << downTo << ' ' << layer;
    }
    for (int layer = kInputLayer; layer < downTo; ++layer) EXPECT_TRUE(part->at(layer).empty());
  }
}

TEST(Rollout, MapsHaveTheSizesOfTheLayersOutputs) {
  const auto toy = ToyNetwork::small();
  const auto flow = Rollout::build(toy->trace)->fromLastMap(uniformStart(toy->trace));
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->input.rows, 33);
  EXPECT_EQ(flow->input.cols, 33);
  for (std::size_t layer = 0; layer < toy->trace.layers.size(); ++layer) {
    EXPECT_EQ(flow->outputs[layer].rows, toy->trace.layers[layer].outputGeometry.rows());
    EXPECT_EQ(flow->outputs[layer].cols, toy->trace.layers[layer].outputGeometry.cols());
  }
}

TEST(Rollout, WorksOnInputsThatAreNotSquare) {
  ToyNetwork toy(21, 13);
  toy.convolution(5, 2, 0).adaptivePool(7).pooled(3).convolution(3, 2, 1).finish();
  const auto flow = Rollout::build(toy.trace)->fromLastMap(uniformStart(toy.trace));
  ASSERT_TRUE(flow);
  EXPECT_EQ(flow->input.rows, 21);
  EXPECT_EQ(flow->input.cols, 13);
  EXPECT_NEAR(std::accumulate(flow->input.values.begin(), flow->input.values.end(), 0.0), 1, 1e-12);
}

TEST(Rollout, AncestryOfAllCellsAveragesToTheRollout) {
  const auto toy = wideEnd();
  const auto rollout = Rollout::build(toy->trace);
  const auto whole = rollout->fromLastMap(uniformStart(toy->trace));
  std::vector<double> mean(whole->input.values.size());
  for (int cell = 0; cell < 9; ++cell) {
    const auto one = rollout->ancestry(1, cell);
    ASSERT_TRUE(one);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += one->input.values[i] / 9;
  }
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], whole->input.values[i], 1e-12);
}

TEST(Rollout, RoutesTellWhatCameThroughTheSelection) {
  const auto toy = ToyNetwork::small();
  const auto flow = Rollout::build(toy->trace)->fromLastMap(uniformStart(toy->trace));
  ASSERT_TRUE(flow);
  ASSERT_EQ(flow->routes.size(), 2U);
  EXPECT_EQ(flow->routes[0].layer, 1);
  EXPECT_EQ(flow->routes[1].layer, 3);
  for (const RouteShare& route : flow->routes) {
    EXPECT_GT(route.through, 0);
    EXPECT_LT(route.through, 1);
  }

  ToyNetwork alone(4, 4);  // nothing after the attention: its output is where relevance starts
  alone.filter(4).finish();
  const int selected = alone.trace.layers[0].selection[2];
  int other = 0;
  while (std::count(alone.trace.layers[0].selection.begin(), alone.trace.layers[0].selection.end(),
                    other) > 0) {
    ++other;
  }
  const auto rollout = Rollout::build(alone.trace);
  EXPECT_EQ(rollout->ancestry(0, selected)->routes[0].through, 1);
  EXPECT_EQ(rollout->ancestry(0, other)->routes[0].through, 0);
  EXPECT_DOUBLE_EQ(rollout->fromLastMap(uniformStart(alone.trace))->routes[0].through, 0.25);
}

TEST(Rollout, DiscardDropsTheSmallestEntriesFirstAmongEqualsTheFirst) {
  const AttentionTrace attention{1, 2, floatArray({1, 2, 2}, {0.25F, 0.75F, 0.75F, 0.25F})};
  EXPECT_EQ(fuseHeads(attention, HeadFusion::Mean, 0.24),
            (std::vector<double>{0.25, 0.75, 0.75, 0.25}));
  EXPECT_EQ(fuseHeads(attention, HeadFusion::Mean, 0.25), (std::vector<double>{0, 1, 0.75, 0.25}));
  EXPECT_EQ(fuseHeads(attention, HeadFusion::Mean, 0.5), (std::vector<double>{0, 1, 1, 0}));
  EXPECT_EQ(fuseHeads(attention, HeadFusion::Mean, 0.75), (std::vector<double>{1, 0, 1, 0}));
}

TEST(Rollout, StartsThatAreNoRelevanceAreRefused) {
  const auto toy = wideEnd();
  const auto rollout = Rollout::build(toy->trace);
  const auto sentence = [&](int layer, const Grid<double>& start) {
    const auto flow = rollout->handBack(layer, start);
    return flow ? "accepted" : flow.error().sentence;
  };
  EXPECT_EQ(sentence(1, Grid<double>(3, 3, 0.5)), "accepted");
  EXPECT_EQ(sentence(1, Grid<double>(3, 2, 1)),
            "Relevance must lie on the 3x3 cells of the layer's output.");
  EXPECT_EQ(sentence(2, Grid<double>(3, 3, 1)), "Relevance cannot start at layer 2.");
  EXPECT_EQ(sentence(kInputLayer, Grid<double>(13, 13, 1)), "Relevance cannot start at layer -1.");
  const std::string notRelevance =
      "Relevance must be finite, nowhere negative, and more than 0 in all.";
  EXPECT_EQ(sentence(1, Grid<double>(3, 3, 0)), notRelevance);
  EXPECT_EQ(sentence(1, Grid<double>(3, 3, std::nan(""))), notRelevance);
  Grid<double> negative(3, 3, 1);
  negative.values[4] = -1;
  EXPECT_EQ(sentence(1, negative), notRelevance);
  EXPECT_EQ(rollout->ancestry(1, 9).error().sentence,
            "There is no cell 9; the layer's output has 9, counted from 0.");
  EXPECT_EQ(rollout->ancestry(7, 0).error().sentence, "Relevance cannot start at layer 7.");
  EXPECT_EQ(Rollout::build(toy->trace, {}, 1)->ancestry(0, 0).error().sentence,
            "Relevance cannot start at layer 0.");
}

TEST(Rollout, MissingRecordsAreRefused) {
  EXPECT_EQ(refusal(Trace{}),
            "This run did not record how the network mixes positions; run it with recording on.");
  const auto toy = wideEnd();
  toy->trace.layers[1].attention.clear();
  EXPECT_EQ(refusal(toy->trace),
            "This run recorded no attention for full.1; run the network with recording on.");
  EXPECT_FALSE(classStart(Trace{}));
  EXPECT_TRUE(uniformStart(Trace{}).empty());
}

TEST(Rollout, RecordsThatDoNotFitAreRefused) {
  using Damage = std::function<void(Trace&)>;
  const std::vector<Damage> damages{
      [](Trace& t) { t.inputRows = 12; },
      [](Trace& t) { t.mixing.pop_back(); },
      [](Trace& t) { t.mixing.back().layer = 0; },
      [](Trace& t) { t.mixing.front().layer = 1; },
      [](Trace& t) { std::swap(t.mixing[1], t.mixing[3]); },
      [](Trace& t) {  // a layer between the two without a step
        t.layers.insert(t.layers.begin() + 1, t.layers[0]);
        t.mixing[3].layer = t.mixing[4].layer = stepOf<AttentionMixing>(t, 3).layer = 2;
      },
      [](Trace& t) { stepOf<ConvolutionMixing>(t, 0).stride = 0; },
      [](Trace& t) { stepOf<ConvolutionMixing>(t, 0).outputRows = 6; },
      [](Trace& t) { stepOf<ConvolutionMixing>(t, 0).weight.pop_back(); },
      [](Trace& t) { stepOf<ConvolutionMixing>(t, 0).activity = {}; },
      [](Trace& t) { stepOf<ConvolutionMixing>(t, 4).skip = true; },
      [](Trace& t) { stepOf<AttentionMixing>(t, 1).layer = 1; },
      [](Trace& t) { stepOf<AttentionMixing>(t, 3).reduce = stepOf<ConvolutionMixing>(t, 0); },
      [](Trace& t) { t.layers[0].selection[2] = t.layers[0].selection[1]; },
      [](Trace& t) { t.layers[0].selection[2] = 25; },
      [](Trace& t) { t.layers[0].selection.pop_back(); },
      [](Trace& t) { t.layers[0].stage = nullptr; },
      [](Trace& t) { t.layers[1].attention[0].heads = 3; },
      [](Trace& t) { t.layers[1].outputGeometry = t.layers[1].inputGeometry; },
  };
  for (std::size_t i = 0; i < damages.size(); ++i) {
    const auto toy = wideEnd();
    EXPECT_EQ(refusal(toy->trace), "built");
    damages[i](toy->trace);
    EXPECT_NE(refusal(toy->trace).find("this run's record is damaged"), std::string::npos)
        << i << ' ' << refusal(toy->trace);
  }
}

TEST(Rollout, NumbersThatAreNotFiniteAreRefusedWhereTheyCount) {
  for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity(), -1.0F}) {
    const auto activity = wideEnd();
    stepOf<ConvolutionMixing>(activity->trace, 0).activity.values[7] = bad;
    EXPECT_EQ(refusal(activity->trace),
              "The network computed NaN or infinite numbers in the first stages, so relevance "
              "cannot be followed through it; check the model's weights.");
    RolloutOptions kernel;
    kernel.convolution = ConvolutionWeighting::Kernel;
    EXPECT_EQ(refusal(activity->trace, kernel), "built");

    const auto weight = wideEnd();
    stepOf<ConvolutionMixing>(weight->trace, 2).weight[0] = bad;
    EXPECT_NE(refusal(weight->trace).find("NaN or infinite numbers in filter.0"),
              std::string::npos);
    EXPECT_EQ(refusal(weight->trace, nullOptions(0.5)), "built");

    const auto attention = wideEnd();
    AttentionTrace& heads = attention->trace.layers[1].attention[0];
    std::vector<float> weights(heads.weights.span().begin(), heads.weights.span().end());
    weights[3] = bad;
    heads.weights = floatArray(heads.weights.shape, weights);
    EXPECT_NE(refusal(attention->trace).find("NaN or infinite numbers in full.1"),
              std::string::npos);
    EXPECT_EQ(refusal(attention->trace, nullOptions(0.5)), "built");
  }
  const auto evidence = wideEnd();
  LayerTrace& last = evidence->trace.layers[1];
  last.output = floatArray(last.output.shape, std::vector<float>(27, std::nanf("")));
  EXPECT_FALSE(classStart(evidence->trace));
}

TEST(RolloutMaps, LieOnTheOutputOrTheInputAndSumToOne) {
  const auto toy = ToyNetwork::small();
  for (const char* id : {"rollout", "rollout_null"}) {
    for (int layer = kInputLayer; layer <= kLastLayer; ++layer) {
      const Heatmap map = mapOf(id, toy->trace, layer);
      const auto& values = map.values.values;
      EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0), 1, 1e-5) << id << layer;
      EXPECT_EQ(map.scale, HeatmapScale::Sequential);
      EXPECT_EQ(map.note.empty(), layer != kLastLayer) << map.note;
      EXPECT_EQ(map.geometry,
                layer == kInputLayer
                    ? (MapGeometry{AxisMap::identity(33), AxisMap::identity(33)})
                    : toy->trace.layers[static_cast<std::size_t>(layer)].outputGeometry);
    }
  }
}

TEST(RolloutMaps, TheDifferenceIsTheRolloutMinusItsNullMap) {
  const auto toy = wideEnd();
  const Parameters start = classStartChosen();
  const Heatmap difference = mapOf("rollout_minus_null", toy->trace, kInputLayer, start);
  const Heatmap rollout = mapOf("rollout", toy->trace, kInputLayer, start);
  const Heatmap null = mapOf("rollout_null", toy->trace, kInputLayer, start);
  EXPECT_EQ(difference.scale, HeatmapScale::Diverging);
  float largest = 0;
  for (std::size_t i = 0; i < difference.values.values.size(); ++i) {
    EXPECT_NEAR(difference.values.values[i], rollout.values.values[i] - null.values.values[i],
                1e-8);
    largest = std::max(largest, difference.values.values[i]);
  }
  EXPECT_GT(largest, 1e-3F);
}

TEST(RolloutMaps, TheNullMapKnowsNoWeights) {
  const auto toy = wideEnd();
  const auto null = [&] { return mapOf("rollout_null", toy->trace, kInputLayer).values.values; };
  const auto before = null();
  const auto rollout = mapOf("rollout", toy->trace, kInputLayer).values.values;
  for (LayerTrace& layer : toy->trace.layers) {
    layer.attention = {toy->randomAttention(2, layer.attention[0].tokens)};
  }
  for (float& weight : stepOf<ConvolutionMixing>(toy->trace, 0).weight) weight = toy->uniform(0, 9);
  EXPECT_EQ(null(), before);
  EXPECT_NE(mapOf("rollout", toy->trace, kInputLayer).values.values, rollout);
}

TEST(RolloutMaps, EveryParameterReachesTheRollout) {
  const auto toy = wideEnd();
  const auto standard = mapOf("rollout", toy->trace, kInputLayer).values.values;
  std::vector<Parameters> changes(7);
  changes[0].set("residual-weight", 0.3);
  changes[1].set("start", "gradcam");
  changes[2].set("heads", "max");
  changes[3].set("heads", "min");
  changes[4].set("convolutions", "kernel");
  changes[5].set("convolutions", "structural");
  changes[6].set("discard", 0.5);
  std::set<std::vector<float>> maps{standard};
  for (const Parameters& change : changes) {
    EXPECT_TRUE(
        maps.insert(mapOf("rollout", toy->trace, kInputLayer, change).values.values).second);
  }
}

TEST(RolloutMaps, NameATargetOnlyWhereTheyStartFromOne) {
  const auto toy = wideEnd();
  for (const char* id : {"rollout", "rollout_null", "rollout_minus_null"}) {
    EXPECT_EQ(mapOf(id, toy->trace, 0).targetClass, -1);
    EXPECT_EQ(mapOf(id, toy->trace, 0, classStartChosen()).targetClass, toy->trace.targetClass);
  }
}

TEST(RolloutMaps, WithoutEvidenceForTheClassSaySo) {
  const auto toy = wideEnd();
  LayerTrace& last = toy->trace.layers[1];
  last.gradient = floatArray(last.gradient.shape, std::vector<float>(27, 0.0F));
  const Heatmap map = mapOf("rollout", toy->trace, kInputLayer, classStartChosen());
  EXPECT_EQ(map.note,
            "No cell of the last map speaks for the class, so relevance starts from all of them "
            "alike.");
  EXPECT_EQ(map.values.values, mapOf("rollout", toy->trace, kInputLayer).values.values);
  last.gradient = {};
  EXPECT_FALSE(explain(*findExplainer("rollout"), toy->trace, 0, classStartChosen()));
  EXPECT_TRUE(explain(*findExplainer("rollout"), toy->trace, 0));
}

}  // namespace
}  // namespace filterlens
