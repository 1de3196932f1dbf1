#include "core/kernels/cells.h"
#include "core/model/training_ops_internal.h"
#include "core/model/training_support_internal.h"

namespace filterlens {
namespace {

/// map: its sizes, [B, C, H, W]
CellsShape shapeOf(at::IntArrayRef map, const torch::Tensor& cells) {
  return {map[0], map[2] * map[3], map[1], cells.size(1)};
}

const std::int64_t* indices(const torch::Tensor& cells) { return cells.data_ptr<std::int64_t>(); }

struct TrainGather : torch::autograd::Function<TrainGather> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& map,
                               const torch::Tensor& cells) {
    auto tokens = newTensor({map.size(0), cells.size(1), map.size(1)});
    gatherCells(shapeOf(map.sizes(), cells), values(map), indices(cells), values(tokens));
    context->save_for_backward({cells});
    context->saved_data["sizes"] = map.sizes().vec();
    return tokens;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto cells = context->get_saved_variables()[0];
    const auto sizes = context->saved_data["sizes"].toIntVector();
    const auto dTokens = gradients[0].contiguous();
    auto dMap = newMap(sizes[0], sizes[1], sizes[2], sizes[3]);
    scatterCells(shapeOf(sizes, cells), nullptr, indices(cells), values(dTokens), values(dMap));
    return {dMap, torch::Tensor()};
  }
};

struct TrainScatter : torch::autograd::Function<TrainScatter> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& map,
                               const torch::Tensor& cells, const torch::Tensor& tokens) {
    auto written = newMapLike(map);
    scatterCells(shapeOf(map.sizes(), cells), values(map), indices(cells), values(tokens),
                 values(written));
    context->save_for_backward({cells});
    return written;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    refuseSecondDerivative();
    const auto cells = context->get_saved_variables()[0];
    const auto dWritten = gradients[0].contiguous(kChannelsLast);
    const auto shape = shapeOf(dWritten.sizes(), cells);
    auto dMap = newMapLike(dWritten);
    auto dTokens = newTensor({shape.batch, shape.k, shape.channels});
    scatterCells(shape, values(dWritten), indices(cells), nullptr, values(dMap));
    gatherCells(shape, values(dWritten), indices(cells), values(dTokens));
    return {dMap, torch::Tensor(), dTokens};
  }
};

}  // namespace

torch::Tensor trainGather(const torch::Tensor& map, const torch::Tensor& cells) {
  settleThreads();
  return TrainGather::apply(map.contiguous(kChannelsLast), cells.contiguous());
}

torch::Tensor trainScatter(const torch::Tensor& map, const torch::Tensor& cells,
                           const torch::Tensor& tokens) {
  settleThreads();
  return TrainScatter::apply(map.contiguous(kChannelsLast), cells.contiguous(),
                             tokens.contiguous());
}

torch::Tensor largestCells(const torch::Tensor& importance, int k) {
  settleThreads();
  const auto scores = importance.detach().contiguous();
  const auto batch = scores.size(0);
  auto cells = at::empty({batch, k}, scores.options().dtype(at::kLong));
  largestCells(values(scores), batch, scores.numel() / batch, k, cells.data_ptr<std::int64_t>());
  return cells;
}

}  // namespace filterlens
