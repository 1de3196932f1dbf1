// What the rollout's tests share: building and running a rollout (a failure fails the test), and
// networks made to probe it.
#pragma once

#include <memory>
#include <vector>

#include "core/explain/rollout.h"
#include "dense_oracle.h"
#include "toy_network.h"

namespace filterlens {

inline constexpr double kExact = 1e-12;

using Vector = std::vector<double>;

double sum(const Vector& values);
double largestDifference(const Vector& a, const Vector& b);

Rollout buildRollout(const Trace& trace, const RolloutOptions& options = {});
RelevanceFlow flowFrom(const Rollout& rollout, int layer, Grid<double> start);
RelevanceFlow ancestryOf(const Rollout& rollout, int layer, int cell);

/// Every weighting, fusion and the null chain; residual weights at and between the ends; discards.
std::vector<RolloutOptions> allOptions();

/// A random distribution over the cells of a layer's output.
Grid<double> randomStart(ToyNetwork& toy, int layer);

/// A network of one layer, whose output is that layer's attention alone. k: selected cells of a
/// Filter layer, bins per side of a Pooled one.
std::unique_ptr<ToyNetwork> oneLayer(int size, StageKind kind, int k = 0, int encoderLayers = 1,
                                     std::uint64_t seed = 1);

/// The rows of the matrix of such a network, by asking for the ancestry of every output cell.
oracle::Matrix rowsOf(const Rollout& rollout, int cells);

/// One head in which every token attends to all alike, or only to itself.
AttentionTrace uniformAttention(int tokens);
AttentionTrace identityAttention(int tokens);

}  // namespace filterlens
