#include <mutex>

#include <ATen/CPUGeneratorImpl.h>

#include "core/kernels/encoder_layer.h"
#include "core/model/training_ops_internal.h"
#include "core/model/training_support_internal.h"

namespace filterlens {
namespace {

/// The order of the tensors that the function takes: the tokens, then the layer's parameters as
/// EncoderLayerArrays has them; and behind them what it keeps.
constexpr std::size_t kX = 0;
constexpr std::size_t kParameters = 1;
constexpr std::size_t kArguments = 13;

template <class Value>
EncoderLayerArrays<Value> arraysOf(const variable_list& t) {
  std::size_t at = kParameters;
  const auto next = [&]() -> Value* { return values(t[at++]); };
  // Braces: evaluated in this order.
  return EncoderLayerArrays<Value>{next(), next(), next(), next(), next(), next(),
                                   next(), next(), next(), next(), next(), next()};
}

EncoderLayerShape shapeOf(const torch::Tensor& x, const EncoderLayerOptions& options) {
  return {.batch = x.size(0),
          .count = x.size(1),
          .width = x.size(2),
          .heads = options.heads,
          .hidden = options.hidden,
          .dropout = options.dropout,
          .seed = options.seed,
          .epsilon = options.epsilon};
}

struct TrainEncoderLayer : torch::autograd::Function<TrainEncoderLayer> {
  static torch::Tensor forward(AutogradContext* context, at::TensorList arguments,
                               const EncoderLayerOptions& options) {
    variable_list t = arguments.vec();
    const auto shape = shapeOf(t[kX], options);
    t.push_back(newTensor({shape.batch * EncoderLayerKept::size(shape)}));
    auto y = newTensor(t[kX].sizes());
    encoderLayerForward(shape, arraysOf<const float>(t), values(t[kX]), values(t.back()),
                        values(y));
    context->save_for_backward(t);
    context->saved_data["heads"] = static_cast<std::int64_t>(options.heads);
    context->saved_data["hidden"] = static_cast<std::int64_t>(options.hidden);
    context->saved_data["dropout"] = options.dropout;
    context->saved_data["seed"] = static_cast<std::int64_t>(options.seed);
    context->saved_data["epsilon"] = options.epsilon;
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto t = context->get_saved_variables();
    auto& saved = context->saved_data;
    const auto shape = shapeOf(t[kX], {.heads = static_cast<int>(saved["heads"].toInt()),
                                       .hidden = static_cast<int>(saved["hidden"].toInt()),
                                       .dropout = saved["dropout"].toDouble(),
                                       .seed = static_cast<std::uint64_t>(saved["seed"].toInt()),
                                       .epsilon = saved["epsilon"].toDouble()});
    const auto dy = gradients[0].contiguous();
    variable_list to = {newTensor(t[kX].sizes())};
    appendGradients(to, t, kParameters, kArguments - kParameters);
    encoderLayerBackward(shape, arraysOf<const float>(t), values(t[kX]), values(t.back()),
                         values(dy), values(to[kX]), arraysOf<float>(to));
    to.emplace_back();  // the options
    return to;
  }
};

}  // namespace

std::uint64_t drawSeed() {
  auto generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return at::check_generator<at::CPUGeneratorImpl>(generator)->random64();
}

torch::Tensor trainEncoderLayer(const torch::Tensor& tokens,
                                const std::vector<torch::Tensor>& parameters,
                                const EncoderLayerOptions& options) {
  settleThreads();
  variable_list t = {tokens.contiguous()};
  for (const auto& parameter : parameters) t.push_back(parameter.contiguous());
  return TrainEncoderLayer::apply(at::TensorList(t), options);
}

}  // namespace filterlens
