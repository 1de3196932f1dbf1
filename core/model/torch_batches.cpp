// Several inputs in one pass.
#include <algorithm>

#include <torch/torch.h>

#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

torch::Tensor batchOf(std::span<const InputTensor> inputs) {
  const auto rows = inputs.front().height;
  const auto cols = inputs.front().width;
  auto batch = torch::empty({static_cast<std::int64_t>(inputs.size()), 3, rows, cols});
  float* at = batch.data_ptr<float>();
  for (const InputTensor& input : inputs) {
    at = std::copy(input.values.begin(), input.values.end(), at);
  }
  return batch;
}

std::vector<std::vector<float>> rowsOf(const torch::Tensor& batch) {
  const auto rows = batch.detach().flatten(1).contiguous();
  std::vector<std::vector<float>> values;
  for (std::int64_t i = 0; i < rows.size(0); ++i) {
    const float* row = rows.data_ptr<float>() + i * rows.size(1);
    values.emplace_back(row, row + rows.size(1));
  }
  return values;
}

}  // namespace

template <class Work>
auto TorchModel::onBatch(std::span<const InputTensor> inputs, const RunOptions& options,
                         const Progress& progress, Work work) const
    -> Result<decltype(work(std::declval<torch::Tensor>(), std::declval<RunContext&>()))> {
  using Answer = decltype(work(std::declval<torch::Tensor>(), std::declval<RunContext&>()));
  if (inputs.empty()) return Error{"A batch without an input was given to the network."};
  for (const InputTensor& input : inputs) {
    if (auto checked = check(input, options); !checked) return checked.error();
    if (input.height != inputs.front().height || input.width != inputs.front().width) {
      return Error{"The inputs of one batch must have one size."};
    }
  }
  const auto geometries =
      stageGeometries(*info_.architecture, inputs.front().height, inputs.front().width);
  if (!geometries) return geometries.error();
  if (auto checked = checkChanges(options, *geometries); !checked) return checked.error();

  const std::scoped_lock lock(mutex_);
  return withoutExceptions("Running " + std::string(info_.architecture->title), [&] {
    RunContext context{.selections = options.selections,
                       .seed = options.seed,
                       .interventions = options.interventions,
                       .geometries = {},
                       .progress = progress};
    return Result<Answer>(work(batchOf(inputs), context));
  });
}

Result<std::vector<std::vector<float>>> TorchModel::logitsOf(std::span<const InputTensor> inputs,
                                                             const RunOptions& options,
                                                             const Progress& progress) const {
  return onBatch(inputs, options, progress, [&](const torch::Tensor& batch, RunContext& context) {
    const torch::NoGradGuard noGrad;
    return rowsOf(network_->forward(batch, context));
  });
}

Result<std::vector<InputGradient>> TorchModel::inputGradientsOf(std::span<const InputTensor> inputs,
                                                                const RunOptions& options,
                                                                const Progress& progress) const {
  if (!options.targetClass) return Error{"Gradients of a batch need a target class."};
  return onBatch(inputs, options, progress, [&](torch::Tensor batch, RunContext& context) {
    const torch::AutoGradMode graph(true);
    batch.requires_grad_();
    const auto logits = network_->forward(batch, context);
    // Inputs do not know each other, so the sum's gradient holds that of each.
    const auto sum = logits.select(1, *options.targetClass).sum();
    const auto gradients = rowsOf(torch::autograd::grad({sum}, {batch})[0]);
    const auto rows = rowsOf(logits);
    std::vector<InputGradient> items;
    for (std::size_t i = 0; i < rows.size(); ++i) items.push_back({rows[i], gradients[i]});
    return items;
  });
}

}  // namespace filterlens
