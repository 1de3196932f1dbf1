// A whole network, built from its entry in the table of architectures.
#pragma once

#include <memory>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/model/blocks_module.h"

namespace filterlens {

class Network : public torch::nn::Module {
 public:
  /// architecture must outlive the network (those of the table do).
  Network(const Architecture& architecture, int classes);

  /// x: [B, 3, H, W] -> logits [B, classes]. With context.recorder (batch 1) everything of a Trace
  /// is recorded and the graph from the first layer's output on (or from the input on) is kept for
  /// gradients.
  torch::Tensor forward(torch::Tensor x, RunContext& context) {
    return forwardFrom(0, std::move(x), context);
  }
  /// The same from a stage on (an index into the architecture's stages), given the map before it.
  torch::Tensor forwardFrom(std::size_t first, torch::Tensor x, RunContext& context);

  /// Copies a state dict into the parameters and statistics; names and shapes must fit
  /// (recogniseArchitecture).
  void load(const Checkpoint&);
  /// Probabilities of dropout in training: in the encoders (0.1 unless set) and the head (0.5).
  void setDropout(double encoders, double head);
  /// Evaluation mode, every BatchNorm folded, no parameter asks for a gradient: ready for viewing.
  void prepareForViewing();

  [[nodiscard]] const Architecture& architecture() const { return architecture_; }
  [[nodiscard]] std::int64_t classes() const { return classifier_->options.out_features(); }

 private:
  torch::Tensor runStage(std::size_t index, const torch::Tensor& x, RunContext& context);
  torch::Tensor head(const torch::Tensor& map);

  const Architecture& architecture_;
  double headDropout_ = 0.5;
  std::vector<std::shared_ptr<Block>> blocks_;
  std::shared_ptr<torch::nn::LinearImpl> hidden_;  // null where the head is one Linear
  std::shared_ptr<torch::nn::LinearImpl> classifier_;
};

}  // namespace filterlens
