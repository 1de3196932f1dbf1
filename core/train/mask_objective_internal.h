// What a run adds to the loss so that filter masks come to point at something; see MaskOptions.
#pragma once

#include <memory>
#include <vector>

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

#include "core/model/run_context_internal.h"
#include "core/train/train_options.h"

namespace filterlens {

/// -sum(targets * log softmax(logits)), mean over the batch. Both [B, classes].
torch::Tensor softCrossEntropy(const torch::Tensor& logits, const torch::Tensor& targets);

/// Its parameters are trained beside the network and are no part of the model.
class MaskObjective : public torch::nn::Module {
 public:
  MaskObjective(const Architecture&, int classes, const MaskOptions&);

  /// Whether any option asks for something; where not, filter blocks are trained plainly.
  [[nodiscard]] bool active() const;
  /// How filter blocks shall run at this part of the run (0 to 1).
  [[nodiscard]] MaskTraining at(double part) const;

  /// What the filter blocks of a forward pass add to the loss; targets: [B, classes]. A scalar;
  /// undefined where no option asks for anything.
  torch::Tensor loss(const std::vector<MaskTraining::Filter>&, const torch::Tensor& targets);

 private:
  MaskOptions options_;
  std::vector<std::shared_ptr<torch::nn::LinearImpl>> classifiers_;  // one for each filter block
};

}  // namespace filterlens
