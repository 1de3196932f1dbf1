// The rules of layer-wise relevance propagation (Bach et al., PLoS ONE 10(7), 2015; Montavon et
// al., "Layer-wise relevance propagation: an overview", 2019), one short function each. All are
// written from the papers.
//
// A rule takes what a layer was given (x), what it gave (z) and the relevance of that (R, shape of
// z), and returns the relevance of x. What does not arrive is booked as absorbed.
// stab(z) = z + epsilon * sgn(z) with sgn(0) = +1.
#pragma once

#include <utility>

#include <torch/types.h>

#include "core/lrp/relevance.h"

namespace filterlens::lrp {

/// A rule and its constants.
struct Rule {
  LrpRule kind = LrpRule::Epsilon;
  double gamma = 0.25;
  double alpha = 2;
  double low = -1;  ///< of a pixel's values, after normalisation (ZBox)
  double high = 1;
};

/// The books of one pass: its stabiliser, and what was absorbed so far.
struct Ledger {
  double epsilon = 1e-6;
  AbsorbedRelevance absorbed = {};
};

/// R / stab(z), of which the stabiliser's share is booked.
torch::Tensor stabilisedRatio(const torch::Tensor& relevance, const torch::Tensor& z, Ledger&);

/// A linear layer [.., in] -> [.., out] or a convolution [1, in, H, W] -> [1, out, H', W'].
struct Affine {
  torch::Tensor weight;  ///< [out, in], or [out, in / groups, k, k]
  torch::Tensor bias;    ///< [out]
  int stride = 1;
  int padding = 0;
  int groups = 1;

  [[nodiscard]] bool isConvolution() const { return weight.dim() == 4; }
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& x) const;
  /// The layer with another kernel of the same shape and another bias (undefined: none).
  [[nodiscard]] torch::Tensor apply(const torch::Tensor& x, const torch::Tensor& kernel,
                                    const torch::Tensor& shift = {}) const;
  /// The transposed layer: from the shape of z back to the shape of x.
  [[nodiscard]] torch::Tensor transposed(const torch::Tensor& s, const torch::Tensor& kernel,
                                         const torch::Tensor& x) const;
};

/// Relevance through a linear or convolution layer, z = forward(x):
///   Epsilon    R_i = x_i sum_j w_ji R_j / stab(z_j)
///   Gamma      generalised to inputs of both signs: contributions of the sign of z_j weigh 1 +
///   gamma ZPlus      positive contributions only; AlphaBeta: alpha times those of the positive
///   part minus
///              alpha - 1 times those of the negative part
///   Flat       every input alike; WSquare: w_ji^2 in place of x_i w_ji
///   ZBox       x_i w_ji - low w_ji^+ - high w_ji^-, for pixels in [low, high]
torch::Tensor throughAffine(const Rule&, const Affine&, const torch::Tensor& x,
                            const torch::Tensor& z, const torch::Tensor& relevance, Ledger&);

/// Relevance of both terms of a + b, in proportion to them (norm rule).
std::pair<torch::Tensor, torch::Tensor> throughSum(const torch::Tensor& a, const torch::Tensor& b,
                                                   const torch::Tensor& relevance, Ledger&);

/// Relevance of x in x + constant; the constant's share counts as bias.
torch::Tensor throughAddedConstant(const torch::Tensor& x, const torch::Tensor& constant,
                                   const torch::Tensor& relevance, Ledger&);

/// Adaptive average pooling of a map to rows x cols, smaller or larger, and its norm rule.
torch::Tensor averagePool(const torch::Tensor& x, std::int64_t rows, std::int64_t cols);
torch::Tensor throughAveragePool(const torch::Tensor& x, const torch::Tensor& z,
                                 const torch::Tensor& relevance, Ledger&);

/// LayerNorm over the last dimension with its standard deviation as a constant: what is left is
/// linear, and takes the epsilon rule (AttnLRP, section 3.3.2).
torch::Tensor throughLayerNorm(const torch::Tensor& x, const torch::Tensor& z,
                               const torch::Tensor& weight, const torch::Tensor& bias, double eps,
                               const torch::Tensor& relevance, Ledger&);

/// Softmax over the last dimension, s = softmax(x) (AttnLRP, proposition 3.1):
/// R_i = x_i (R_i - s_i sum_j R_j). What the expansion's constant term takes is booked.
torch::Tensor throughSoftmax(const torch::Tensor& x, const torch::Tensor& s,
                             const torch::Tensor& relevance, Ledger&);

/// Both factors of z = a b (matrices in the last two dimensions), half each (AttnLRP, proposition
/// 3.3): R_a = a * ((R / stab(2 z)) b^T), R_b = b * (a^T (R / stab(2 z))).
std::pair<torch::Tensor, torch::Tensor> throughMatmul(const torch::Tensor& a,
                                                      const torch::Tensor& b,
                                                      const torch::Tensor& z,
                                                      const torch::Tensor& relevance, Ledger&);

/// b in z = a b, where a is a constant (CP-LRP): R_b = b * (a^T (R / stab(z))).
torch::Tensor throughConstantMatmul(const torch::Tensor& a, const torch::Tensor& b,
                                    const torch::Tensor& z, const torch::Tensor& relevance,
                                    Ledger&);

}  // namespace filterlens::lrp
