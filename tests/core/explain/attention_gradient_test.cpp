// Methods that weigh attention by the gradient of the class's logit.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/explain/explainer.h"
#include "core/model/attention_gradients.h"
#include "dense_oracle.h"
#include "rollout_probe.h"
#include "toy_network.h"

namespace filterlens {
namespace {

std::vector<float> mapOf(const Trace& trace, const char* id, int layer,
                         const Parameters& parameters = {}) {
  const auto map = explain(*findExplainer(id), trace, layer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return map->values.values;
}

Parameters chosen(const char* id, const char* choice) {
  Parameters parameters;
  parameters.set(id, choice);
  return parameters;
}

/// Gives every attention weight the same gradient.
void setGradients(Trace& trace, float value) {
  for (LayerTrace& layer : trace.layers) {
    for (AttentionTrace& attention : layer.attention) {
      const auto count = attention.weights.span().size();
      attention.gradient = floatArray(attention.weights.shape, std::vector<float>(count, value));
    }
  }
}

TEST(GradientRollout, AnEmptyRowIsTheIdentitys) {
  // ToyNetwork lets the first token's row speak for the class with no weight.
  const auto toy = oneLayer(3, StageKind::Full, 0, 2, 5);
  RolloutOptions options;
  options.attention = AttentionWeighting::Gradient;
  Vector onlyFirst(9);
  onlyFirst[0] = 1;
  EXPECT_EQ(ancestryOf(buildRollout(toy->trace, options), 0, 0).input.values, onlyFirst);
}

TEST(GradientRollout, GradientsThatAreAlikeLeaveAttentionAsItIs) {
  const auto toy = ToyNetwork::small(3, 2);
  setGradients(toy->trace, 0.25F);
  RolloutOptions options;
  options.attention = AttentionWeighting::Gradient;
  const auto start = uniformStart(toy->trace);
  EXPECT_LT(largestDifference(flowFrom(buildRollout(toy->trace, options), 5, start).input.values,
                              flowFrom(buildRollout(toy->trace), 5, start).input.values),
            1e-7);
}

TEST(GradientRollout, TheMethodsParameterAsksForTheGradients) {
  const auto toy = ToyNetwork::small(3);
  RolloutOptions options;
  options.attention = AttentionWeighting::Gradient;
  const auto flow =
      flowFrom(buildRollout(toy->trace, options), 5, uniformStart(toy->trace)).input.values;
  const auto parameters = chosen("attention", "gradient");
  const auto map = explain(*findExplainer("rollout"), toy->trace, kInputLayer, parameters);
  ASSERT_TRUE(map) << map.error().sentence;
  EXPECT_EQ(map->targetClass, toy->trace.targetClass);
  for (std::size_t i = 0; i < flow.size(); ++i) {
    ASSERT_EQ(map->values.values[i], static_cast<float>(flow[i]));
  }
  toy->trace.attentionGradientSource = nullptr;
  EXPECT_EQ(
      explain(*findExplainer("rollout"), toy->trace, kInputLayer, parameters).error().sentence,
      "This run kept no graph to follow a class back to its attention; run the network with "
      "recording on.");
  EXPECT_TRUE(explain(*findExplainer("rollout"), toy->trace, kInputLayer));
}

TEST(MeasuredResiduals, TheSharesOfABlockDecideWhatStays) {
  const auto toy = oneLayer(3, StageKind::Full, 0, 1, 5);
  auto& layer = toy->trace.layers[0];
  layer.attention[0].kept.assign(9, 0.0F);
  auto& mixing = std::get<AttentionMixing>(toy->trace.mixing[0].how);
  std::fill(mixing.kept.values.begin(), mixing.kept.values.end(), 0.0F);
  mixing.kept.values[4] = 1;
  RolloutOptions options;
  options.residuals = ResidualWeighting::Measured;
  const Rollout rollout = buildRollout(toy->trace, options);
  Vector onlyFourth(9);
  onlyFourth[4] = 1;
  EXPECT_EQ(ancestryOf(rollout, 0, 4).input.values, onlyFourth);
  const auto attention = oracle::attention(layer.attention[0], {});
  EXPECT_LT(largestDifference(ancestryOf(rollout, 0, 2).input.values, attention[2]), kExact);
}

TEST(MeasuredResiduals, MissingRecordsAreRefused) {
  const auto toy = ToyNetwork::small();
  toy->trace.layers[2].attention[0].kept.clear();
  const auto map =
      explain(*findExplainer("rollout"), toy->trace, kInputLayer, chosen("residuals", "measured"));
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().sentence,
            "The measured residuals in pooled.2 are missing: this run's record is damaged; run the "
            "network again.");
}

/// R <- R + F R through the dense matrices.
Vector denseChefer(const Trace& trace, AttentionWeighting attention) {
  RolloutOptions options;
  options.attention = attention;
  const auto dense = oracle::chain(trace, 0, trace.mixing.size(), options);
  return oracle::transposedTimes(dense, uniformStart(trace).values);
}

TEST(Chefer, IsTheChainOfDenseMatricesLessTheOneWithoutAttention) {
  for (const int encoderLayers : {1, 2}) {
    const auto toy = ToyNetwork::small(6, encoderLayers);
    const Vector with = denseChefer(toy->trace, AttentionWeighting::Added);
    const Vector without = denseChefer(toy->trace, AttentionWeighting::None);
    const auto added = mapOf(toy->trace, "chefer", kInputLayer);
    const auto all = mapOf(toy->trace, "chefer", kInputLayer, chosen("shows", "all"));
    for (std::size_t i = 0; i < with.size(); ++i) {
      ASSERT_NEAR(added[i], with[i] - without[i], 1e-8);
      ASSERT_NEAR(all[i], with[i], 1e-7);
      ASSERT_GE(added[i], 0);
    }
    EXPECT_GT(*std::max_element(added.begin(), added.end()), 0);
  }
}

TEST(Chefer, OneLayerIsRPlusFR) {
  const auto toy = oneLayer(2, StageKind::Filter, 4, 1, 9);
  RolloutOptions options;
  options.attention = AttentionWeighting::Added;
  const auto& attention = toy->trace.layers[0].attention[0];
  const Vector row = ancestryOf(buildRollout(toy->trace, options), 0, 2).input.values;
  for (std::size_t key = 0; key < 4; ++key) {
    double f = 0;
    for (std::size_t head = 0; head < 3; ++head) {
      const std::size_t at = (head * 4 + 2) * 4 + key;
      f += std::max(0.0, static_cast<double>(attention.weights.span()[at]) *
                             attention.gradient.span()[at]) /
           3;
    }
    EXPECT_NEAR(row[key], (key == 2 ? 1 : 0) + f, kExact);
  }
}

TEST(Chefer, WithoutEvidenceTheMapIsZeroAndSaysSo) {
  const auto toy = ToyNetwork::small();
  setGradients(toy->trace, -1);
  toy->trace.attentionGradientSource = ownAttentionGradients(toy->trace);
  const auto map = explain(*findExplainer("chefer"), toy->trace, kInputLayer);
  ASSERT_TRUE(map);
  for (const float value : map->values.values) ASSERT_EQ(value, 0);
  EXPECT_NE(map->note.find("No attention above this map"), std::string::npos);
}

TEST(Chefer, HasNoMapWhereNoAttentionLiesAbove) {
  const auto toy = ToyNetwork::small();
  EXPECT_FALSE(findExplainer("chefer")->appliesTo(toy->trace, 5));
  EXPECT_TRUE(findExplainer("chefer")->appliesTo(toy->trace, 4));
}

/// vit-explain step by step, on plain lists.
std::vector<double> vitExplain(const LayerTrace& layer, const std::string& heads, double share) {
  const auto n = static_cast<std::size_t>(layer.attention[0].tokens);
  oracle::Matrix result = oracle::identity(n);
  for (const AttentionTrace& one : layer.attention) {
    const auto weight = [&](std::size_t h, std::size_t i, std::size_t j) {
      return static_cast<double>(one.weights.span()[(h * n + i) * n + j]);
    };
    oracle::Matrix a = oracle::identity(n);
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        std::vector<double> all;
        for (std::size_t h = 0; h < static_cast<std::size_t>(one.heads); ++h) {
          all.push_back(weight(h, i, j));
        }
        a[i][j] = heads == "max"   ? *std::max_element(all.begin(), all.end())
                  : heads == "min" ? *std::min_element(all.begin(), all.end())
                                   : std::accumulate(all.begin(), all.end(), 0.0) /
                                         static_cast<double>(all.size());
        order.emplace_back(a[i][j], i * n + j);
      }
    }
    std::sort(order.begin(), order.end());
    order.resize(static_cast<std::size_t>(static_cast<double>(n * n) * share));
    for (const auto& [value, at] : order) {
      if (at != 0) a[at / n][at % n] = 0;
    }
    std::vector<double> rowSum(n);
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        a[i][j] = (a[i][j] + (i == j ? 1 : 0)) / 2;
        rowSum[i] += a[i][j];
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) a[i][j] /= rowSum[j];
    }
    result = oracle::product(a, result);
  }
  std::vector<double> mean(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) mean[j] += result[i][j] / static_cast<double>(n);
  }
  const double largest = *std::max_element(mean.begin(), mean.end());
  for (double& value : mean) value /= largest;
  return mean;
}

