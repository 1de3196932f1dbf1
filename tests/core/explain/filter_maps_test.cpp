// Filter response, filter mask, selected tokens, attention received; and finiteRange.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/explain/attention_received.h"
#include "core/explain/explainer.h"
#include "toy_network.h"

namespace filterlens {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Heatmap mapOf(std::string_view id, const Trace& trace, int layer,
              const Parameters& parameters = {}) {
  const auto map = explain(*findExplainer(id), trace, layer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return *map;
}

Parameters with(std::string_view id, std::string_view choice) {
  Parameters parameters;
  parameters.set(id, choice);
  return parameters;
}

/// A 2x2 map of which cells 3 and 1 are selected, with two heads of known attention.
std::unique_ptr<ToyNetwork> twoTokens(StageKind kind = StageKind::Filter) {
  auto toy = std::make_unique<ToyNetwork>(2, 2);
  kind == StageKind::Filter ? toy->filter(2) : toy->dropout(2);
  toy->convolution(3, 2, 1).finish();
  LayerTrace& layer = toy->trace.layers[0];
  layer.selection = {3, 1};
  layer.attention = {
      {2, 2, floatArray({2, 2, 2}, {0.25F, 0.75F, 0.5F, 0.5F, 1.0F, 0.0F, 0.75F, 0.25F})}};
  return toy;
}

TEST(FilterMaps, ResponseAndImportanceAreTheRecordedMaps) {
  const auto toy = ToyNetwork::small();
  const LayerTrace& layer = toy->trace.layers[1];
  const Heatmap response = mapOf("response", toy->trace, 1);
  EXPECT_EQ(response.values.values, layer.response.values);
  EXPECT_EQ(response.geometry, layer.inputGeometry);
  EXPECT_EQ(response.scale, HeatmapScale::Sequential);
  const Heatmap importance = mapOf("importance", toy->trace, 1);
  EXPECT_EQ(importance.values.values, layer.importance.values);
  EXPECT_EQ(importance.geometry, layer.inputGeometry);
  EXPECT_EQ(importance.scale, HeatmapScale::Sequential);
}

TEST(FilterMaps, SelectionHoldsRanksAndNaNElsewhere) {
  const auto toy = twoTokens();
  const Heatmap map = mapOf("selection", toy->trace, 0);
  EXPECT_EQ(map.scale, HeatmapScale::Ranks);
  EXPECT_EQ(map.geometry, toy->trace.layers[0].inputGeometry);
  EXPECT_TRUE(std::isnan(map.values.values[0]));
  EXPECT_EQ(map.values.values[1], 1);
  EXPECT_TRUE(std::isnan(map.values.values[2]));
  EXPECT_EQ(map.values.values[3], 0);
  EXPECT_TRUE(map.note.empty());
}

TEST(FilterMaps, ADrawnSelectionNamesItsSeed) {
  const auto toy = twoTokens(StageKind::Dropout);
  toy->trace.seed = 42;
  EXPECT_EQ(mapOf("selection", toy->trace, 0).note,
            "These tokens were drawn at random with seed 42; their ranks are the order of the "
            "draw.");
}

TEST(FilterMaps, AMissingRecordGetsASentence) {
  const auto toy = twoTokens();
  LayerTrace& layer = toy->trace.layers[0];
  layer.selection.clear();
  layer.response = {};
  layer.importance = {};
  layer.attention.clear();
  for (const char* id : {"selection", "response", "importance", "attention_received"}) {
    const auto map = explain(*findExplainer(id), toy->trace, 0);
    ASSERT_FALSE(map) << id;
    EXPECT_NE(map.error().sentence.find("filter.0; run the network with recording on."),
              std::string::npos)
        << map.error().sentence;
  }
}

TEST(FilterMaps, ADamagedRecordGetsASentence) {
  const auto damaged = [](const Trace& trace, const char* id) {
    const auto map = explain(*findExplainer(id), trace, 0);
    return !map && map.error().sentence.find("record is damaged") != std::string::npos;
  };
  const auto toy = twoTokens();
  toy->trace.layers[0].selection = {4, 1};
  EXPECT_TRUE(damaged(toy->trace, "selection"));
  EXPECT_TRUE(damaged(toy->trace, "attention_received"));
  toy->trace.layers[0].selection = {3};
  EXPECT_TRUE(damaged(toy->trace, "attention_received"));
  toy->trace.layers[0].importance = Grid<float>(3, 2);
  EXPECT_TRUE(damaged(toy->trace, "importance"));
}

TEST(AttentionReceived, IsTheMeanOverQueriesOfEachHead) {
  const auto toy = twoTokens();
  const FloatArray received = attentionReceived(toy->trace.layers[0]);
  EXPECT_EQ(received.shape, (std::vector<std::int64_t>{1, 2, 2}));
  const auto values = received.span();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()),
            (std::vector<float>{0.375F, 0.625F, 0.875F, 0.125F}));
}

