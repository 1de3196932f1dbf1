#include "tests/support/plain_network.h"

#include <cmath>

#include <torch/torch.h>

#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

constexpr double kEpsilon = 1e-5;

torch::Tensor sinusoid(int count, int width) {
  auto table = torch::zeros({count, width});
  const auto position = torch::arange(0, count, torch::kFloat).unsqueeze(1);
  const auto frequency =
      torch::exp(torch::arange(0, width, 2).to(torch::kFloat) * (-std::log(10000.0) / width));
  using torch::indexing::Slice;
  table.index_put_({Slice(), Slice(0, torch::indexing::None, 2)}, torch::sin(position * frequency));
  table.index_put_({Slice(), Slice(1, torch::indexing::None, 2)}, torch::cos(position * frequency));
  return table;
}

}  // namespace

PlainNetwork::PlainNetwork(const Architecture& a, std::map<std::string, torch::Tensor> weights,
                           PlainMode mode)
    : architecture_(a), weights_(std::move(weights)), mode_(std::move(mode)) {
  for (const auto& s : a.stages) {
    if (s.grid != 0 && s.heads != 0) {
      positions_.emplace(s.module, sinusoid(s.grid * s.grid, s.in));
    }
  }
}

const torch::Tensor& PlainNetwork::positions(const Stage& s) const {
  return positions_.at(std::string(s.module));
}

torch::Tensor PlainNetwork::drop(const torch::Tensor& x) const {
  return torch::dropout(x, mode_.dropout, mode_.dropout != 0);
}

torch::Tensor PlainNetwork::rectified(const std::string& module, const torch::Tensor& z,
                                      double leak) const {
  return mode_.rectify ? mode_.rectify(module, z, leak) : torch::leaky_relu(z, leak);
}

torch::Tensor PlainNetwork::norm(const std::string& path, const torch::Tensor& x) const {
  if (!mode_.batchStatistics && x.requires_grad()) {
    // Torch 1.13's own gradient is wrong at batch 1 where the incoming one is strided as
    // channels-last.
    const auto scale =
        weight(path + ".weight") / torch::sqrt(weight(path + ".running_var") + kEpsilon);
    const auto shift = weight(path + ".bias") - weight(path + ".running_mean") * scale;
    return x * scale.view({-1, 1, 1}) + shift.view({-1, 1, 1});
  }
  return torch::batch_norm(x, weight(path + ".weight"), weight(path + ".bias"),
                           weight(path + ".running_mean"), weight(path + ".running_var"),
                           mode_.batchStatistics, 0.1, kEpsilon, true);
}

torch::Tensor PlainNetwork::linear(const std::string& path, const torch::Tensor& x) const {
  return torch::linear(x, weight(path + ".weight"), weight(path + ".bias"));
}

torch::Tensor PlainNetwork::convNorm(const std::string& path, const torch::Tensor& x, int stride,
                                     int padding, int groups) const {
  const auto y =
      torch::conv2d(x, weight(path + ".block.conv.weight"), {}, stride, padding, 1, groups);
  return norm(path + ".block.norm", y);
}

torch::Tensor PlainNetwork::invertedResidual(const std::string& path, const torch::Tensor& x,
                                             int out, int stride, int expand) const {
  auto y = x;
  if (expand != 1) y = torch::silu(convNorm(path + ".block.exp_1x1", y, 1, 0, 1));
  const auto hidden = static_cast<int>(y.size(1));
  y = torch::silu(convNorm(path + ".block.conv_3x3", y, stride, 1, hidden));
  y = convNorm(path + ".block.red_1x1", y, 1, 0, 1);
  return stride == 1 && x.size(1) == out ? x + y : y;
}

torch::Tensor PlainNetwork::encoder(const std::string& path, torch::Tensor tokens, int heads,
                                    int layers) const {
  const auto width = tokens.size(2);
  for (int i = 0; i < layers; ++i) {
    const auto layer = path + "." + std::to_string(i);
    const auto attention = layer + ".self_attn";
    const auto projected = torch::linear(tokens, weight(attention + ".in_proj_weight"),
                                         weight(attention + ".in_proj_bias"))
                               .chunk(3, -1);
    const auto perHead = [&](const torch::Tensor& t) {
      return t.view({t.size(0), t.size(1), heads, width / heads}).transpose(1, 2);
    };
    const auto scores =
        torch::matmul(perHead(projected[0]), perHead(projected[1]).transpose(2, 3)) /
        std::sqrt(static_cast<double>(width / heads));
    auto weights = torch::softmax(scores, -1);
    const auto added = mode_.addedAttention.find(attention);
    if (added != mode_.addedAttention.end()) weights = weights + added->second;
    const auto mixed = torch::matmul(drop(weights), perHead(projected[2]));
    const auto joined = mixed.transpose(1, 2).contiguous().view_as(tokens);
    const auto layerNorm = [&](const char* name, const torch::Tensor& x) {
      return torch::layer_norm(x, {width}, weight(layer + name + ".weight"),
                               weight(layer + name + ".bias"), kEpsilon);
    };
    tokens = layerNorm(".norm1", tokens + drop(linear(attention + ".out_proj", joined)));
    const auto first = layer + ".linear1";
    const auto hidden = drop(rectified(first, linear(first, tokens), 0));
    tokens = layerNorm(".norm2", tokens + drop(linear(layer + ".linear2", hidden)));
  }
  return tokens;
}

