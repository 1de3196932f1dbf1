// Differentiable operations that a training step on the CPU is made of: the kernels of core/kernels
// behind LibTorch's autograd. float32; maps [B, C, H, W] in channels-last memory (others are copied
// first), and so are the results. They can be differentiated once.
#pragma once

#include <cstdint>
#include <vector>

#include <torch/nn/modules/batchnorm.h>
#include <torch/types.h>

namespace filterlens {

/// Whether the operations below may take the place of the stock ones for a module that is training.
bool canTrainFast(const torch::nn::Module& module, const torch::Tensor& x);

/// An inverted residual's parts; see core/kernels/inverted_residual.h.
struct InvertedResidualModules {
  torch::Tensor expand;     ///< [hidden, in, 1, 1]
  torch::Tensor depthwise;  ///< [hidden, 1, 3, 3]
  torch::Tensor reduce;     ///< [out, hidden, 1, 1]
  torch::nn::BatchNorm2dImpl* norms[3];
  int stride;
};

/// Forward in training mode: the batch's statistics, and the running ones are updated.
torch::Tensor trainInvertedResidual(const torch::Tensor& x, const InvertedResidualModules&);

struct EncoderLayerOptions {
  int heads = 1;
  int hidden = 0;
  double dropout = 0;
  std::uint64_t seed = 0;  ///< of the dropout's masks
  double epsilon = 1e-5;   ///< of the LayerNorms
};

/// An encoder layer in training mode; see core/kernels/encoder_layer.h. tokens: [B, N, C];
/// parameters: in the order of EncoderLayerArrays.
torch::Tensor trainEncoderLayer(const torch::Tensor& tokens,
                                const std::vector<torch::Tensor>& parameters,
                                const EncoderLayerOptions&);

/// A seed from LibTorch's default generator: torch::manual_seed determines it.
std::uint64_t drawSeed();

}  // namespace filterlens
