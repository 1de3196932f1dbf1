#include "relevance_oracle.h"

#include <cmath>

#include <torch/torch.h>

namespace filterlens::test {
namespace {

/// f(x) with the slope f(x) / x: relevance passes as it is.
torch::Tensor passing(const torch::Tensor& x, const torch::Tensor& y) {
  const auto zero = x == 0;
  const auto slope = y / torch::where(zero, torch::ones_like(x), x);
  return x * torch::where(zero, torch::zeros_like(x), slope).detach();
}

torch::Tensor sinusoid(int count, int width) {
  auto table = torch::zeros({count, width});
  for (int i = 0; i < width; i += 2) {
    const auto angle = torch::arange(0, count, torch::kFloat) *
                       std::exp(static_cast<float>(i) * static_cast<float>(-std::log(1e4) / width));
    table.select(1, i).copy_(torch::sin(angle));
    table.select(1, i + 1).copy_(torch::cos(angle));
  }
  return table.to(torch::kDouble);
}

/// Half the slope: each factor of a product takes half.
torch::Tensor half(const torch::Tensor& x) { return (x + x.detach()) / 2; }

torch::Tensor mapOf(const torch::Tensor& tokens, std::int64_t rows, std::int64_t cols) {
  return tokens.transpose(1, 2).reshape({1, tokens.size(2), rows, cols});
}

}  // namespace

RelevanceOracle::RelevanceOracle(std::map<std::string, torch::Tensor> weights, const Trace& trace,
                                 RelevanceOptions options)
    : weights_(std::move(weights)), trace_(trace), options_(std::move(options)) {
  for (auto& entry : weights_) entry.second = entry.second.to(torch::kDouble);
}

torch::Tensor RelevanceOracle::weight(const std::string& name) const { return weights_.at(name); }

/// The value z with the slope of `linear`, scaled by z / stab(z).
torch::Tensor RelevanceOracle::linearised(const torch::Tensor& linear,
                                          const torch::Tensor& z) const {
  const auto sign = torch::where(z < 0, -1.0, 1.0);
  const auto ratio = (z / (z + sign * options_.epsilon)).detach();
  return z.detach() + (linear - linear.detach()) * ratio;
}

torch::Tensor RelevanceOracle::linear(const std::string& path, const torch::Tensor& x) const {
  const auto bare = torch::matmul(x, weight(path + "weight").t());
  return linearised(bare, bare + weight(path + "bias"));
}

torch::Tensor RelevanceOracle::convolve(const torch::Tensor& x, const torch::Tensor& kernel,
                                        const torch::Tensor& bias, int stride, int padding) const {
  const auto groups = x.size(1) / kernel.size(1);
  const auto conv = [&](const torch::Tensor& in, const torch::Tensor& w) {
    return torch::conv2d(in, w, {}, stride, padding, 1, groups);
  };
  const auto perChannel = bias.view({1, -1, 1, 1});
  const auto bare = conv(x, kernel);
  const auto z = bare + perChannel;
  if (rule_ == LrpRule::Epsilon) return linearised(bare, z);
  const auto raised = kernel + options_.gamma * kernel.clamp_min(0);
  const auto lowered = kernel + options_.gamma * kernel.clamp_max(0);
  const auto up = conv(x.clamp_min(0), raised) + conv(x.clamp_max(0), lowered);
  const auto down = conv(x.clamp_min(0), lowered) + conv(x.clamp_max(0), raised);
  const auto chosen = torch::where(z > 0, up, down);
  const auto shift = torch::where(z > 0, perChannel + options_.gamma * perChannel.clamp_min(0),
                                  perChannel + options_.gamma * perChannel.clamp_max(0));
  // The value must stay z; its slope is that of chosen, whose sum with the bias divides.
  const auto sum = chosen + shift;
  const auto stabilised = sum + torch::where(sum < 0, -1.0, 1.0) * options_.epsilon;
  return z.detach() + (chosen - chosen.detach()) * (z / stabilised).detach();
}

torch::Tensor RelevanceOracle::pixels(const torch::Tensor& kernel, const torch::Tensor& bias) {
  const auto conv = [&](const torch::Tensor& in, const torch::Tensor& w) {
    return torch::conv2d(in, w, {}, 2);
  };
  const auto z = torch::conv2d(leaves_[0], kernel, bias, 2);
  leaves_.push_back(torch::full_like(leaves_[0], -1).requires_grad_());
  leaves_.push_back(torch::full_like(leaves_[0], 1).requires_grad_());
  const auto box = conv(leaves_[0], kernel) - conv(leaves_[1], kernel.clamp_min(0)) -
                   conv(leaves_[2], kernel.clamp_max(0));
  const auto stabilised = box + torch::where(box < 0, -1.0, 1.0) * options_.epsilon;
  return z.detach() + (box - box.detach()) * (z / stabilised).detach();
}

torch::Tensor RelevanceOracle::convNorm(const std::string& conv, const std::string& norm,
                                        const torch::Tensor& x, int stride, int padding) {
  const auto scale = weight(norm + ".weight") / (weight(norm + ".running_var") + 1e-5).sqrt();
  auto bias = weight(norm + ".bias") - weight(norm + ".running_mean") * scale;
  if (weights_.count(conv + ".bias") != 0) bias = bias + weight(conv + ".bias") * scale;
  const auto kernel = weight(conv + ".weight") * scale.view({-1, 1, 1, 1});
  if (rule_ == LrpRule::ZBox) return pixels(kernel, bias);
  return convolve(x, kernel, bias, stride, padding);
}

torch::Tensor RelevanceOracle::invertedResidual(const std::string& path, const torch::Tensor& x,
                                                const Stage&, int out, int stride, int expand) {
  auto y = x;
  const auto unit = [&](const std::string& name, int s, int padding) {
    const auto block = path + ".block." + name + ".block.";
    return convNorm(block + "conv", block + "norm", y, s, padding);
  };
  const auto activated = [](const torch::Tensor& t) { return passing(t, torch::silu(t)); };
  if (expand != 1) y = activated(unit("exp_1x1", 1, 0));
  y = activated(unit("conv_3x3", stride, 1));
  y = unit("red_1x1", 1, 0);
  return stride == 1 && x.size(1) == out ? sum(x, y) : y;
}

torch::Tensor RelevanceOracle::sum(const torch::Tensor& a, const torch::Tensor& b) const {
  return linearised(a + b, a + b);
}

torch::Tensor RelevanceOracle::pool(const torch::Tensor& x, std::int64_t rows,
                                    std::int64_t cols) const {
  const auto y = torch::adaptive_avg_pool2d(x, {rows, cols});
  return linearised(y, y);
}

torch::Tensor RelevanceOracle::product(const torch::Tensor& a, const torch::Tensor& b) const {
  const auto z = torch::matmul(a, b).detach();
  if (!options_.throughSoftmax) return linearised(torch::matmul(a.detach(), b), z);
  const auto sign = torch::where(z < 0, -1.0, 1.0);
  const auto y = torch::matmul(half(a), b.detach()) + torch::matmul(a.detach(), half(b));
  return z + (y - y.detach()) * (2 * z / (2 * z + sign * options_.epsilon));
}

torch::Tensor RelevanceOracle::layerNorm(const std::string& path, const torch::Tensor& x) const {
  const auto deviation = (x.var(-1, false, true) + 1e-5).sqrt().detach();
  const auto bare = (x - x.mean(-1, true)) / deviation * weight(path + ".weight");
  return linearised(bare, bare + weight(path + ".bias"));
}

torch::Tensor RelevanceOracle::encoder(const std::string& path, torch::Tensor tokens,
                                       const Stage& s) const {
  const auto width = tokens.size(2);
  for (int i = 0; i < s.layers; ++i) {
    const auto layer = path + "." + std::to_string(i);
    const auto projected = linear(layer + ".self_attn.in_proj_", tokens).chunk(3, -1);
    const auto perHead = [&](const torch::Tensor& t) {
      return t.view({1, t.size(1), s.heads, width / s.heads}).transpose(1, 2);
    };
    const auto query = perHead(projected[0]) / std::sqrt(static_cast<double>(width / s.heads));
    const auto key = perHead(projected[1]).transpose(2, 3);
    const auto scores =
        options_.throughSoftmax ? product(query, key) : torch::matmul(query, key).detach();
    const auto mixed = product(torch::softmax(scores, -1), perHead(projected[2]));
    const auto joined = mixed.transpose(1, 2).reshape(tokens.sizes());
    tokens =
        layerNorm(layer + ".norm1", sum(tokens, linear(layer + ".self_attn.out_proj.", joined)));
    const auto before = linear(layer + ".linear1.", tokens);
    const auto hidden = passing(before, torch::relu(before));
    tokens = layerNorm(layer + ".norm2", sum(tokens, linear(layer + ".linear2.", hidden)));
  }
  return tokens;
}

torch::Tensor RelevanceOracle::selecting(const Stage& s, const torch::Tensor& x) {
  const std::string module(s.module);
  const auto path = module + ".leaky_attention";
  const LayerTrace& recorded = trace_.layers[static_cast<std::size_t>(trace_.findLayer(module))];
  auto map = x;
  if (s.kind == StageKind::Filter) {
    const auto conv = path + ".conv.layer1.";
    const auto response =
        torch::conv2d(x, weight(conv + "0.weight"), weight(conv + "0.bias"), 1,
                      s.filterDilation * (s.filterKernel - 1) / 2, s.filterDilation);
    const auto scale = weight(conv + "1.weight") / (weight(conv + "1.running_var") + 1e-5).sqrt();
    const auto normed =
        (response - weight(conv + "1.running_mean")) * scale + weight(conv + "1.bias");
    map = x * torch::sigmoid(torch::gelu(normed)).detach();
  }
  const std::vector<std::int64_t> chosen(recorded.selection.begin(), recorded.selection.end());
  const auto cells = torch::tensor(chosen);
  const auto rows = torch::div(cells, x.size(3), "floor");
  const auto placed = sinusoid(s.grid * s.grid, s.in).index({rows * s.grid + cells % x.size(3)});
  const auto pixels = map.flatten(2).transpose(1, 2);
  const auto tokens = pixels.index_select(1, cells) + placed;
  const auto answer = encoder(path + ".trans", linearised(tokens, tokens.detach()), s);
  const auto all = pixels.index_copy(1, cells, answer);
  return invertedResidual(module + ".conv_block", mapOf(all, x.size(2), x.size(3)), s, s.out,
                          s.stride, s.expand);
}

torch::Tensor RelevanceOracle::stage(const Stage& s, const torch::Tensor& x) {
  const std::string module(s.module);
  switch (s.kind) {
    case StageKind::Stem: {
      const auto y = convNorm(module + ".layer1.0", module + ".layer1.1", x, 2, 0);
      return passing(y, torch::leaky_relu(y, 0.1));
    }
    case StageKind::InvertedResidual:
      return invertedResidual(module, x, s, s.out, s.stride, s.expand);
    case StageKind::AdaptivePool:
      return pool(x, s.grid, s.grid);
    case StageKind::Filter:
    case StageKind::Dropout:
      return selecting(s, x);
    case StageKind::Pooled: {
      auto tokens = pool(x, s.grid, s.grid).flatten(2).transpose(1, 2);
      tokens = sum(tokens, sinusoid(s.grid * s.grid, s.in).unsqueeze(0));
      const auto answer = mapOf(encoder(module + ".trans", tokens, s), s.grid, s.grid);
      return invertedResidual(module + ".conv", sum(x, pool(answer, x.size(2), x.size(3))), s,
                              s.out, s.stride, s.expand);
    }
    case StageKind::Full: {
      const int width = s.in / s.reduce;
      auto y = s.reduce == 1 ? x : invertedResidual(module + ".reduce", x, s, width, 1, 1);
      y = encoder(module + ".trans", y.flatten(2).transpose(1, 2), s);
      y = mapOf(y, x.size(2), x.size(3));
      if (s.reduce != 1) y = invertedResidual(module + ".expand", y, s, s.in, 1, 1);
      return invertedResidual(module + ".conv", sum(x, y), s, s.out, s.stride, s.expand);
    }
  }
  return x;
}

torch::Tensor RelevanceOracle::logits(const torch::Tensor& input) {
  const LrpComposite& composite = *findLrpComposite(options_.composite);
  leaves_ = {input.to(torch::kDouble).requires_grad_()};
  layerOutputs_.clear();
  auto x = leaves_[0];
  bool full = false;
  for (const auto& s : trace_.architecture->stages) {
    full = full || s.kind == StageKind::Full;
    rule_ = full ? composite.above : composite.early;
    if (s.kind == StageKind::Stem) rule_ = composite.pixels;
    x = stage(s, x);
    if (s.isLayer()) layerOutputs_.push_back(x);
  }
  x = pool(x, 1, 1).flatten(1);
  if (trace_.architecture->headHidden == 0) return linear("classifier.0.", x);
  const auto hidden = linear("mlp_head.0.", x);
  return linear("mlp_head.3.", passing(hidden, torch::gelu(hidden)));
}

std::vector<torch::Tensor> RelevanceOracle::maps(const torch::Tensor& input) {
  const auto logit = logits(input)[0][trace_.targetClass];
  auto sources = layerOutputs_;
  sources.insert(sources.end(), leaves_.begin(), leaves_.end());
  const auto gradients = torch::autograd::grad({logit}, sources);
  std::vector<torch::Tensor> relevance;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    relevance.push_back((sources[i] * gradients[i]).detach()[0].sum(0));
  }
  // The bounds' shares belong to the pixels.
  while (relevance.size() > layerOutputs_.size() + 1) {
    const auto bound = relevance.back();
    relevance.pop_back();
    relevance[layerOutputs_.size()] += bound;
  }
  return relevance;
}

}  // namespace filterlens::test