TEST(AttentionReceived, TokensSitOnTheSelectedCellsInAscendingOrder) {
  const auto toy = twoTokens();
  const auto cellsOf = [&](std::string_view heads) {
    const Heatmap map = mapOf("attention_received", toy->trace, 0, with("heads", heads));
    EXPECT_TRUE(std::isnan(map.values.values[0]));
    EXPECT_TRUE(std::isnan(map.values.values[2]));
    return std::pair(map.values.values[1], map.values.values[3]);
  };
  EXPECT_EQ(cellsOf("mean"), std::pair(0.625F, 0.375F));
  EXPECT_EQ(cellsOf("max"), std::pair(0.875F, 0.625F));
  EXPECT_EQ(cellsOf("min"), std::pair(0.375F, 0.125F));
  EXPECT_EQ(cellsOf("1"), std::pair(0.375F, 0.625F));
  EXPECT_EQ(cellsOf("2"), std::pair(0.875F, 0.125F));
}

TEST(AttentionReceived, HeadsAndEncoderLayersThatDoNotExistGetASentence) {
  const auto toy = twoTokens();
  const Explainer& attention = *findExplainer("attention_received");
  EXPECT_EQ(explain(attention, toy->trace, 0, with("heads", "3")).error().sentence,
            "filter.0 has 2 attention heads; there is no head 3.");
  EXPECT_EQ(explain(attention, toy->trace, 0, with("encoder-layer", "2")).error().sentence,
            "filter.0 has 1 encoder layer; there is no encoder layer 2.");
}

TEST(AttentionReceived, TheLastEncoderLayerIsTheDefault) {
  const auto toy = ToyNetwork::small(5, 2);
  const auto map = [&](std::string_view encoder) {
    return mapOf("attention_received", toy->trace, 0, with("encoder-layer", encoder)).values.values;
  };
  EXPECT_EQ(mapOf("attention_received", toy->trace, 0).values.values, map("2"));
  EXPECT_EQ(map("last"), map("2"));
  EXPECT_NE(map("1"), map("2"));
}

TEST(AttentionReceived, LiesOnTheTokensOfEveryKindOfLayerAndSumsToOne) {
  const auto toy = ToyNetwork::small(6, 2);
  for (std::size_t i = 0; i < toy->trace.layers.size(); ++i) {
    const LayerTrace& layer = toy->trace.layers[i];
    const Heatmap map = mapOf("attention_received", toy->trace, static_cast<int>(i));
    EXPECT_EQ(map.geometry, layer.tokenGeometry) << layer.name;
    double sum = 0;
    int tokens = 0;
    for (const float value : map.values.values) {
      if (std::isnan(value)) continue;
      sum += value;
      ++tokens;
    }
    EXPECT_NEAR(sum, 1, 1e-5) << layer.name;
    EXPECT_EQ(tokens, layer.attention[0].tokens) << layer.name;
  }
}

TEST(AttentionReceived, EncoderLayersOfDifferentSizeAreNotMixedUp) {
  const auto toy = twoTokens();
  LayerTrace& layer = toy->trace.layers[0];
  layer.attention.push_back(toy->randomAttention(3, 2));
  EXPECT_TRUE(attentionReceived(layer).empty());
}

TEST(FiniteRange, IgnoresWhatIsNotFinite) {
  Grid<float> map(2, 2, kNaN);
  EXPECT_EQ(finiteRange(map).low, 0);
  EXPECT_EQ(finiteRange(map).high, 0);
  map.values = {kNaN, -2, 5, std::numeric_limits<float>::infinity()};
  EXPECT_EQ(finiteRange(map).low, -2);
  EXPECT_EQ(finiteRange(map).high, 5);
  EXPECT_EQ(finiteRange({}).high, 0);
}

}  // namespace
}  // namespace filterlens
