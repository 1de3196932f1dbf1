#include "rollout_probe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace filterlens {

double sum(const Vector& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double largestDifference(const Vector& a, const Vector& b) {
  EXPECT_EQ(a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

Rollout buildRollout(const Trace& trace, const RolloutOptions& options) {
  auto rollout = Rollout::build(trace, options);
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

Grid<double> randomStart(ToyNetwork& toy, int layer) {
  const MapGeometry& output = toy.trace.layers[static_cast<std::size_t>(layer)].outputGeometry;
  Grid<double> start(output.rows(), output.cols());
  for (double& value : start.values) value = toy.uniform(0, 1);
  const double total = sum(start.values);
  for (double& value : start.values) value /= total;
  return start;
}

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
  for (const double discard : {0.0, 0.7}) {
    all.push_back({});
    all.back().attention = AttentionWeighting::Gradient;
    all.back().discard = discard;
  }
  all.push_back({});
  all.back().residuals = ResidualWeighting::Measured;
  all.push_back(all.back());
  all.back().attention = AttentionWeighting::Gradient;
  all.push_back({});
  all.back().attention = AttentionWeighting::None;
  return all;
}

std::unique_ptr<ToyNetwork> oneLayer(int size, StageKind kind, int k, int encoderLayers,
                                     std::uint64_t seed) {
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

oracle::Matrix rowsOf(const Rollout& rollout, int cells) {
  oracle::Matrix rows;
  for (int cell = 0; cell < cells; ++cell) {
    rows.push_back(ancestryOf(rollout, 0, cell).input.values);
  }
  return rows;
}

}  // namespace filterlens
