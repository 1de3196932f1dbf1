// Gradients of attention, and what residuals keep, against a network written down independently.
#include "core/model/attention_gradients.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 10;
constexpr std::uint64_t kSeed = 5;
constexpr int kTarget = 3;

struct RunCase : NoiseRun {
  RunCase(const char* id, int size) : NoiseRun(id, size, kClasses, kSeed, kTarget) {}

  /// The target's logit in double, with something added to the weights of one attention.
  [[nodiscard]] double logit(const std::string& attention, const torch::Tensor& added) const {
    const PlainNetwork network(*architecture,
                               inDouble(formulaTensors(*architecture, kClasses, kSeed)),
                               {.addedAttention = {{attention, added}}});
    std::map<std::string, torch::Tensor> selections;
    for (const auto& layer : trace.layers) {
      if (layer.selection.empty()) continue;
      selections.emplace(
          layer.name,
          torch::tensor(std::vector<std::int64_t>(layer.selection.begin(), layer.selection.end()))
              .unsqueeze(0));
    }
    const torch::NoGradGuard noGrad;
    return network.forward(asTensor(input).to(torch::kDouble), selections)[0][kTarget]
        .item<double>();
  }
};

std::string encoderModule(const LayerTrace& layer, std::size_t index) {
  const bool selects =
      layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout;
  return layer.name + (selects ? ".leaky_attention.trans." : ".trans.") + std::to_string(index) +
         ".self_attn";
}

torch::Tensor tensorOf(const FloatArray& array) {
  return torch::from_blob(const_cast<float*>(array.data.get()), array.shape).to(torch::kDouble);
}

void expectFiniteDifferences(const RunCase& run) {
  const auto filled = withAttentionGradients(run.trace);
  ASSERT_TRUE(filled) << filled.error().sentence;
  torch::manual_seed(1);
  for (const LayerTrace& layer : filled->layers) {
    ASSERT_FALSE(layer.attention.empty());
    for (std::size_t i = 0; i < layer.attention.size(); ++i) {
      const auto gradient = tensorOf(layer.attention[i].gradient);
      ASSERT_EQ(layer.attention[i].gradient.shape, layer.attention[i].weights.shape);
      // Along the gradient itself and along a random direction of the same length.
      for (const bool own : {true, false}) {
        auto direction = own ? gradient : torch::randn_like(gradient);
        direction = direction / direction.norm();
        const double step = 1e-4;
        const auto path = encoderModule(layer, i);
        const double slope =
            (run.logit(path, direction * step) - run.logit(path, -direction * step)) / (2 * step);
        const double expected = (gradient * direction).sum().item<double>();
        const double length = gradient.norm().item<double>();
        EXPECT_GT(length, 0) << path;
        EXPECT_NEAR(slope, expected, 1e-3 * length) << path;
      }
    }
  }
}

TEST(AttentionGradients, AreFiniteDifferencesInEveryKindOfLayer) {
  expectFiniteDifferences(RunCase("compact", 128));
  expectFiniteDifferences(RunCase("dropout-compact", 128));
}

TEST(AttentionGradients, FollowTheTargetOfTheTrace) {
  const RunCase run("compact", 128);
  const auto other = run.model->followTarget(run.trace, 7);
  ASSERT_TRUE(other);
  const auto first = withAttentionGradients(run.trace);
  const auto later = withAttentionGradients(*other);
  const auto again = withAttentionGradients(run.trace);
  const auto values = [](const Result<Trace>& trace) {
    const auto span = trace->layers[0].attention[0].gradient.span();
    return std::vector<float>(span.begin(), span.end());
  };
  EXPECT_NE(values(first), values(later));
  EXPECT_EQ(values(first), values(again));
  EXPECT_TRUE(run.trace.layers[0].attention[0].gradient.empty());
}

TEST(AttentionGradients, NeedARecordAndATarget) {
  const RunCase run("compact", 128);
  Trace untargeted = run.trace;
  untargeted.targetClass = -1;
  EXPECT_EQ(withAttentionGradients(untargeted).error().sentence,
            "Gradients of attention need a target class, and this run followed none; choose one.");
  EXPECT_FALSE(withAttentionGradients(Trace{}));
}

TEST(KeptShares, AreWithinZeroAndOneAndEverywhere) {
  for (const char* id : {"compact", "s2"}) {
    const RunCase run(id, findArchitecture(id)->defaultInputSize);
    const auto expectShares = [&](std::span<const float> shares, int count) {
      ASSERT_EQ(shares.size(), static_cast<std::size_t>(count));
      for (const float share : shares) ASSERT_TRUE(share > 0 && share < 1) << share;
    };
    for (const LayerTrace& layer : run.trace.layers) {
      for (const auto& attention : layer.attention) {
        expectShares(attention.kept, attention.tokens);
      }
    }
    for (const MixingStep& step : run.trace.mixing) {
      if (const auto* convolution = std::get_if<ConvolutionMixing>(&step.how)) {
        if (convolution->skip) {
          expectShares(convolution->kept.values, convolution->inputRows * convolution->inputCols);
        }
      } else if (const auto* attention = std::get_if<AttentionMixing>(&step.how)) {
        const auto kind = run.trace.layers[static_cast<std::size_t>(attention->layer)].stage->kind;
        const bool around = kind == StageKind::Pooled || kind == StageKind::Full;
        expectShares(attention->kept.values, around ? attention->rows * attention->cols : 0);
      }
    }
  }
}

TEST(KeptShares, AreTheNormsOfTheTwoTerms) {
  const auto x = torch::tensor({3.0F, 4.0F, 0.0F, 0.0F}).view({1, 2, 1, 2}).transpose(1, 3);
  const auto branch = torch::tensor({0.0F, 5.0F, 0.0F, 0.0F}).view({1, 2, 1, 2}).transpose(1, 3);
  const auto shares = keptShare(x, branch, 1);
  EXPECT_NEAR(shares[0][0][0].item<float>(), 0.5, 1e-6);  // |3, 4| beside |0, 5|
  EXPECT_NEAR(shares[0][0][1].item<float>(), 0.5, 1e-6);  // 0 beside 0
}

}  // namespace
}  // namespace filterlens::test
