// One cell's attention and ancestry: closed forms, and the dense oracle.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/explain/inspected_cell.h"
#include "core/explain/rollout_methods.h"
#include "rollout_probe.h"

namespace filterlens {
namespace {

Parameters cellOf(int cell) {
  Parameters parameters;
  parameters.set("cell", static_cast<double>(cell));
  return parameters;
}

Heatmap mapOf(std::string_view method, const Trace& trace, int layer,
              const Parameters& parameters) {
  auto map = explain(*findExplainer(method), trace, layer, parameters);
  EXPECT_TRUE(map) << (map ? "" : map.error().sentence);
  return map ? *std::move(map) : Heatmap();
}

std::string sentenceOf(std::string_view method, const Trace& trace, int layer,
                       const Parameters& parameters) {
  const auto map = explain(*findExplainer(method), trace, layer, parameters);
  EXPECT_FALSE(map);
  return map ? std::string() : map.error().sentence;
}

std::size_t layerOf(const Trace& trace, StageKind kind) {
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    if (trace.layers[layer].stage->kind == kind) return layer;
  }
  ADD_FAILURE() << "no such layer";
  return 0;
}

// Two tokens, two heads: all of the weights are written here.
TEST(AttentionOfCell, RowsAndColumnsOfTheMatrix) {
  auto toy = oneLayer(2, StageKind::Filter, 2);
  LayerTrace& layer = toy->trace.layers[0];
  layer.selection = {3, 1};  // by rank; as tokens: 1, 3
  layer.attention = {{2, 2,
                      floatArray({2, 2, 2}, {0.9F, 0.1F, 0.4F, 0.6F,  //
                                             0.5F, 0.5F, 0.2F, 0.8F})}};
  const auto at = [&](std::string_view method, int cell, const char* heads) {
    Parameters parameters = cellOf(cell);
    parameters.set("heads", std::string_view(heads));
    const Heatmap map = mapOf(method, toy->trace, 0, parameters);
    EXPECT_TRUE(std::isnan(map.values.values[0]));
    EXPECT_TRUE(std::isnan(map.values.values[2]));
    return std::pair(map.values.values[1], map.values.values[3]);
  };
  EXPECT_EQ(at("attends_to", 1, "1"), std::pair(0.9F, 0.1F));
  EXPECT_EQ(at("attends_to", 3, "1"), std::pair(0.4F, 0.6F));
  EXPECT_EQ(at("attends_to", 3, "2"), std::pair(0.2F, 0.8F));
  EXPECT_EQ(at("attends_to", 3, "max"), std::pair(0.4F, 0.8F));
  EXPECT_EQ(at("attended_by", 1, "1"), std::pair(0.9F, 0.4F));
  EXPECT_EQ(at("attended_by", 3, "2"), std::pair(0.5F, 0.8F));
  const auto [first, second] = at("attended_by", 1, "mean");
  EXPECT_FLOAT_EQ(first, 0.7F);
  EXPECT_FLOAT_EQ(second, 0.3F);
  EXPECT_EQ(mapOf("attends_to", toy->trace, 0, cellOf(3)).note,
            "Cell (1, 1), the token of rank 0 of 2.");
}

TEST(AttentionOfCell, ACellThatWasNotSelectedAttendsToItselfAlone) {
  auto toy = oneLayer(2, StageKind::Filter, 2);
  toy->trace.layers[0].selection = {3, 1};
  for (const char* method : {"attends_to", "attended_by"}) {
    const Heatmap map = mapOf(method, toy->trace, 0, cellOf(2));
    EXPECT_TRUE(std::isnan(map.values.values[0]));
    EXPECT_EQ(map.values.values[1], 0);
    EXPECT_EQ(map.values.values[2], 1);
    EXPECT_EQ(map.values.values[3], 0);
  }
  EXPECT_EQ(mapOf("attends_to", toy->trace, 0, cellOf(2)).note,
            "Cell (1, 0), not selected: it attends to itself alone.");
  EXPECT_EQ(mapOf("attended_by", toy->trace, 0, cellOf(2)).note,
            "Cell (1, 0), not selected: nothing but itself attends to it.");
}

TEST(AttentionOfCell, OfAllTokensTogetherIsTheAttentionReceived) {
  const auto toy = ToyNetwork::small(3, 2);
  for (int layer = 0; layer < static_cast<int>(toy->trace.layers.size()); ++layer) {
    const LayerTrace& recorded = toy->trace.layers[static_cast<std::size_t>(layer)];
    const Heatmap received = mapOf("attention_received", toy->trace, layer, {});
    std::vector<double> sum(received.values.values.size());
    int tokens = 0;
    for (int cell = 0; cell < received.values.size(); ++cell) {
      if (std::isnan(received.values.values[static_cast<std::size_t>(cell)])) continue;
      ++tokens;
      const Heatmap row = mapOf("attends_to", toy->trace, layer, cellOf(cell));
      double total = 0;
      for (std::size_t i = 0; i < sum.size(); ++i) {
        if (std::isnan(row.values.values[i])) continue;
        sum[i] += row.values.values[i];
        total += row.values.values[i];
      }
      EXPECT_NEAR(total, 1, 1e-5) << recorded.name;
      EXPECT_EQ(row.geometry, recorded.tokenGeometry);
    }
    ASSERT_EQ(tokens, recorded.attention[0].tokens);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      if (std::isnan(received.values.values[i])) continue;
      EXPECT_NEAR(sum[i] / tokens, received.values.values[i], 1e-5) << recorded.name;
    }
  }
}

