#include "core/train/mask_objective_internal.h"

#include <algorithm>

#include <torch/torch.h>

namespace filterlens {
namespace {

/// Smallest value of sigmoid(GELU(.)).
constexpr double kLeastImportance = 0.4576;

/// A map averaged under the softmax of a mask over its cells. [B, C, H, W], [B, 1, H, W] -> [B, C]
torch::Tensor pooledUnder(const torch::Tensor& mask, const torch::Tensor& map) {
  const auto weights = torch::softmax(mask.flatten(2), -1);  // [B, 1, H * W]
  return torch::matmul(map.flatten(2), weights.transpose(1, 2)).squeeze(-1);
}

}  // namespace

torch::Tensor softCrossEntropy(const torch::Tensor& logits, const torch::Tensor& targets) {
  return -(targets * torch::log_softmax(logits, -1)).sum(-1).mean();
}

MaskObjective::MaskObjective(const Architecture& architecture, int classes,
                             const MaskOptions& options)
    : options_(options) {
  if (options.classLoss <= 0) return;
  for (const auto& stage : architecture.stages) {
    if (stage.kind != StageKind::Filter) continue;
    classifiers_.push_back(
        register_module("classifier" + std::to_string(classifiers_.size()),
                        std::make_shared<torch::nn::LinearImpl>(stage.in, classes)));
  }
}

bool MaskObjective::active() const {
  const auto& o = options_;
  return o.straightThrough || o.selectionNoise > 0 || o.sparsity > 0 || o.classLoss > 0 ||
         o.restSwap > 0 || o.startFactor != 1;
}

MaskTraining MaskObjective::at(double part) const {
  MaskTraining training;
  training.straightThrough = options_.straightThrough;
  training.selectionNoise = options_.selectionNoise;
  training.restSwap = options_.restSwap;
  const double left = options_.factorUntil > 0 ? 1 - part / options_.factorUntil : 0;
  training.selectedFactor = 1 + (options_.startFactor - 1) * std::max(0.0, left);
  return training;
}

torch::Tensor MaskObjective::loss(const std::vector<MaskTraining::Filter>& filters,
                                  const torch::Tensor& targets) {
  torch::Tensor sum;
  const auto add = [&sum](const torch::Tensor& term) { sum = sum.defined() ? sum + term : term; };
  for (std::size_t i = 0; i < filters.size(); ++i) {
    const auto& filter = filters[i];
    if (options_.sparsity > 0) {
      const auto scaled = (filter.importance - kLeastImportance) / (1 - kLeastImportance);
      add(options_.sparsity * scaled.mean());
    }
    if (options_.classLoss > 0) {
      // Only the mask shall learn from it: early features that had to tell the class by themselves
      // would serve the network less well.
      const auto logits =
          classifiers_[i]->forward(pooledUnder(filter.normalised, filter.features.detach()));
      add(options_.classLoss * softCrossEntropy(logits, targets));
    }
  }
  return sum;
}

}  // namespace filterlens
