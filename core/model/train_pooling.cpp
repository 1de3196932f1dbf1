#include "core/kernels/pooling.h"
#include "core/model/training_ops_internal.h"
#include "core/model/training_support_internal.h"

namespace filterlens {
namespace {

PoolingShape shapeOf(at::IntArrayRef before, at::IntArrayRef after) {
  return {before[0], before[2], before[3], after[2], after[3], before[1]};
}

/// The pooled map, and a map of its size added to it where base is defined.
struct TrainPool : torch::autograd::Function<TrainPool> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x,
                               const c10::optional<torch::Tensor>& base, std::int64_t rows,
                               std::int64_t cols) {
    auto y = newMap(x.size(0), x.size(1), rows, cols);
    poolForward(shapeOf(x.sizes(), y.sizes()), values(x), base ? values(*base) : nullptr,
                values(y));
    context->saved_data["sizes"] = x.sizes().vec();
    context->saved_data["based"] = base.has_value();
    return y;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const auto dy = gradients[0].contiguous(kChannelsLast);
    auto dx = newMap(sizes[0], sizes[1], sizes[2], sizes[3]);
    poolBackward(shapeOf(sizes, dy.sizes()), values(dy), values(dx));
    const bool based = context->saved_data["based"].toBool();
    return {dx, based ? dy : torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor trainPool(const torch::Tensor& x, std::int64_t rows, std::int64_t cols) {
  settleThreads();
  return TrainPool::apply(x.contiguous(kChannelsLast), c10::optional<torch::Tensor>(), rows, cols);
}

torch::Tensor trainSpreadAdd(const torch::Tensor& base, const torch::Tensor& x) {
  settleThreads();
  return TrainPool::apply(x.contiguous(kChannelsLast), base.contiguous(kChannelsLast), base.size(2),
                          base.size(3));
}

}  // namespace filterlens