TEST(AttentionOfCell, WithoutACellItIsTheFirstTokenOrTheMiddle) {
  const auto toy = ToyNetwork::small(3);
  const auto& layers = toy->trace.layers;
  const std::size_t filter = layerOf(toy->trace, StageKind::Filter);
  const std::size_t full = layerOf(toy->trace, StageKind::Full);
  EXPECT_EQ(firstCell(layers[filter]), layers[filter].selection[0]);
  EXPECT_EQ(rankOf(layers[filter], layers[filter].selection[4]), 4);
  EXPECT_EQ(firstCell(layers[full]), 2 * layers[full].tokenGeometry.cols() + 2);
  EXPECT_EQ(
      mapOf("attends_to", toy->trace, static_cast<int>(filter), {})
          .values.values[static_cast<std::size_t>(layers[filter].selection[0])],
      mapOf("attends_to", toy->trace, static_cast<int>(filter), cellOf(layers[filter].selection[0]))
          .values.values[static_cast<std::size_t>(layers[filter].selection[0])]);
}

TEST(AttentionOfCell, AWrongCellOrHeadSaysWhatThereIs) {
  const auto toy = ToyNetwork::small(3);
  const int pooled = static_cast<int>(layerOf(toy->trace, StageKind::Pooled));
  for (const char* method : {"attends_to", "attended_by", "ancestry"}) {
    EXPECT_EQ(sentenceOf(method, toy->trace, pooled, cellOf(16)),
              "pooled.0 has 4x4 cells: cell is a whole number from 0 to 15.");
    Parameters half;
    half.set("cell", 0.5);
    EXPECT_EQ(sentenceOf(method, toy->trace, pooled, half),
              "pooled.0 has 4x4 cells: cell is a whole number from 0 to 15.");
  }
  Parameters head = cellOf(1);
  head.set("heads", std::string_view("5"));
  EXPECT_EQ(sentenceOf("attends_to", toy->trace, pooled, head),
            "pooled.0 has 2 attention heads; there is no head 5.");
}

TEST(InspectedCell, MethodsThatShowOneSaySo) {
  EXPECT_TRUE(showsOneCell(*findExplainer("attends_to")));
  EXPECT_TRUE(showsOneCell(*findExplainer("attended_by")));
  EXPECT_TRUE(showsOneCell(*findExplainer("ancestry")));
  EXPECT_FALSE(showsOneCell(*findExplainer("gradcam")));
}

// ---- ancestry

/// The steps from the input to a layer's attention, that included.
std::size_t stepsToAttention(const Trace& trace, int layer) {
  for (std::size_t i = 0; i < trace.mixing.size(); ++i) {
    const auto* attention = std::get_if<AttentionMixing>(&trace.mixing[i].how);
    if (attention != nullptr && attention->layer == layer) return i + 1;
  }
  ADD_FAILURE() << "no attention";
  return 0;
}

/// The mean of the rows of a bin's cells, from the definition of adaptive pooling.
Vector meanRowOfBin(const oracle::Matrix& product, const LayerTrace& layer, int bin) {
  const auto pool = oracle::pool(layer.inputGeometry.rows(), layer.inputGeometry.cols(),
                                 layer.stage->grid, layer.stage->grid);
  return oracle::transposedTimes(product, pool[static_cast<std::size_t>(bin)]);
}

