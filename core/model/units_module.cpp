#include "core/model/units_module.h"

#include <cmath>

#include <torch/torch.h>

#include "core/model/attention_gradients_internal.h"
#include "core/model/training_ops_internal.h"

namespace filterlens {
namespace {

torch::nn::Conv2dOptions optionsOf(const ConvolutionShape& shape) {
  return torch::nn::Conv2dOptions(shape.in, shape.out, shape.kernel)
      .stride(shape.stride)
      .padding(shape.padding)
      .groups(shape.groups)
      .bias(shape.bias);
}

ConvolutionShape depthwise(int channels, int stride) {
  return {.in = channels,
          .out = channels,
          .kernel = 3,
          .stride = stride,
          .padding = 1,
          .groups = channels};
}

/// scale and shift that a BatchNorm applies in evaluation, in double: [C] each.
std::pair<torch::Tensor, torch::Tensor> scaleAndShift(const torch::nn::BatchNorm2dImpl& norm) {
  const auto variance = norm.running_var.to(torch::kDouble);
  const auto scale = norm.weight.to(torch::kDouble) / (variance + norm.options.eps()).sqrt();
  const auto shift = norm.bias.to(torch::kDouble) - norm.running_mean.to(torch::kDouble) * scale;
  return {scale, shift};
}

/// [C] as [1, C, 1, 1], in the type of x.
torch::Tensor perChannel(const torch::Tensor& values, const torch::Tensor& x) {
  return values.to(x.scalar_type()).view({1, -1, 1, 1});
}

}  // namespace

void attach(torch::nn::Module& parent, const std::string& path,
            std::shared_ptr<torch::nn::Module> child) {
  const auto dot = path.find('.');
  if (dot == std::string::npos) {
    parent.register_module(path, std::move(child));
    return;
  }
  const auto head = path.substr(0, dot);
  const auto known = parent.named_children();
  const auto* found = known.find(head);
  auto holder =
      found ? *found : parent.register_module(head, std::make_shared<torch::nn::Module>());
  attach(*holder, path.substr(dot + 1), std::move(child));
}

torch::Tensor batchNorm(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x) {
  if (norm.is_training()) return norm.forward(x);
  const auto [scale, shift] = scaleAndShift(norm);
  return x * perChannel(scale, x) + perChannel(shift, x);
}

ConvNorm::ConvNorm(const ConvolutionShape& shape, const std::string& convName,
                   const std::string& normName)
    : shape_(shape),
      conv_(register_module(convName, std::make_shared<torch::nn::Conv2dImpl>(optionsOf(shape)))),
      norm_(register_module(normName, std::make_shared<torch::nn::BatchNorm2dImpl>(
                                          torch::nn::BatchNorm2dOptions(shape.out)))) {}

torch::Tensor ConvNorm::forward(const torch::Tensor& x) {
  if (!foldedWeight_.defined()) return batchNorm(*norm_, conv_->forward(x));
  return torch::conv2d(x, foldedWeight_, foldedBias_, shape_.stride, shape_.padding, 1,
                       shape_.groups);
}

void ConvNorm::fold() {
  const torch::NoGradGuard noGrad;
  // The bias first: with the weight it would be taken for folded already.
  foldedBias_ = effectiveBias();
  foldedWeight_ = effectiveWeight();
}

torch::Tensor ConvNorm::effectiveBias() const {
  if (foldedBias_.defined()) return foldedBias_;
  const auto [scale, shift] = scaleAndShift(*norm_);
  const auto bias = conv_->bias.defined() ? conv_->bias.to(torch::kDouble) * scale + shift : shift;
  return bias.to(conv_->weight.scalar_type());
}

torch::Tensor ConvNorm::effectiveWeight() const {
  if (foldedWeight_.defined()) return foldedWeight_;
  const auto scale = scaleAndShift(*norm_).first.view({-1, 1, 1, 1});
  return (conv_->weight.to(torch::kDouble) * scale).to(conv_->weight.scalar_type());
}

InvertedResidual::InvertedResidual(int in, int out, int stride, int expand)
    : depthwise_(std::make_shared<ConvNorm>(depthwise(in * expand, stride), "conv", "norm")),
      reduce_(std::make_shared<ConvNorm>(ConvolutionShape{.in = in * expand, .out = out}, "conv",
                                         "norm")),
      skip_(stride == 1 && in == out) {
  if (expand != 1) {
    expand_ =
        std::make_shared<ConvNorm>(ConvolutionShape{.in = in, .out = in * expand}, "conv", "norm");
    attach(*this, "block.exp_1x1.block", expand_);
  }
  attach(*this, "block.conv_3x3.block", depthwise_);
  attach(*this, "block.red_1x1.block", reduce_);
}

torch::Tensor InvertedResidual::forward(const torch::Tensor& x, ConvolutionMixing* mixing) {
  // The parts know whether this is training: a block may hold them without holding this module.
  if (expand_ && !mixing && canTrainFast(*depthwise_, x)) {
    return trainInvertedResidual(x,
                                 {.expand = expand_->weight(),
                                  .depthwise = depthwise_->weight(),
                                  .reduce = reduce_->weight(),
                                  .norms = {expand_->norm(), depthwise_->norm(), reduce_->norm()},
                                  .stride = depthwise_->shape().stride});
  }
  const auto hidden = expand_ ? torch::silu(expand_->forward(x)) : x;
  if (mixing) {
    *mixing = convolutionMixing(hidden, depthwise_->effectiveWeight(), depthwise_->shape().stride,
                                depthwise_->shape().padding);
    mixing->skip = skip_;
  }
  const auto y = reduce_->forward(torch::silu(depthwise_->forward(hidden)));
  if (mixing && skip_) mixing->kept = toGrid(keptShare(x, y, 1));
  return skip_ ? x + y : y;
}

EncoderLayer::EncoderLayer(int width, int heads, int hidden)
    : heads_(heads),
      out_(std::make_shared<torch::nn::LinearImpl>(width, width)),
      linear1_(register_module("linear1", std::make_shared<torch::nn::LinearImpl>(width, hidden))),
      linear2_(register_module("linear2", std::make_shared<torch::nn::LinearImpl>(hidden, width))),
      norm1_(register_module("norm1", std::make_shared<torch::nn::LayerNormImpl>(
                                          torch::nn::LayerNormOptions({width})))),
      norm2_(register_module("norm2", std::make_shared<torch::nn::LayerNormImpl>(
                                          torch::nn::LayerNormOptions({width})))) {
  auto attention = register_module("self_attn", std::make_shared<torch::nn::Module>());
  inWeight_ = attention->register_parameter("in_proj_weight", torch::empty({3 * width, width}));
  inBias_ = attention->register_parameter("in_proj_bias", torch::zeros({3 * width}));
  attention->register_module("out_proj", out_);
  torch::nn::init::xavier_uniform_(inWeight_);
  torch::nn::init::zeros_(out_->bias);
}

torch::Tensor EncoderLayer::attend(const torch::Tensor& tokens, AttentionTrace* attention) {
  const auto batch = tokens.size(0);
  const auto count = tokens.size(1);
  const auto width = tokens.size(2);
  const auto headWidth = width / heads_;
  // [3, B, heads, N, headWidth]
  const auto qkv = torch::linear(tokens, inWeight_, inBias_)
                       .view({batch, count, 3, heads_, headWidth})
                       .permute({2, 0, 3, 1, 4});
  const auto query = qkv[0] * (1.0 / std::sqrt(static_cast<double>(headWidth)));
  auto weights = torch::softmax(torch::matmul(query, qkv[1].transpose(-2, -1)), -1);
  if (attention) {
    // Where nothing before it is followed, the graph begins here.
    if (!weights.requires_grad() && torch::GradMode::is_enabled()) weights.requires_grad_();
    *attention = {.heads = heads_,
                  .tokens = static_cast<int>(count),
                  .weights = toFloatArray(weights[0]),
                  .node = keptNode(weights)};
  }
  const auto mixed = torch::matmul(torch::dropout(weights, dropout_, is_training()), qkv[2]);
  return out_->forward(mixed.transpose(1, 2).reshape({batch, count, width}));
}

torch::Tensor EncoderLayer::trainFast(const torch::Tensor& tokens) {
  return trainEncoderLayer(tokens,
                           {inWeight_, inBias_, out_->weight, out_->bias, linear1_->weight,
                            linear1_->bias, linear2_->weight, linear2_->bias, norm1_->weight,
                            norm1_->bias, norm2_->weight, norm2_->bias},
                           {.heads = heads_,
                            .hidden = static_cast<int>(linear1_->weight.size(0)),
                            .dropout = dropout_,
                            .seed = dropout_ > 0 ? drawSeed() : 0,
                            .epsilon = norm1_->options.eps()});
}

torch::Tensor EncoderLayer::forward(const torch::Tensor& tokens, AttentionTrace* attention) {
  if (!attention && canTrainFast(*this, tokens)) return trainFast(tokens);
  const auto drop = [this](const torch::Tensor& t) {
    return torch::dropout(t, dropout_, is_training());
  };
  const auto answer = attend(tokens, attention);
  if (attention) {
    const auto kept = keptShare(tokens, answer, -1).to(torch::kFloat).contiguous();
    attention->kept.assign(kept.data_ptr<float>(), kept.data_ptr<float>() + kept.numel());
  }
  const auto x = norm1_->forward(tokens + drop(answer));
  const auto hidden = drop(torch::relu(linear1_->forward(x)));
  return norm2_->forward(x + drop(linear2_->forward(hidden)));
}

torch::Tensor sinusoidTable(int count, int width) {
  // In float32 throughout, as the authors compute it: another precision moves late positions.
  const auto position = torch::arange(0, count, torch::kFloat).unsqueeze(1);
  const auto frequency =
      torch::exp(torch::arange(0, width, 2).to(torch::kFloat) * (-std::log(10000.0) / width));
  const auto angle = position * frequency;
  return torch::stack({torch::sin(angle), torch::cos(angle)}, -1).view({count, width});
}

}  // namespace filterlens
