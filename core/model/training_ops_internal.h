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
inline bool canTrainFast(const torch::nn::Module& module, const torch::Tensor& x) {
  return module.is_training() && x.scalar_type() == torch::kFloat && x.is_cpu();
}

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

/// Convolution without padding -> norm -> LeakyReLU(0.1). x gets no gradient.
/// weight: [out, in, k, k], bias: [out].
torch::Tensor trainStem(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, torch::nn::BatchNorm2dImpl& norm, int stride);

struct TrainedMask {
  torch::Tensor scaled;      ///< x * importance
  torch::Tensor normalised;  ///< norm(response), [B, 1, H, W]
  torch::Tensor importance;  ///< [B, 1, H, W]
};

/// The filter mask; see core/kernels/filter_mask.h. weight: [1, C, k, k], bias: [1].
TrainedMask trainFilterMask(const torch::Tensor& x, const torch::Tensor& weight,
                            const torch::Tensor& bias, torch::nn::BatchNorm2dImpl& norm,
                            int dilation);

/// The k cells of largest importance of each photo, ascending: [B, k], long. Among equals the lower
/// cell comes first.
torch::Tensor largestCells(const torch::Tensor& importance, int k);

/// The chosen cells' channels: [B, C, H, W], [B, K] (different in each photo) -> [B, K, C]
torch::Tensor trainGather(const torch::Tensor& map, const torch::Tensor& cells);
/// The map with the chosen cells' channels replaced. tokens: [B, K, C]
torch::Tensor trainScatter(const torch::Tensor& map, const torch::Tensor& cells,
                           const torch::Tensor& tokens);

/// Adaptive average pooling.
torch::Tensor trainPool(const torch::Tensor& x, std::int64_t rows, std::int64_t cols);
/// base + x, pooled up to base's size.
torch::Tensor trainSpreadAdd(const torch::Tensor& base, const torch::Tensor& x);

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
