#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <torch/csrc/autograd/custom_function.h>

#include "core/kernels/inverted_residual.h"
#include "core/model/training_ops_internal.h"

namespace filterlens {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = at::MemoryFormat::ChannelsLast;

/// The order of the tensors that the function takes, keeps and gives gradients for.
enum Argument {
  kX,
  kExpand,
  kDepthwise,
  kReduce,
  kNorms,  ///< weight and bias of each
  kArguments = kNorms + 6,
  kExpanded = kArguments,
  kMixed,
  kReduced,
  kStatistics,  ///< of each norm
  kKept = kStatistics + 3
};

InvertedResidualShape shapeOf(const variable_list& t, std::int64_t stride) {
  return {.batch = t[kX].size(0),
          .rows = t[kX].size(2),
          .cols = t[kX].size(3),
          .in = t[kX].size(1),
          .hidden = t[kExpand].size(0),
          .out = t[kReduce].size(0),
          .stride = stride};
}

float* values(const torch::Tensor& tensor) { return tensor.data_ptr<float>(); }

InvertedResidualWeights weightsOf(const variable_list& t) {
  InvertedResidualWeights weights{
      values(t[kExpand]), values(t[kDepthwise]), values(t[kReduce]), {}};
  for (std::size_t i = 0; i < 3; ++i) {
    weights.norms[i].weight = values(t[kNorms + 2 * i]);
    weights.norms[i].bias = values(t[kNorms + 2 * i + 1]);
  }
  return weights;
}

InvertedResidualKept keptOf(const variable_list& t) {
  return {values(t[kExpanded]),
          values(t[kMixed]),
          values(t[kReduced]),
          {values(t[kStatistics]), values(t[kStatistics + 1]), values(t[kStatistics + 2])}};
}

torch::Tensor newMap(const torch::Tensor& like, std::int64_t channels, std::int64_t rows,
                     std::int64_t cols) {
  return at::empty({like.size(0), channels, rows, cols}, like.options(), kChannelsLast);
}

struct TrainInvertedResidual : torch::autograd::Function<TrainInvertedResidual> {
  static torch::Tensor forward(AutogradContext* context, at::TensorList arguments,
                               const InvertedResidualModules* modules) {
    variable_list t = arguments.vec();
    const auto shape = shapeOf(t, modules->stride);
    t.push_back(newMap(t[kX], shape.hidden, shape.rows, shape.cols));
    t.push_back(newMap(t[kX], shape.hidden, shape.outRows(), shape.outCols()));
    t.push_back(newMap(t[kX], shape.out, shape.outRows(), shape.outCols()));
    for (const auto channels : {shape.hidden, shape.hidden, shape.out}) {
      t.push_back(at::empty({2, channels}, t[kX].options()));
    }
    auto weights = weightsOf(t);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& norm = *modules->norms[i];
      weights.norms[i].runningMean = values(norm.running_mean);
      weights.norms[i].runningVariance = values(norm.running_var);
      weights.norms[i].epsilon = norm.options.eps();
      weights.norms[i].momentum = norm.options.momentum().value();
    }
    auto y = at::empty_like(t[kReduced]);
    invertedResidualForward(shape, weights, values(t[kX]), keptOf(t), values(y));
    context->save_for_backward(t);
    context->saved_data["stride"] = static_cast<std::int64_t>(modules->stride);
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    TORCH_CHECK(!at::GradMode::is_enabled(),
                "a training operation can be differentiated once only");
    const auto t = context->get_saved_variables();
    const auto shape = shapeOf(t, context->saved_data["stride"].toInt());
    const auto dy = gradients[0].contiguous(kChannelsLast);
    variable_list to;
    for (int i = 0; i < kArguments; ++i)
      to.push_back(at::empty_like(t[static_cast<std::size_t>(i)]));
    InvertedResidualGradients out{
        values(to[kX]), values(to[kExpand]), values(to[kDepthwise]), values(to[kReduce]), {}, {}};
    for (std::size_t i = 0; i < 3; ++i) {
      out.normWeights[i] = values(to[kNorms + 2 * i]);
      out.normBiases[i] = values(to[kNorms + 2 * i + 1]);
    }
    invertedResidualBackward(shape, weightsOf(t), values(t[kX]), keptOf(t), values(dy), out);
    to.emplace_back();  // the modules
    return to;
  }
};

}  // namespace

bool canTrainFast(const torch::nn::Module& module, const torch::Tensor& x) {
  return module.is_training() && x.scalar_type() == torch::kFloat && x.is_cpu();
}

torch::Tensor trainInvertedResidual(const torch::Tensor& x,
                                    const InvertedResidualModules& modules) {
  at::get_num_threads();  // in a new thread, LibTorch tells OpenMP its number of threads only now
  // contiguous() of a kernel does not care for its memory format: a dimension of size 1 hides it.
  variable_list t = {x.contiguous(kChannelsLast), modules.expand.contiguous(),
                     modules.depthwise.contiguous(), modules.reduce.contiguous()};
  for (auto* norm : modules.norms) {
    t.push_back(norm->weight);
    t.push_back(norm->bias);
    norm->num_batches_tracked += 1;
  }
  return TrainInvertedResidual::apply(at::TensorList(t), &modules);
}

}  // namespace filterlens
