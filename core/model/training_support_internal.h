// What the operations in training_ops_internal.h share.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/modules/batchnorm.h>

#include "core/kernels/batch_norm.h"

namespace filterlens {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

inline float* values(const torch::Tensor& tensor) { return tensor.data_ptr<float>(); }

/// In a new thread, LibTorch tells OpenMP its number of threads only when it is asked for it.
inline void settleThreads() { at::get_num_threads(); }

inline void refuseSecondDerivative() {
  TORCH_CHECK(!at::GradMode::is_enabled(), "a training operation can be differentiated once only");
}

/// [like's batch, channels, rows, cols] in channels-last memory, not filled.
inline torch::Tensor newMap(const torch::Tensor& like, std::int64_t channels, std::int64_t rows,
                            std::int64_t cols) {
  return at::empty({like.size(0), channels, rows, cols}, like.options(), kChannelsLast);
}

/// A tensor like each of the first count, not filled: their gradients.
inline variable_list gradientsLike(const variable_list& tensors, std::size_t count) {
  variable_list gradients;
  for (std::size_t i = 0; i < count; ++i) gradients.push_back(at::empty_like(tensors[i]));
  return gradients;
}

/// weight and bias: of the norm, as forward or backward was given them.
inline NormWeights normWeights(const torch::Tensor& weight, const torch::Tensor& bias,
                               const torch::nn::BatchNorm2dImpl* norm = nullptr) {
  NormWeights weights{.weight = values(weight), .bias = values(bias)};
  if (norm) {
    weights.runningMean = values(norm->running_mean);
    weights.runningVariance = values(norm->running_var);
    weights.epsilon = norm->options.eps();
    weights.momentum = norm->options.momentum().value();
  }
  return weights;
}

}  // namespace filterlens