torch::Tensor PlainNetwork::pooled(const Stage& s, const torch::Tensor& x) const {
  const std::string module(s.module);
  if (mode_.withoutEncoder.contains(module)) {
    return invertedResidual(module + ".conv", x, s.out, s.stride, s.expand);
  }
  auto tokens = torch::adaptive_avg_pool2d(x, {s.grid, s.grid}).flatten(2).transpose(1, 2);
  tokens = encoder(module + ".trans", tokens + positions(s), s.heads, s.layers);
  const auto map = tokens.transpose(1, 2).contiguous().view({x.size(0), s.in, s.grid, s.grid});
  const auto y = x + torch::adaptive_avg_pool2d(map, {x.size(2), x.size(3)});
  return invertedResidual(module + ".conv", y, s.out, s.stride, s.expand);
}

torch::Tensor PlainNetwork::selecting(
    const Stage& s, torch::Tensor x, const std::map<std::string, torch::Tensor>& selections) const {
  const std::string module(s.module);
  const auto path = module + ".leaky_attention";
  const auto cols = x.size(3);
  torch::Tensor cells;  // [B, K]
  if (s.kind == StageKind::Filter) {
    const auto conv = path + ".conv.layer1";
    const int padding = s.filterDilation * (s.filterKernel - 1) / 2;
    const auto response = torch::conv2d(x, weight(conv + ".0.weight"), weight(conv + ".0.bias"), 1,
                                        padding, s.filterDilation);
    const auto importance = torch::sigmoid(torch::gelu(norm(conv + ".1", response)));
    cells = std::get<1>(torch::topk(importance.flatten(1), s.k, 1));
    x = x * importance;
  }
  if (mode_.withoutEncoder.contains(module)) {
    return invertedResidual(module + ".conv_block", x, s.out, s.stride, s.expand);
  }
  const auto given = selections.find(module);
  if (given != selections.end()) cells = given->second.expand({x.size(0), -1});
  cells = std::get<0>(cells.sort(1));
  auto pixels = x.flatten(2).transpose(1, 2).clone();  // [B, H * W, C]
  const auto batch = torch::arange(x.size(0)).unsqueeze(1);
  const auto rows = torch::div(cells, cols, "floor");
  const auto placed = positions(s).index({rows * s.grid + cells % cols});
  const auto answer =
      encoder(path + ".trans", pixels.index({batch, cells}) + placed, s.heads, s.layers);
  pixels.index_put_({batch, cells}, answer);
  const auto map = pixels.transpose(1, 2).reshape(x.sizes());
  return invertedResidual(module + ".conv_block", map, s.out, s.stride, s.expand);
}

torch::Tensor PlainNetwork::full(const Stage& s, const torch::Tensor& x) const {
  const std::string module(s.module);
  const int width = s.in / s.reduce;
  auto y = s.reduce == 1 ? x : invertedResidual(module + ".reduce", x, width, 1, 1);
  if (!mode_.withoutEncoder.contains(module)) {
    const auto tokens = encoder(module + ".trans", y.flatten(2).transpose(1, 2), s.heads, s.layers);
    y = tokens.transpose(1, 2).reshape({x.size(0), width, x.size(2), x.size(3)});
  }
  if (s.reduce != 1) y = invertedResidual(module + ".expand", y, s.in, 1, 1);
  return invertedResidual(module + ".conv", x + y, s.out, s.stride, s.expand);
}

torch::Tensor PlainNetwork::stage(const Stage& s, const torch::Tensor& x,
                                  const std::map<std::string, torch::Tensor>& selections) const {
  const std::string module(s.module);
  switch (s.kind) {
    case StageKind::Stem: {
      const auto y = torch::conv2d(x, weight(module + ".layer1.0.weight"),
                                   weight(module + ".layer1.0.bias"), 2);
      return rectified(module, norm(module + ".layer1.1", y), 0.1);
    }
    case StageKind::InvertedResidual:
      return invertedResidual(module, x, s.out, s.stride, s.expand);
    case StageKind::AdaptivePool:
      return torch::adaptive_avg_pool2d(x, {s.grid, s.grid});
    case StageKind::Pooled:
      return pooled(s, x);
    case StageKind::Filter:
    case StageKind::Dropout:
      return selecting(s, x, selections);
    case StageKind::Full:
      return full(s, x);
  }
  return x;
}

torch::Tensor PlainNetwork::forward(torch::Tensor x,
                                    const std::map<std::string, torch::Tensor>& selections) const {
  for (const auto& s : architecture_.stages) x = stage(s, x, selections);
  x = torch::adaptive_avg_pool2d(x, {1, 1}).flatten(1);
  if (architecture_.headHidden == 0) return linear("classifier.0", x);
  const auto hidden = torch::gelu(linear("mlp_head.0", x));
  return linear("mlp_head.3", torch::dropout(hidden, mode_.headDropout, mode_.headDropout != 0));
}

std::map<std::string, torch::Tensor> formulaTensors(const Architecture& a, int classes,
                                                    std::uint64_t seed) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& tensor : formulaWeights(a, classes, seed)) {
    tensors.emplace(tensor.name, torch::tensor(tensor.toFloat()).view(tensor.shape));
  }
  return tensors;
}

std::map<std::string, torch::Tensor> inDouble(std::map<std::string, torch::Tensor> weights) {
  for (auto& [name, tensor] : weights) tensor = tensor.to(torch::kDouble);
  return weights;
}

}  // namespace filterlens::test
