// Properties of the rollout's whole chain: 2 mass, 3 dense oracle, 7 reduction to attention
// rollout, 8 coverage, 9 receptive field, 11 class start, 12 determinism.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <future>
#include <numeric>

#include "core/explain/gradcam.h"
#include "core/explain/rollout.h"
#include "dense_oracle.h"
#include "rollout_probe.h"
#include "toy_network.h"

namespace filterlens {
namespace {

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The number of steps up to and with the last one of a layer.
std::size_t stepsUpTo(const Trace& trace, int layer) {
  return static_cast<std::size_t>(
      std::count_if(trace.mixing.begin(), trace.mixing.end(),
                    [&](const MixingStep& step) { return step.layer <= layer; }));
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
  Vector x(33UL * 33UL);
  for (double& value : x) value = toy->uniform(-1, 1);
  const auto dense = oracle::chain(toy->trace, 0, stepsUpTo(toy->trace, 3), {});
  const RelevanceFlow flow = flowFrom(buildRollout(toy->trace), 3, start);
  EXPECT_NEAR(dot(oracle::times(dense, x), start.values), dot(x, flow.input.values), kExact);
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
  std::array<std::future<Vector>, 4> threads;
  for (auto& thread : threads) thread = std::async(std::launch::async, compute);
  for (auto& thread : threads) EXPECT_EQ(thread.get(), once);
}

}  // namespace
}  // namespace filterlens