TEST(Ancestry, IsARowOfTheProductOfDenseMatrices) {
  const auto toy = ToyNetwork::small(6, 2);
  for (const RolloutOptions& options : allOptions()) {
    const Rollout rollout = buildRollout(toy->trace, options);
    for (int layer = 0; layer < static_cast<int>(toy->trace.layers.size()); ++layer) {
      const LayerTrace& recorded = toy->trace.layers[static_cast<std::size_t>(layer)];
      const auto product =
          oracle::chain(toy->trace, 0, stepsToAttention(toy->trace, layer), options);
      const int cells = recorded.tokenGeometry.rows() * recorded.tokenGeometry.cols();
      for (int cell = 0; cell < cells; cell += 3) {
        const auto flow = rollout.ancestryOfToken(layer, cell);
        ASSERT_TRUE(flow) << flow.error().sentence;
        const Vector expected = recorded.stage->kind == StageKind::Pooled
                                    ? meanRowOfBin(product, recorded, cell)
                                    : product[static_cast<std::size_t>(cell)];
        EXPECT_LT(largestDifference(flow->input.values, expected), kExact) << recorded.name;
        EXPECT_NEAR(sum(flow->input.values), 1, kExact);
      }
    }
  }
}

TEST(Ancestry, TheMethodShowsTheSameChain) {
  const auto toy = ToyNetwork::small(6, 2);
  for (int layer = 0; layer < static_cast<int>(toy->trace.layers.size()); ++layer) {
    Parameters parameters = cellOf(2);
    parameters.set("residual-weight", 0.3);
    parameters.set("heads", std::string_view("max"));
    const Heatmap map = mapOf("ancestry", toy->trace, layer, parameters);
    ASSERT_EQ(map.values.size(), 33 * 33);
    const auto flow =
        buildRollout(toy->trace, chainOptions(map.parameters)).ancestryOfToken(layer, 2);
    ASSERT_TRUE(flow);
    for (std::size_t i = 0; i < flow->input.values.size(); ++i) {
      EXPECT_NEAR(map.values.values[i], flow->input.values[i], 1e-7);
    }
    EXPECT_EQ(map.layer, toy->trace.layers[static_cast<std::size_t>(layer)].name);
    EXPECT_EQ(map.targetClass, -1);
  }
}

// With the attention uniform: a selected cell comes half from itself, half from all tokens alike;
// one that was not selected from itself alone.
TEST(Ancestry, ClosedFormWhereAllAttendToAllAlike) {
  auto toy = oneLayer(3, StageKind::Filter, 3);
  LayerTrace& layer = toy->trace.layers[0];
  layer.selection = {8, 0, 4};
  layer.attention = {uniformAttention(3)};
  const Heatmap token = mapOf("ancestry", toy->trace, 0, cellOf(4));
  EXPECT_NEAR(token.values.values[4], 0.5 + 0.5 / 3, 1e-6);
  EXPECT_NEAR(token.values.values[0], 0.5 / 3, 1e-6);
  EXPECT_NEAR(token.values.values[8], 0.5 / 3, 1e-6);
  EXPECT_EQ(token.values.values[1], 0);
  const Heatmap other = mapOf("ancestry", toy->trace, 0, cellOf(5));
  EXPECT_EQ(other.values.values[5], 1);
  EXPECT_EQ(std::accumulate(other.values.values.begin(), other.values.values.end(), 0.0F), 1);
  EXPECT_EQ(other.note, "Cell (1, 2), not selected.");
}

TEST(Ancestry, StepsAfterTheLayerDoNotMatter) {
  auto toy = ToyNetwork::small(6);
  const Heatmap before = mapOf("ancestry", toy->trace, 1, cellOf(20));
  toy->trace.layers[3].attention[0] = identityAttention(5);
  EXPECT_EQ(mapOf("ancestry", toy->trace, 1, cellOf(20)).values.values, before.values.values);
  toy->trace.layers[1].attention[0] = identityAttention(9);
  toy->trace.layers[0].attention[0] = identityAttention(16);
  EXPECT_NE(mapOf("ancestry", toy->trace, 1, cellOf(20)).values.values, before.values.values);
}

TEST(FeatureNorm, IsTheEuclideanNormOverTheChannels) {
  auto toy = oneLayer(2, StageKind::Full);
  toy->trace.layers[0].output = floatArray({2, 2, 2}, {3, 0, -1, 0, 4, 0, 0, 2});
  const Heatmap map = mapOf("feature_norm", toy->trace, 0, {});
  EXPECT_EQ(map.values.values, (std::vector<float>{5, 0, 1, 2}));
}

}  // namespace
}  // namespace filterlens
