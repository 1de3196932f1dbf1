#include "core/kernels/stem.h"
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
  kStatistics
};

StemShape shapeOf(const variable_list& t, std::int64_t stride) {
  return {.batch = t[kX].size(0),
          .rows = t[kX].size(2),
          .cols = t[kX].size(3),
          .in = t[kX].size(1),
          .out = t[kWeight].size(0),
          .kernel = t[kWeight].size(2),
          .stride = stride};
}

StemWeights weightsOf(const variable_list& t, const torch::nn::BatchNorm2dImpl* norm = nullptr) {
  return {values(t[kWeight]), values(t[kBias]), normWeights(t[kNormWeight], t[kNormBias], norm)};
}

struct TrainStem : torch::autograd::Function<TrainStem> {
  static torch::Tensor forward(AutogradContext* context, at::TensorList arguments,
                               const torch::nn::BatchNorm2dImpl* norm, std::int64_t stride) {
    variable_list t = arguments.vec();
    const auto shape = shapeOf(t, stride);
    t.push_back(newMap(shape.batch, shape.out, shape.outRows(), shape.outCols()));
    t.push_back(at::empty({2, shape.out}, t[kX].options()));
    auto y = newMapLike(t[kResponse]);
    stemForward(shape, weightsOf(t, norm), values(t[kX]),
                {values(t[kResponse]), values(t[kStatistics])}, values(y));
    context->save_for_backward(t);
    context->saved_data["stride"] = stride;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto t = context->get_saved_variables();
    const auto dy = gradients[0].contiguous(kChannelsLast);
    variable_list to(1);  // none for x
    appendGradients(to, t, kX + 1, kArguments - 1);
    stemBackward(
        shapeOf(t, context->saved_data["stride"].toInt()), weightsOf(t), values(t[kX]),
        {values(t[kResponse]), values(t[kStatistics])}, values(dy),
        {values(to[kWeight]), values(to[kBias]), values(to[kNormWeight]), values(to[kNormBias])});
    to.resize(kArguments + 2);  // no gradients for norm and stride
    return to;
  }
};

}  // namespace

torch::Tensor trainStem(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, torch::nn::BatchNorm2dImpl& norm, int stride) {
  settleThreads();
  norm.num_batches_tracked += 1;
  const variable_list t = {x.contiguous(kChannelsLast), weight.contiguous(), bias, norm.weight,
                           norm.bias};
  return TrainStem::apply(at::TensorList(t), &norm, static_cast<std::int64_t>(stride));
}

}  // namespace filterlens
