#include "core/kernels/filter_mask.h"
#include "core/model/training_ops_internal.h"
#include "core/model/training_support_internal.h"

namespace filterlens {
namespace {

enum Argument : std::size_t {
  kX,
  kWeight,
  kBias,
  kNormWeight,
  kNormBias,
  kArguments,
  kResponse = kArguments,
  kNormalised,
  kImportance,
  kStatistics
};

FilterMaskShape shapeOf(const variable_list& t, std::int64_t dilation) {
  return {.batch = t[kX].size(0),
          .rows = t[kX].size(2),
          .cols = t[kX].size(3),
          .channels = t[kX].size(1),
          .kernel = t[kWeight].size(2),
          .dilation = dilation};
}

FilterMaskWeights weightsOf(const variable_list& t,
                            const torch::nn::BatchNorm2dImpl* norm = nullptr) {
  return {values(t[kWeight]), values(t[kBias]), normWeights(t[kNormWeight], t[kNormBias], norm)};
}

FilterMaskKept keptOf(const variable_list& t) {
  return {values(t[kResponse]), values(t[kNormalised]), values(t[kImportance]),
          values(t[kStatistics])};
}

struct TrainFilterMask : torch::autograd::Function<TrainFilterMask> {
  static variable_list forward(AutogradContext* context, at::TensorList arguments,
                               const torch::nn::BatchNorm2dImpl* norm, std::int64_t dilation) {
    variable_list t = arguments.vec();
    const auto shape = shapeOf(t, dilation);
    for (int i = 0; i < 3; ++i) {
      t.push_back(at::empty({shape.batch, 1, shape.rows, shape.cols}, t[kX].options()));
    }
    t.push_back(at::empty({2}, t[kX].options()));
    auto y = newMapLike(t[kX]);
    filterMaskForward(shape, weightsOf(t, norm), values(t[kX]), keptOf(t), values(y));
    context->save_for_backward(t);
    context->saved_data["dilation"] = dilation;
    return {y, t[kNormalised], t[kImportance]};
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto t = context->get_saved_variables();
    const auto dy = gradients[0].contiguous(kChannelsLast);
    const auto dNormalised = gradients[1].contiguous();
    const auto dImportance = gradients[2].contiguous();
    variable_list to = {newMapLike(t[kX])};
    appendGradients(to, t, kX + 1, kArguments - 1);
    filterMaskBackward(shapeOf(t, context->saved_data["dilation"].toInt()), weightsOf(t),
                       values(t[kX]), keptOf(t),
                       {values(dy), values(dNormalised), values(dImportance)},
                       {values(to[kX]), values(to[kWeight]), values(to[kBias]),
                        values(to[kNormWeight]), values(to[kNormBias])});
    to.resize(kArguments + 2);  // no gradients for norm and dilation
    return to;
  }
};

}  // namespace

TrainedMask trainFilterMask(const torch::Tensor& x, const torch::Tensor& weight,
                            const torch::Tensor& bias, torch::nn::BatchNorm2dImpl& norm,
                            int dilation) {
  settleThreads();
  norm.num_batches_tracked += 1;
  const variable_list t = {x.contiguous(kChannelsLast), weight.contiguous(), bias, norm.weight,
                           norm.bias};
  const auto result =
      TrainFilterMask::apply(at::TensorList(t), &norm, static_cast<std::int64_t>(dilation));
  return {result[0], result[1], result[2]};
}

}  // namespace filterlens
