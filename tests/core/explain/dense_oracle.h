// A slow second opinion on the rollout: every step as a dense matrix, entry by entry, from its
// definition alone (no code of core/explain's rollout is used).
#pragma once

#include <vector>

#include "core/explain/rollout_options.h"
#include "core/model/trace.h"

namespace filterlens::oracle {

using Matrix = std::vector<std::vector<double>>;  // [output cell][input cell]

Matrix identity(std::size_t n);
Matrix product(const Matrix& a, const Matrix& b);
/// x A + (1 - x) B.
Matrix mixture(double x, const Matrix& a, const Matrix& b);
/// A^T r.
std::vector<double> transposedTimes(const Matrix& a, const std::vector<double>& r);
/// A x.
std::vector<double> times(const Matrix& a, const std::vector<double>& x);

Matrix convolution(const ConvolutionMixing&, const RolloutOptions&);
Matrix pool(int inputRows, int inputCols, int outputRows, int outputCols);
/// Heads fused, rows normalised.
Matrix attention(const AttentionTrace&, const RolloutOptions&);
/// The encoder layers of a layer over its tokens.
Matrix encoder(const LayerTrace&, const RolloutOptions&);
Matrix step(const Trace&, const MixingStep&, const RolloutOptions&);

/// The product of the steps first ..< end of a trace.
Matrix chain(const Trace&, std::size_t first, std::size_t end, const RolloutOptions&);

}  // namespace filterlens::oracle
