// The units that all blocks are built from. Shapes: maps [B, C, H, W], tokens [B, N, C].
// Each is one code path for training and for viewing; modules carry the names of the authors' state
// dict.
#pragma once

#include <memory>
#include <string>

#include <torch/nn/module.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include "core/model/run_context_internal.h"

namespace filterlens {

/// Registers child under a dotted path below parent, with empty modules in between where they are
/// missing.
void attach(torch::nn::Module& parent, const std::string& path,
            std::shared_ptr<torch::nn::Module> child);

/// BatchNorm that is right on the CPU in 1.13: with the batch's own statistics in training, as
/// scale and shift in evaluation (its built-in evaluation gradient is wrong at batch 1 for
/// channels-last gradients).
torch::Tensor batchNorm(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x);

/// The shape of a square convolution.
struct ConvolutionShape {
  int in = 0;
  int out = 0;
  int kernel = 1;
  int stride = 1;
  int padding = 0;
  int groups = 1;
  bool bias = false;
};

/// A convolution and the BatchNorm behind it.
class ConvNorm : public torch::nn::Module {
 public:
  /// convName and normName: the two names in the state dict.
  ConvNorm(const ConvolutionShape&, const std::string& convName, const std::string& normName);

  torch::Tensor forward(const torch::Tensor& x);
  /// Multiplies the norm into the convolution, for viewing. The module can no longer be trained.
  void fold();

  /// The kernel that acts on the input: norm multiplied in, folded or not. [out, in / groups, k, k]
  [[nodiscard]] torch::Tensor effectiveWeight() const;
  /// What is added to it: [out]
  [[nodiscard]] torch::Tensor effectiveBias() const;
  [[nodiscard]] const ConvolutionShape& shape() const { return shape_; }
  [[nodiscard]] const torch::Tensor& weight() const { return conv_->weight; }
  [[nodiscard]] const torch::Tensor& bias() const { return conv_->bias; }
  [[nodiscard]] torch::nn::BatchNorm2dImpl* norm() const { return norm_.get(); }

 private:
  ConvolutionShape shape_;
  std::shared_ptr<torch::nn::Conv2dImpl> conv_;
  std::shared_ptr<torch::nn::BatchNorm2dImpl> norm_;
  torch::Tensor foldedWeight_;  // undefined until fold()
  torch::Tensor foldedBias_;
};

/// MobileNetV2's inverted residual (Sandler et al., arXiv 1801.04381): 1x1 expand (absent where
/// expand = 1), 3x3 depthwise, 1x1 reduce; adds its input where stride = 1 and in = out. [B, in, H,
/// W] -> [B, out, H/stride, W/stride]
class InvertedResidual : public torch::nn::Module {
 public:
  InvertedResidual(int in, int out, int stride, int expand);

  /// mixing: where not null, receives how positions were mixed.
  torch::Tensor forward(const torch::Tensor& x, ConvolutionMixing* mixing = nullptr);

 private:
  std::shared_ptr<ConvNorm> expand_;  // null where expand = 1
  std::shared_ptr<ConvNorm> depthwise_;
  std::shared_ptr<ConvNorm> reduce_;
  bool skip_;
};

/// One layer of the stock transformer encoder (Vaswani et al., arXiv 1706.03762; post-norm, ReLU,
/// dropout 0.1), with the attention written out so that it can be recorded. [B, N, C] -> [B, N, C]
class EncoderLayer : public torch::nn::Module {
 public:
  EncoderLayer(int width, int heads, int hidden);

  /// attention: where not null, receives the softmax weights.
  torch::Tensor forward(const torch::Tensor& tokens, AttentionTrace* attention = nullptr);
  /// The probability of dropout in training; 0.1 unless set.
  void setDropout(double probability) { dropout_ = probability; }

 private:
  torch::Tensor trainFast(const torch::Tensor& tokens);
  torch::Tensor attend(const torch::Tensor& tokens, AttentionTrace* attention);

  int heads_;
  double dropout_ = 0.1;
  torch::Tensor inWeight_;
  torch::Tensor inBias_;
  std::shared_ptr<torch::nn::LinearImpl> out_;
  std::shared_ptr<torch::nn::LinearImpl> linear1_;
  std::shared_ptr<torch::nn::LinearImpl> linear2_;
  std::shared_ptr<torch::nn::LayerNormImpl> norm1_;
  std::shared_ptr<torch::nn::LayerNormImpl> norm2_;
};

/// The sinusoid of positions 0 .. count - 1: [count, width], float32; not part of a state dict.
torch::Tensor sinusoidTable(int count, int width);

}  // namespace filterlens
