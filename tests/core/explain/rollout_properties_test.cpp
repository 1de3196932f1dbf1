// The twelve properties that a rollout over a hybrid network must have, each against a dense oracle
// or a closed form.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <future>
#include <numeric>

#include "core/explain/gradcam.h"
#include "core/explain/rollout.h"
#include "dense_oracle.h"
#include "toy_network.h"

namespace filterlens {
namespace {

constexpr double kExact = 1e-12;

using Vector = std::vector<double>;

double sum(const Vector& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largestDifference(const Vector& a, const Vector& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

Rollout buildRollout(const Trace& trace, const RolloutOptions& options = {},
                     int downTo = kInputLayer) {
  auto rollout = Rollout::build(trace, options, downTo);
  EXPECT_TRUE(rollout.ok()) << rollout.error().sentence;
  return std::move(*rollout);
}

RelevanceFlow flowFrom(const Rollout& rollout, int layer, Grid<double> start) {
  auto flow = rollout.handBack(layer, std::move(start));
  EXPECT_TRUE(flow.ok()) << flow.error().sentence;
  return std::move(*flow);
}

RelevanceFlow ancestryOf(const Rollout& rollout, int layer, int cell) {
  auto flow = rollout.ancestry(layer, cell);
  EXPECT_TRUE(flow.ok()) << flow.error().sentence;
  return std::move(*flow);
}

/// A random distribution over the cells of a layer's output.
Grid<double> randomStart(ToyNetwork& toy, int layer) {
  const MapGeometry& output = toy.trace.layers[static_cast<std::size_t>(layer)].outputGeometry;
  Grid<double> start(output.rows(), output.cols());
  for (double& value : start.values) value = toy.uniform(0, 1);
  const double total = sum(start.values);
  for (double& value : start.values) value /= total;
  return start;
}

/// Every weighting, fusion and the null chain; residual weights at and between the ends; discards.
std::vector<RolloutOptions> allOptions() {
  std::vector<RolloutOptions> all;
  for (const auto convolution : {ConvolutionWeighting::Activity, ConvolutionWeighting::Kernel,
                                 ConvolutionWeighting::Structural}) {
    for (const auto heads : {HeadFusion::Mean, HeadFusion::Max, HeadFusion::Min}) {
      RolloutOptions options;
      options.convolution = convolution;
      options.headFusion = heads;
      all.push_back(options);
    }
  }
  for (const double weight : {0.0, 0.3, 1.0}) {
    all.push_back({});
    all.back().residualWeight = weight;
  }
  for (const double discard : {0.1, 0.9, 0.99}) {
    all.push_back({});
    all.back().discard = discard;
  }
  all.push_back(nullOptions(0.5));
  return all;
}

/// The number of steps up to and with the last one of a layer.
std::size_t stepsUpTo(const Trace& trace, int layer) {
  return static_cast<std::size_t>(
      std::count_if(trace.mixing.begin(), trace.mixing.end(),
                    [&](const MixingStep& step) { return step.layer <= layer; }));
}

/// A network of one layer, whose output is that layer's attention alone.
std::unique_ptr<ToyNetwork> oneLayer(int size, StageKind kind, int k = 0, int encoderLayers = 1,
                                     std::uint64_t seed = 1) {
  auto toy = std::make_unique<ToyNetwork>(size, size, seed);
  if (kind == StageKind::Filter) toy->filter(k, 3, encoderLayers);
  if (kind == StageKind::Pooled) toy->pooled(k, 3, encoderLayers);
  if (kind == StageKind::Full) toy->full(3, encoderLayers);
  toy->finish();
  return toy;
}

AttentionTrace uniformAttention(int tokens) {
  const auto n = static_cast<std::size_t>(tokens);
  return {1, tokens, floatArray({1, tokens, tokens}, std::vector<float>(n * n, 1.0F))};
}

AttentionTrace identityAttention(int tokens) {
  const auto n = static_cast<std::size_t>(tokens);
  std::vector<float> weights(n * n, 0.0F);
  for (std::size_t i = 0; i < n; ++i) weights[i * n + i] = 1;
  return {1, tokens, floatArray({1, tokens, tokens}, weights)};
}

/// The rows of a one-step rollout, by asking for the ancestry of every output cell.
oracle::Matrix rowsOf(const Rollout& rollout, int cells) {
  oracle::Matrix rows;
  for (int cell = 0; cell < cells; ++cell) {
    rows.push_back(ancestryOf(rollout, 0, cell).input.values);
  }
  return rows;
}

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

TEST(RolloutProperty02, MassIsKeptAtEveryStage) {
  for (const int encoderLayers : {1, 3}) {
    const auto toy = ToyNetwork::small(2, encoderLayers);
    for (const RolloutOptions& options : allOptions()) {
      const RelevanceFlow flow =
          flowFrom(buildRollout(toy->trace, options), 5, uniformStart(toy->trace));
      for (int layer = kInputLayer; layer < 6; ++layer) {
        EXPECT_NEAR(sum(flow.at(layer).values), 1, kExact) << layer;
      }
    }
  }
}

TEST(RolloutProperty03, TheChainEqualsTheProductOfDenseMatrices) {
  for (const int encoderLayers : {1, 2}) {
    const auto toy = ToyNetwork::small(3, encoderLayers);
    for (const RolloutOptions& options : allOptions()) {
      const Rollout rollout = buildRollout(toy->trace, options);
      // From the 2x2 map (the last has one cell, which leaves nothing to choose).
      const Grid<double> start = randomStart(*toy, 4);
      const RelevanceFlow flow = flowFrom(rollout, 4, start);
      for (int below = kInputLayer; below < 4; ++below) {
        const std::size_t first = below == kInputLayer ? 0 : stepsUpTo(toy->trace, below);
        const auto dense = oracle::chain(toy->trace, first, stepsUpTo(toy->trace, 4), options);
        EXPECT_LT(
            largestDifference(flow.at(below).values, oracle::transposedTimes(dense, start.values)),
            kExact)
            << below;
      }
    }
  }
}

TEST(RolloutProperty03, EachStepEqualsItsDenseMatrix) {
  const auto toy = ToyNetwork::small(4, 2);
  for (const RolloutOptions& options : allOptions()) {
    const Rollout rollout = buildRollout(toy->trace, options);
    for (int layer = 1; layer < 6; ++layer) {
      const Grid<double> start = randomStart(*toy, layer);
      const auto dense = oracle::chain(toy->trace, stepsUpTo(toy->trace, layer - 1),
                                       stepsUpTo(toy->trace, layer), options);
      EXPECT_LT(largestDifference(flowFrom(rollout, layer, start).at(layer - 1).values,
                                  oracle::transposedTimes(dense, start.values)),
                kExact)
          << layer;
    }
  }
}

TEST(RolloutProperty03, HandingBackIsTheAdjointOfTheDenseProduct) {
  const auto toy = ToyNetwork::small(5);
  const Grid<double> start = randomStart(*toy, 3);
  Vector x(33 * 33);
  for (double& value : x) value = toy->uniform(-1, 1);
  const auto dense = oracle::chain(toy->trace, 0, stepsUpTo(toy->trace, 3), {});
  const RelevanceFlow flow = flowFrom(buildRollout(toy->trace), 3, start);
  EXPECT_NEAR(dot(oracle::times(dense, x), start.values), dot(x, flow.input.values), kExact);
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

/// Attention rollout as published: A_aug = rownorm(A + I) per layer, R = A_aug_m ... A_aug_1; the
/// row of the class token, which is token 0.
Vector abnarAndZuidema(const LayerTrace& layer, HeadFusion fusion) {
  const auto n = static_cast<std::size_t>(layer.attention[0].tokens);
  oracle::Matrix r = oracle::identity(n);
  for (const AttentionTrace& attention : layer.attention) {
    RolloutOptions options;
    options.headFusion = fusion;
    oracle::Matrix augmented = oracle::attention(attention, options);
    for (std::size_t i = 0; i < n; ++i) {
      augmented[i][i] += 1;
      const double total = sum(augmented[i]);
      for (double& entry : augmented[i]) entry /= total;
    }
    r = oracle::product(augmented, r);
  }
  return r[0];
}

TEST(RolloutProperty07, AttentionAloneIsAbnarAndZuidemasRollout) {
  const auto toy = oneLayer(4, StageKind::Filter, 16, 4, 7);
  for (const auto fusion : {HeadFusion::Mean, HeadFusion::Max, HeadFusion::Min}) {
    RolloutOptions options;
    options.headFusion = fusion;
    const Vector classToken = ancestryOf(buildRollout(toy->trace, options), 0, 0).input.values;
    EXPECT_LT(largestDifference(classToken, abnarAndZuidema(toy->trace.layers[0], fusion)), 1e-6);
  }
}

TEST(RolloutProperty08, PixelsThatTheStemNeverReadsHoldExactlyZero) {
  // 34 pixels: the last window of the unpadded 5x5 stem with stride 2 ends at pixel 32. So it is
  // with 224 (222), the size that the networks are trained with.
  for (const int size : {34, 224}) {
    ToyNetwork toy(size, size);
    toy.convolution(5, 2, 0).convolution(3, 1, 1, true);
    toy.pooled(5).convolution(3, 2, 1);
    toy.filter(9).convolution(3, 2, 1).finish();
    for (const RolloutOptions& options : allOptions()) {
      const RelevanceFlow flow =
          flowFrom(buildRollout(toy.trace, options), 1, uniformStart(toy.trace));
      double seen = 1;
      for (int row = 0; row < size; ++row) {
        for (int col = 0; col < size; ++col) {
          const bool unread = row == size - 1 || col == size - 1;
          if (unread) {
            ASSERT_EQ(flow.input.at(row, col), 0);
          } else {
            seen = std::min(seen, flow.input.at(row, col));
          }
        }
      }
      EXPECT_GT(seen, 0) << size;  // every other pixel is read
    }
  }
}

TEST(RolloutProperty09, WithoutAttentionRelevanceStaysInTheReceptiveField) {
  ToyNetwork toy(65, 65);
  toy.convolution(5, 2, 0).convolution(3, 1, 1, true);  // 31
  toy.filter(9).convolution(3, 2, 1);                   // 16
  toy.full(2).convolution(3, 2, 1).finish();            // 8
  for (LayerTrace& layer : toy.trace.layers) {
    layer.attention = {identityAttention(layer.attention[0].tokens)};
  }
  const Rollout rollout = buildRollout(toy.trace);
  for (int cell = 0; cell < 64; ++cell) {
    // Rows first .. last of the input under an output row, kernel by kernel.
    const auto field = [](int index) {
      int first = index;
      int last = index;
      for (const auto& [kernel, stride, padding] :
           {std::array{3, 2, 1}, std::array{3, 2, 1}, std::array{3, 1, 1}, std::array{5, 2, 0}}) {
        first = first * stride - padding;
        last = last * stride - padding + kernel - 1;
      }
      return std::pair(first, last);
    };
    const auto [top, bottom] = field(cell / 8);
    const auto [left, right] = field(cell % 8);
    const Grid<double> seen = ancestryOf(rollout, 1, cell).input;
    for (int row = 0; row < 65; ++row) {
      for (int col = 0; col < 65; ++col) {
        const bool inside = row >= top && row <= bottom && col >= left && col <= right;
        ASSERT_TRUE(inside || seen.at(row, col) == 0) << cell << ' ' << row << ' ' << col;
      }
    }
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

TEST(RolloutProperty11, TheClassStartIsGradCamOfTheLastMap) {
  ToyNetwork toy(9, 9);
  toy.full().convolution(3, 2, 1).finish();
  const auto evidence = gradCamBeforeRelu(toy.trace.layers[0]);
  ASSERT_TRUE(evidence);
  double total = 0;
  for (const float value : evidence->values) total += std::max(value, 0.0F);
  const auto start = classStart(toy.trace);
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->isUniform);
  EXPECT_GT(total, 0);
  EXPECT_DOUBLE_EQ(start->evidence, total);
  EXPECT_NEAR(sum(start->relevance.values), 1, kExact);
  for (std::size_t i = 0; i < evidence->values.size(); ++i) {
    EXPECT_NEAR(start->relevance.values[i] * total, std::max(evidence->values[i], 0.0F), 1e-9);
  }
}

TEST(RolloutProperty11, WithoutEvidenceTheStartIsUniformAndSaysSo) {
  ToyNetwork toy(9, 9);
  toy.full().convolution(3, 2, 1).finish();
  LayerTrace& layer = toy.trace.layers[0];
  layer.gradient = floatArray(layer.gradient.shape, std::vector<float>(75, 0.0F));  // a zeroed head
  const auto start = classStart(toy.trace);
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->isUniform);
  EXPECT_EQ(start->evidence, 0);
  EXPECT_EQ(start->relevance.values, Vector(25, 1.0 / 25));
}

TEST(RolloutProperty12, EveryThreadComputesTheSameBits) {
  const auto toy = ToyNetwork::small(12, 2);
  const auto compute = [&toy] {
    return flowFrom(buildRollout(toy->trace), 5, uniformStart(toy->trace)).input.values;
  };
  const Vector once = compute();
  std::vector<std::future<Vector>> threads;
  for (int i = 0; i < 4; ++i) threads.push_back(std::async(std::launch::async, compute));
  for (auto& thread : threads) EXPECT_EQ(thread.get(), once);
}

}  // namespace
}  // namespace filterlens
