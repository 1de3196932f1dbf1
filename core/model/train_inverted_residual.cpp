#include "core/kernels/inverted_residual.h"
#include "core/model/training_ops_internal.h"
#include "core/model/training_support_internal.h"

namespace filterlens {
namespace {

/// The order of the tensors that the function takes, keeps and gives gradients for.
enum Argument : std::size_t {
  kX,
  kExpand,
  kDepthwise,
  kReduce,
  kNorms,  ///< weight and bias of each
  kArguments = kNorms + 6,
  kExpanded = kArguments,
  kMixed,
  kReduced,
  kStatistics  ///< of each norm
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

InvertedResidualWeights weightsOf(const variable_list& t,
                                  const InvertedResidualModules* modules = nullptr) {
  InvertedResidualWeights weights{
      values(t[kExpand]), values(t[kDepthwise]), values(t[kReduce]), {}};
  for (std::size_t i = 0; i < 3; ++i) {
    weights.norms[i] = normWeights(t[kNorms + 2 * i], t[kNorms + 2 * i + 1],
                                   modules ? modules->norms[i] : nullptr);
  }
  return weights;
}

InvertedResidualKept keptOf(const variable_list& t) {
  return {values(t[kExpanded]),
          values(t[kMixed]),
          values(t[kReduced]),
          {values(t[kStatistics]), values(t[kStatistics + 1]), values(t[kStatistics + 2])}};
}

struct TrainInvertedResidual : torch::autograd::Function<TrainInvertedResidual> {
  static torch::Tensor forward(AutogradContext* context, at::TensorList arguments,
                               const InvertedResidualModules* modules) {
    variable_list t = arguments.vec();
    const auto shape = shapeOf(t, modules->stride);
    t.push_back(newMap(shape.batch, shape.hidden, shape.rows, shape.cols));
    t.push_back(newMap(shape.batch, shape.hidden, shape.outRows(), shape.outCols()));
    t.push_back(newMap(shape.batch, shape.out, shape.outRows(), shape.outCols()));
    for (const auto channels : {shape.hidden, shape.hidden, shape.out}) {
      t.push_back(at::empty({2, channels}, t[kX].options()));
    }
    auto y = newMapLike(t[kReduced]);
    invertedResidualForward(shape, weightsOf(t, modules), values(t[kX]), keptOf(t), values(y));
    context->save_for_backward(t);
    context->saved_data["stride"] = static_cast<std::int64_t>(modules->stride);
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto t = context->get_saved_variables();
    const auto shape = shapeOf(t, context->saved_data["stride"].toInt());
    const auto dy = gradients[0].contiguous(kChannelsLast);
    variable_list to = {newMapLike(t[kX])};
    appendGradients(to, t, kX + 1, kArguments - 1);
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

torch::Tensor trainInvertedResidual(const torch::Tensor& x,
                                    const InvertedResidualModules& modules) {
  settleThreads();
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
