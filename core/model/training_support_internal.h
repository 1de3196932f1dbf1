// What the operations in training_ops_internal.h share.
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/nn/modules/batchnorm.h>

#include "core/kernels/batch_norm.h"
#include "core/kernels/memory.h"

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

/// A tensor that is not filled, in memory that is used again and again (see core/kernels/memory.h).
inline torch::Tensor newTensor(at::IntArrayRef sizes) {
  const auto count = c10::multiply_integers(sizes);
  float* room = takeRoom(count).release();
  return at::from_blob(
      room, sizes, [](void* data) { GiveRoomBack()(static_cast<float*>(data)); }, at::kFloat);
}

/// The same, [batch, channels, rows, cols] in channels-last memory.
inline torch::Tensor newMap(std::int64_t batch, std::int64_t channels, std::int64_t rows,
                            std::int64_t cols) {
  return newTensor({batch, rows, cols, channels}).permute({0, 3, 1, 2});
}

inline torch::Tensor newMapLike(const torch::Tensor& map) {
  return newMap(map.size(0), map.size(1), map.size(2), map.size(3));
}

/// Tensors like count of the tensors from first on, not filled: gradients of parameters.
inline void appendGradients(variable_list& gradients, const variable_list& tensors,
                            std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i)
    gradients.push_back(at::empty_like(tensors[i]));
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
