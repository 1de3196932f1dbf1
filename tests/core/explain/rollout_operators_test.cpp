// Properties of the rollout's single steps: 1 rows, 4 passing by, 5 order of tokens, 6 closed
// forms, 10 locality.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/explain/rollout.h"
#include "dense_oracle.h"
#include "rollout_probe.h"
#include "toy_network.h"

namespace filterlens {
namespace {

TEST(RolloutProperty01, RowsOfEveryOperatorAreDistributions) {
  const auto toy = ToyNetwork::small(1, 2);
  // Taps without weight: a dead kernel before the dropout layer, dead regions before the others.
  for (MixingStep& step : toy->trace.mixing) {
    auto* convolution = std::get_if<ConvolutionMixing>(&step.how);
    if (convolution == nullptr) continue;
    if (step.layer == 3) std::fill(convolution->weight.begin(), convolution->weight.end(), 0.0F);
    auto& activity = convolution->activity.values;
    std::fill(activity.begin(), activity.begin() + static_cast<std::ptrdiff_t>(activity.size() / 2),
              0.0F);
  }
  for (const RolloutOptions& options : allOptions()) {
    const Rollout rollout = buildRollout(toy->trace, options);
    for (int layer = 0; layer < 6; ++layer) {
      const auto& output = toy->trace.layers[static_cast<std::size_t>(layer)].outputGeometry;
      for (int cell = 0; cell < output.rows() * output.cols(); ++cell) {
        const RelevanceFlow row = ancestryOf(rollout, layer, cell);
        for (int below = kInputLayer; below < layer; ++below) {
          const Vector& values = row.at(below).values;
          EXPECT_NEAR(sum(values), 1, kExact);
          EXPECT_GE(*std::min_element(values.begin(), values.end()), 0);
        }
      }
    }
  }
}

TEST(RolloutProperty01, ATapWithoutWeightSpreadsEvenlyAndAnEmptyRowOfAttentionStays) {
  ToyNetwork dead(4, 4);
  dead.full(1).convolution(3, 1, 1).finish();
  dead.trace.layers[0].attention = {identityAttention(16)};
  auto& convolution = std::get<ConvolutionMixing>(dead.trace.mixing[1].how);
  std::fill(convolution.weight.begin(), convolution.weight.end(), 0.0F);
  const Vector corner = ancestryOf(buildRollout(dead.trace), 0, 0).input.values;
  for (const std::size_t cell : {0, 1, 4, 5}) EXPECT_DOUBLE_EQ(corner[cell], 0.25);
  EXPECT_DOUBLE_EQ(sum(corner), 1);

  const auto toy = oneLayer(2, StageKind::Full);
  toy->trace.layers[0].attention = {
      {1, 4, floatArray({1, 4, 4}, {0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0})}};
  EXPECT_EQ(ancestryOf(buildRollout(toy->trace), 0, 0).input.values, (Vector{1, 0, 0, 0}));
}

TEST(RolloutProperty04, RelevanceOnUnselectedCellsPassesBitForBit) {
  const auto toy = oneLayer(10, StageKind::Filter, 20, 2);
  Grid<double> start = randomStart(*toy, 0);
  const auto& selection = toy->trace.layers[0].selection;
  const RelevanceFlow mixed = flowFrom(buildRollout(toy->trace), 0, start);
  for (int cell = 0; cell < 100; ++cell) {
    if (std::find(selection.begin(), selection.end(), cell) != selection.end()) continue;
    EXPECT_EQ(mixed.input.values[static_cast<std::size_t>(cell)],
              start.values[static_cast<std::size_t>(cell)]);
  }
  for (const int cell : selection) start.values[static_cast<std::size_t>(cell)] = 0;
  EXPECT_EQ(flowFrom(buildRollout(toy->trace), 0, start).input.values, start.values);
}

TEST(RolloutProperty04, SelectingEveryCellIsClassicRollout) {
  const auto toy = oneLayer(4, StageKind::Filter, 16, 3);
  const auto classic = oracle::encoder(toy->trace.layers[0], {});
  const auto rows = rowsOf(buildRollout(toy->trace), 16);
  for (std::size_t i = 0; i < 16; ++i) EXPECT_LT(largestDifference(rows[i], classic[i]), kExact);
}

TEST(RolloutProperty05, TheOrderOfTheSelectionDoesNotMatter) {
  const auto toy = oneLayer(10, StageKind::Filter, 20);
  const Grid<double> start = randomStart(*toy, 0);
  const Vector once = flowFrom(buildRollout(toy->trace), 0, start).input.values;
  auto& selection = toy->trace.layers[0].selection;
  std::reverse(selection.begin(), selection.end());
  EXPECT_EQ(flowFrom(buildRollout(toy->trace), 0, start).input.values, once);
  std::sort(selection.begin(), selection.end());
  EXPECT_EQ(flowFrom(buildRollout(toy->trace), 0, start).input.values, once);
}

TEST(RolloutProperty05, RelabelledTokensGiveTheSameMap) {
  // The same attention among the same cells, once with cells and tokens mirrored together.
  const auto toy = oneLayer(3, StageKind::Full);
  const Grid<double> start = randomStart(*toy, 0);
  const Vector once = flowFrom(buildRollout(toy->trace), 0, start).input.values;
  AttentionTrace& attention = toy->trace.layers[0].attention[0];
  std::vector<float> mirrored(attention.weights.span().begin(), attention.weights.span().end());
  for (std::size_t head = 0; head < 3; ++head) {
    const auto first = mirrored.begin() + static_cast<std::ptrdiff_t>(head * 81);
    std::reverse(first, first + 81);  // entry (i, j) to (n - 1 - i, n - 1 - j)
  }
  attention.weights = floatArray({3, 9, 9}, mirrored);
  Grid<double> mirroredStart = start;
  std::reverse(mirroredStart.values.begin(), mirroredStart.values.end());
  Vector again = flowFrom(buildRollout(toy->trace), 0, mirroredStart).input.values;
  std::reverse(again.begin(), again.end());
  EXPECT_LT(largestDifference(once, again), kExact);
}

TEST(RolloutProperty06, UniformAttentionHasAClosedForm) {
  const auto toy = oneLayer(10, StageKind::Filter, 20);
  const Grid<double> start = randomStart(*toy, 0);
  double mean = 0;
  for (const int cell : toy->trace.layers[0].selection) {
    mean += start.values[static_cast<std::size_t>(cell)] / 20;
  }
  Vector expected = start.values;
  for (const int cell : toy->trace.layers[0].selection) {
    double& value = expected[static_cast<std::size_t>(cell)];
    value = value / 2 + mean / 2;
  }
  EXPECT_LT(
      largestDifference(flowFrom(buildRollout(toy->trace, nullOptions(0.5)), 0, start).input.values,
                        expected),
      kExact);
  toy->trace.layers[0].attention = {uniformAttention(20)};
  EXPECT_LT(largestDifference(flowFrom(buildRollout(toy->trace), 0, start).input.values, expected),
            kExact);
}

TEST(RolloutProperty06, IdentityAttentionLeavesAFilterLayerUntouched) {
  const auto toy = oneLayer(10, StageKind::Filter, 20);
  toy->trace.layers[0].attention = {identityAttention(20), identityAttention(20)};
  const Grid<double> start = randomStart(*toy, 0);
  EXPECT_LT(
      largestDifference(flowFrom(buildRollout(toy->trace), 0, start).input.values, start.values),
      kExact);
}

TEST(RolloutProperty06, IdentityAttentionLeavesThePoolingOfAPooledLayer) {
  for (const int grid : {3, 4, 5, 7}) {  // of 10: overlapping bins, and 5 that divide
    const auto toy = oneLayer(10, StageKind::Pooled, grid);
    toy->trace.layers[0].attention = {identityAttention(grid * grid)};
    RolloutOptions options;
    options.residualWeight = 0.4;
    const auto expected = oracle::mixture(
        0.4, oracle::identity(100),
        oracle::product(oracle::pool(grid, grid, 10, 10), oracle::pool(10, 10, grid, grid)));
    const auto rows = rowsOf(buildRollout(toy->trace, options), 100);
    for (std::size_t i = 0; i < 100; ++i)
      EXPECT_LT(largestDifference(rows[i], expected[i]), kExact);
  }
}

TEST(RolloutProperty10, OneMoreTokenChangesOnlyTheRowsOfTheSelection) {
  const auto toy = oneLayer(6, StageKind::Filter, 8);
  const auto before = rowsOf(buildRollout(toy->trace), 36);
  LayerTrace& layer = toy->trace.layers[0];
  int added = 0;
  while (std::count(layer.selection.begin(), layer.selection.end(), added) > 0) ++added;
  layer.selection.push_back(added);
  layer.attention = {toy->randomAttention(3, 9)};
  const auto after = rowsOf(buildRollout(toy->trace), 36);
  for (int cell = 0; cell < 36; ++cell) {
    const bool selected = std::count(layer.selection.begin(), layer.selection.end(), cell) > 0;
    const auto i = static_cast<std::size_t>(cell);
    EXPECT_EQ(before[i] != after[i], selected) << cell;
  }
}

}  // namespace
}  // namespace filterlens
