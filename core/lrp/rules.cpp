#include "core/lrp/rules_internal.h"

#include <torch/torch.h>

namespace filterlens::lrp {
namespace {

double sumOf(const torch::Tensor& values) { return values.sum(torch::kDouble).item<double>(); }

/// sum of a * b over all elements.
double sumOfProducts(const torch::Tensor& a, const torch::Tensor& b) { return sumOf(a * b); }

/// s [.., out] or [1, out, H, W] summed over all but the outputs: [out].
torch::Tensor perOutput(const Affine& layer, const torch::Tensor& s) {
  if (layer.isConvolution()) return s.sum(torch::IntArrayRef({0, 2, 3}));
  return s.reshape({-1, s.size(-1)}).sum(0);
}

void bookBias(const Affine& layer, const torch::Tensor& bias, const torch::Tensor& s,
              Ledger& ledger) {
  ledger.absorbed.bias += sumOfProducts(bias, perOutput(layer, s));
}

torch::Tensor epsilonRule(const Affine& layer, const torch::Tensor& x, const torch::Tensor& z,
                          const torch::Tensor& relevance, Ledger& ledger) {
  const auto s = stabilisedRatio(relevance, z, ledger);
  bookBias(layer, layer.bias, s, ledger);
  return layer.transposed(s, layer.weight, x).mul_(x);
}

/// Every contribution c = x w (or bias) enters as c + gamma max(c, 0) where z > 0 and as
/// c + gamma min(c, 0) where z < 0. With max(c, 0) = (c + |c|) / 2 both become
/// (1 + gamma / 2) c + gamma / 2 sgn(z) |c|: one more convolution, of |x| with |w|, is enough.
torch::Tensor gammaRule(double gamma, const Affine& layer, const torch::Tensor& x,
                        const torch::Tensor& z, const torch::Tensor& relevance, Ledger& ledger) {
  const double plain = 1 + gamma / 2;
  const double absolute = gamma / 2;
  const auto magnitude = x.abs();
  const auto kernel = layer.weight.abs();
  const auto bias = layer.bias.abs();
  const auto sign = z.sign();
  const auto denominator = layer.apply(magnitude, kernel, bias).mul_(sign).mul_(absolute);
  auto s = stabilisedRatio(relevance, denominator.add_(z, plain), ledger);
  const auto silent = z == 0;
  if (silent.any().item<bool>()) {  // nothing passes where z = 0; s was R / epsilon there
    s.masked_fill_(silent, 0);
  }
  const auto signedRatio = s * sign;
  ledger.absorbed.bias += plain * sumOfProducts(layer.bias, perOutput(layer, s)) +
                          absolute * sumOfProducts(bias, perOutput(layer, signedRatio));
  const auto fromPlain = layer.transposed(s, layer.weight, x).mul_(x).mul_(plain);
  return fromPlain.addcmul_(layer.transposed(signedRatio, kernel, x), magnitude, absolute);
}

/// One part of alpha-beta: the contributions of x^+ with `kernel` and of x^- with `opposite`. They
/// are added up as they are: taken from sums of both parts they would drown in its rounding.
torch::Tensor onePart(const Affine& layer, const torch::Tensor& x, const torch::Tensor& kernel,
                      const torch::Tensor& opposite, const torch::Tensor& bias,
                      const torch::Tensor& relevance, Ledger& ledger) {
  const auto above = x.clamp_min(0);
  const auto below = x.clamp_max(0);
  const auto part = layer.apply(above, kernel, bias).add_(layer.apply(below, opposite));
  const auto s = stabilisedRatio(relevance, part, ledger);
  bookBias(layer, bias, s, ledger);
  return layer.transposed(s, kernel, x)
      .mul_(above)
      .addcmul_(layer.transposed(s, opposite, x), below);
}

torch::Tensor alphaBetaRule(double alpha, const Affine& layer, const torch::Tensor& x,
                            const torch::Tensor& relevance, Ledger& ledger) {
  const auto positive = layer.weight.clamp_min(0);
  const auto negative = layer.weight.clamp_max(0);
  auto result =
      onePart(layer, x, positive, negative, layer.bias.clamp_min(0), relevance * alpha, ledger);
  if (alpha == 1) return result;
  return result.add_(onePart(layer, x, negative, positive, layer.bias.clamp_max(0),
                             relevance * (1 - alpha), ledger));
}

torch::Tensor flatRule(const Affine& layer, const torch::Tensor& x, const torch::Tensor& relevance,
                       Ledger& ledger) {
  const auto kernel = torch::ones_like(layer.weight);
  const auto s = stabilisedRatio(relevance, layer.apply(torch::ones_like(x), kernel), ledger);
  return layer.transposed(s, kernel, x);
}

torch::Tensor wSquareRule(const Affine& layer, const torch::Tensor& x,
                          const torch::Tensor& relevance, Ledger& ledger) {
  const auto kernel = layer.weight.square();
  const auto bias = layer.bias.square();
  const auto s = stabilisedRatio(relevance, layer.apply(torch::ones_like(x), kernel, bias), ledger);
  bookBias(layer, bias, s, ledger);
  return layer.transposed(s, kernel, x);
}

torch::Tensor zBoxRule(const Rule& rule, const Affine& layer, const torch::Tensor& x,
                       const torch::Tensor& relevance, Ledger& ledger) {
  const auto low = torch::full_like(x, rule.low);
  const auto high = torch::full_like(x, rule.high);
  const auto positive = layer.weight.clamp_min(0);
  const auto negative = layer.weight.clamp_max(0);
  // No bias: b - b^+ - b^- = 0.
  const auto z =
      layer.apply(x, layer.weight) - layer.apply(low, positive) - layer.apply(high, negative);
  const auto s = stabilisedRatio(relevance, z, ledger);
  return x * layer.transposed(s, layer.weight, x) - low * layer.transposed(s, positive, x) -
         high * layer.transposed(s, negative, x);
}

/// Where sizes divide, a larger map is a copy and its transposed a sum of blocks, both cheaper.
bool copies(const torch::Tensor& x, std::int64_t rows, std::int64_t cols) {
  return rows % x.size(2) == 0 && cols % x.size(3) == 0;
}

torch::Tensor poolTransposed(const torch::Tensor& s, const torch::Tensor& x) {
  if (!copies(x, s.size(2), s.size(3))) return at::_adaptive_avg_pool2d_backward(s, x);
  const auto rows = s.size(2) / x.size(2);
  const auto cols = s.size(3) / x.size(3);
  return s.view({x.size(0), x.size(1), x.size(2), rows, x.size(3), cols})
      .sum(torch::IntArrayRef({3, 5}));
}

}  // namespace

torch::Tensor stabilisedRatio(const torch::Tensor& relevance, const torch::Tensor& z,
                              Ledger& ledger) {
  const auto stabiliser = torch::full_like(z, ledger.epsilon).copysign_(z);
  auto ratio = relevance / (z + stabiliser);
  ledger.absorbed.stabiliser += sumOfProducts(ratio, stabiliser);
  return ratio;
}

torch::Tensor Affine::forward(const torch::Tensor& x) const { return apply(x, weight, bias); }

torch::Tensor Affine::apply(const torch::Tensor& x, const torch::Tensor& kernel,
                            const torch::Tensor& shift) const {
  if (!isConvolution()) return torch::linear(x, kernel, shift);
  return torch::conv2d(x, kernel, shift, stride, padding, 1, groups);
}

torch::Tensor Affine::transposed(const torch::Tensor& s, const torch::Tensor& kernel,
                                 const torch::Tensor& x) const {
  if (!isConvolution()) return torch::matmul(s, kernel);
  return std::get<0>(at::convolution_backward(s, x, kernel, c10::nullopt, {stride, stride},
                                              {padding, padding}, {1, 1}, false, {0, 0}, groups,
                                              {true, false, false}));
}

torch::Tensor throughAffine(const Rule& rule, const Affine& layer, const torch::Tensor& x,
                            const torch::Tensor& z, const torch::Tensor& relevance,
                            Ledger& ledger) {
  switch (rule.kind) {
    case LrpRule::Epsilon:
      return epsilonRule(layer, x, z, relevance, ledger);
    case LrpRule::Gamma:
      return gammaRule(rule.gamma, layer, x, z, relevance, ledger);
    case LrpRule::ZPlus:
      return alphaBetaRule(1, layer, x, relevance, ledger);
    case LrpRule::AlphaBeta:
      return alphaBetaRule(rule.alpha, layer, x, relevance, ledger);
    case LrpRule::Flat:
      return flatRule(layer, x, relevance, ledger);
    case LrpRule::WSquare:
      return wSquareRule(layer, x, relevance, ledger);
    case LrpRule::ZBox:
      return zBoxRule(rule, layer, x, relevance, ledger);
  }
  return {};
}

std::pair<torch::Tensor, torch::Tensor> throughSum(const torch::Tensor& a, const torch::Tensor& b,
                                                   const torch::Tensor& relevance, Ledger& ledger) {
  const auto s = stabilisedRatio(relevance, a + b, ledger);
  return {a * s, b * s};
}

torch::Tensor throughAddedConstant(const torch::Tensor& x, const torch::Tensor& constant,
                                   const torch::Tensor& relevance, Ledger& ledger) {
  auto [arrived, absorbed] = throughSum(x, constant, relevance, ledger);
  ledger.absorbed.bias += sumOf(absorbed);
  return arrived;
}

torch::Tensor averagePool(const torch::Tensor& x, std::int64_t rows, std::int64_t cols) {
  if (copies(x, rows, cols)) return torch::upsample_nearest2d(x, {rows, cols});
  return torch::adaptive_avg_pool2d(x, {rows, cols});
}

torch::Tensor throughAveragePool(const torch::Tensor& x, const torch::Tensor& z,
                                 const torch::Tensor& relevance, Ledger& ledger) {
  return poolTransposed(stabilisedRatio(relevance, z, ledger).contiguous(), x).mul_(x);
}

torch::Tensor throughLayerNorm(const torch::Tensor& x, const torch::Tensor& z,
                               const torch::Tensor& weight, const torch::Tensor& bias, double eps,
                               const torch::Tensor& relevance, Ledger& ledger) {
  const auto s = stabilisedRatio(relevance, z, ledger);
  ledger.absorbed.bias += sumOfProducts(bias, s.reshape({-1, s.size(-1)}).sum(0));
  const auto deviation = (x.var(-1, /*unbiased=*/false, /*keepdim=*/true) + eps).sqrt();
  const auto u = s * weight / deviation;
  return x * (u - u.mean(-1, /*keepdim=*/true));  // the transposed of x - mean(x)
}

}  // namespace filterlens::lrp
