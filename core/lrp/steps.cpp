#include "core/lrp/steps_internal.h"

#include <cmath>

#include <torch/torch.h>

namespace filterlens::lrp {
namespace {

constexpr double kLayerNormEpsilon = 1e-5;

/// [1, N, C] -> [heads, N, C / heads]
torch::Tensor perHead(const torch::Tensor& tokens, int heads) {
  return tokens[0].view({tokens.size(1), heads, -1}).transpose(0, 1);
}

/// [heads, N, C / heads] -> [1, N, C]
torch::Tensor joined(const torch::Tensor& heads) {
  return heads.transpose(0, 1).reshape({1, heads.size(1), -1});
}

Step layerNormStep(const torch::Tensor& x, const std::string& path, Pass& pass) {
  const auto weight = pass.weights.tensor(path + ".weight");
  const auto bias = pass.weights.tensor(path + ".bias");
  const auto z = torch::layer_norm(x, {x.size(-1)}, weight, bias, kLayerNormEpsilon);
  return {z, [=, &pass](const torch::Tensor& r) {
            return throughLayerNorm(x, z, weight, bias, kLayerNormEpsilon, r, pass.ledger);
          }};
}

/// Relevance of queries, keys and values, [heads, N, width] each, as one tensor [1, N, 3 C].
torch::Tensor throughAttention(const torch::Tensor& query, const torch::Tensor& key,
                               const torch::Tensor& value, const torch::Tensor& scores,
                               const torch::Tensor& weights, const torch::Tensor& mixed,
                               const torch::Tensor& relevance, Ledger& ledger) {
  const auto [ofWeights, ofValue] = throughMatmul(weights, value, mixed, relevance, ledger);
  const auto ofScores = throughSoftmax(scores, weights, ofWeights, ledger);
  const auto [ofQuery, ofKey] =
      throughMatmul(query, key.transpose(-2, -1), scores, ofScores, ledger);
  return torch::cat({joined(ofQuery), joined(ofKey.transpose(-2, -1)), joined(ofValue)}, -1);
}

Step attentionStep(const torch::Tensor& tokens, const std::string& path, int heads, Pass& pass) {
  const Affine in{pass.weights.tensor(path + ".in_proj_weight"),
                  pass.weights.tensor(path + ".in_proj_bias")};
  const auto projected = in.forward(tokens);
  const auto parts = projected.chunk(3, -1);
  const auto width = static_cast<double>(tokens.size(2) / heads);
  const auto query = perHead(parts[0], heads) / std::sqrt(width);
  const auto key = perHead(parts[1], heads);
  const auto value = perHead(parts[2], heads);
  const auto scores = torch::matmul(query, key.transpose(-2, -1));
  const auto weights = torch::softmax(scores, -1);
  const auto mixed = torch::matmul(weights, value);
  const Step out =
      affineStep(joined(mixed), pass.weights.linear(path + ".out_proj"), pass.above, pass);
  return {out.value, [=, &pass](const torch::Tensor& r) {
            const auto ofMixed = perHead(out.back(r), heads);
            if (pass.throughSoftmax) {
              const auto ofProjected =
                  throughAttention(query, key, value, scores, weights, mixed, ofMixed, pass.ledger);
              return throughAffine(pass.above, in, tokens, projected, ofProjected, pass.ledger);
            }
            const auto ofValue = throughConstantMatmul(weights, value, mixed, ofMixed, pass.ledger);
            // Only the rows of the values carry relevance.
            const Affine values{in.weight.chunk(3)[2], in.bias.chunk(3)[2]};
            return throughAffine(pass.above, values, tokens, parts[2], joined(ofValue),
                                 pass.ledger);
          }};
}

Step encoderLayerStep(const torch::Tensor& tokens, const std::string& path, int heads, Pass& pass) {
  const auto attended =
      residualStep(tokens, attentionStep(tokens, path + ".self_attn", heads, pass), pass);
  const auto x = chain(attended, layerNormStep(attended.value, path + ".norm1", pass));
  auto hidden = affineStep(x.value, pass.weights.linear(path + ".linear1"), pass.above, pass);
  hidden.value = torch::relu(hidden.value);
  const auto branch = chain(
      hidden, affineStep(hidden.value, pass.weights.linear(path + ".linear2"), pass.above, pass));
  const auto sum = chain(x, residualStep(x.value, branch, pass));
  return chain(sum, layerNormStep(sum.value, path + ".norm2", pass));
}

}  // namespace

Weights::Weights(const Network& network) {
  for (const auto& module : network.named_modules()) {
    if (const auto* unit = dynamic_cast<const ConvNorm*>(module.value().get())) {
      convolutions_.emplace(module.key(), unit);
    }
  }
  for (const auto& parameter : network.named_parameters()) {
    tensors_.emplace(parameter.key(), parameter.value().detach());
  }
}

Affine Weights::convolution(const std::string& path) const {
  const ConvNorm& unit = *convolutions_.at(path);
  const auto& shape = unit.shape();
  return {unit.effectiveWeight().detach(), unit.effectiveBias().detach(), shape.stride,
          shape.padding, shape.groups};
}

Affine Weights::linear(const std::string& path) const {
  return {tensor(path + ".weight"), tensor(path + ".bias")};
}

const torch::Tensor& Weights::tensor(const std::string& name) const { return tensors_.at(name); }

Step chain(Step first, Step second) {
  auto value = second.value;
  return {std::move(value), [before = std::move(first.back), after = std::move(second.back)](
                                const torch::Tensor& r) { return before(after(r)); }};
}

Step residualStep(const torch::Tensor& x, const Step& branch, Pass& pass) {
  return {x + branch.value, [x, branch, &pass](const torch::Tensor& r) {
            const auto [direct, around] = throughSum(x, branch.value, r, pass.ledger);
            return direct + branch.back(around);
          }};
}

Step affineStep(const torch::Tensor& x, const Affine& layer, const Rule& rule, Pass& pass) {
  const auto z = layer.forward(x);
  return {z, [=, &pass](const torch::Tensor& r) {
            return throughAffine(rule, layer, x, z, r, pass.ledger);
          }};
}

Step invertedResidualStep(const torch::Tensor& x, const std::string& path, const Rule& rule,
                          Pass& pass) {
  bool skip = true;  // keeps the size and the channels
  Step step{x, [](const torch::Tensor& r) { return r; }};
  const auto convolve = [&](const char* unit, bool activate) {
    const auto layer = pass.weights.convolution(path + unit);
    auto next = affineStep(step.value, layer, rule, pass);
    if (activate) next.value = torch::silu(next.value);
    skip = skip && layer.stride == 1;
    step = chain(std::move(step), std::move(next));
  };
  if (pass.weights.hasConvolution(path + ".block.exp_1x1.block")) {
    convolve(".block.exp_1x1.block", true);
  }
  convolve(".block.conv_3x3.block", true);
  convolve(".block.red_1x1.block", false);
  return skip && step.value.size(1) == x.size(1) ? residualStep(x, step, pass) : step;
}

Step encoderStep(const torch::Tensor& tokens, const std::string& path, const Stage& stage,
                 Pass& pass) {
  Step step{tokens, [](const torch::Tensor& r) { return r; }};
  for (int layer = 0; layer < stage.layers; ++layer) {
    auto next = encoderLayerStep(step.value, path + "." + std::to_string(layer), stage.heads, pass);
    step = chain(std::move(step), std::move(next));
  }
  return step;
}

}  // namespace filterlens::lrp