TEST(VitExplainRollout, IsWhatThatProjectComputes) {
  const auto toy = oneLayer(4, StageKind::Full, 0, 3, 11);
  for (const char* heads : {"mean", "max", "min"}) {
    for (const double share : {0.0, 0.5, 0.9}) {
      Parameters parameters = chosen("heads", heads);
      parameters.set("discard", share);
      const auto map = mapOf(toy->trace, "rollout_vit_explain", 0, parameters);
      const auto expected = vitExplain(toy->trace.layers[0], heads, share);
      for (std::size_t i = 0; i < map.size(); ++i) {
        EXPECT_NEAR(map[i], expected[i], 1e-6) << heads << ' ' << share;
      }
    }
  }
  EXPECT_EQ(mapOf(toy->trace, "rollout_vit_explain", 0, chosen("attention", "gradient")).size(),
            16U);
}

TEST(VitExplainRollout, IsOfferedAtFullLayersOnlyAndOffByDefault) {
  const auto toy = ToyNetwork::small();
  const Explainer& method = *findExplainer("rollout_vit_explain");
  EXPECT_FALSE(method.byDefault);
  for (int layer = kInputLayer; layer < 6; ++layer) {
    EXPECT_EQ(method.appliesTo(toy->trace, layer), layer >= 4) << layer;
  }
}

}  // namespace
}  // namespace filterlens
