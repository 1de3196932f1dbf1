// Everything that a run needs to go on: weights, their running average, the optimizer's moments.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <torch/optim/adamw.h>

#include "core/checkpoint/checkpoint.h"
#include "core/model/network_module.h"
#include "core/train/mask_objective_internal.h"

namespace filterlens {

/// Where a run stands, and the sums of the epoch that is not over yet.
struct RunPosition {
  int epoch = 1;  ///< that goes on, from 1
  int batch = 0;  ///< done in it
  std::int64_t step = 0;
  double loss = 0;  ///< sums over the epoch's batches
  double classLoss = 0;
  std::int64_t correct = 0;
  std::int64_t pictures = 0;
  double seconds = 0;
  double waited = 0;
  double bestTop1 = -1;
  double learningRate = 0;
};

class TrainingState {
 public:
  /// Random weights from the seed.
  TrainingState(const Architecture&, int classes, const TrainOptions&);

  Network& network() { return *network_; }
  MaskObjective& objective() { return *objective_; }
  RunPosition position;

  /// Takes the network's weights (and their average) from a model file's state dict.
  void startFrom(const Checkpoint&);

  /// One step of AdamW (Loshchilov & Hutter, arXiv 1711.05101) along the gradients, which are
  /// clipped to a norm (0: not) and then dropped; the average follows. Returns the norm before.
  double step(double learningRate, double clip);

  /// The averaged weights (the weights themselves where there is no average) as a state dict.
  [[nodiscard]] std::vector<Tensor> model() const;

  [[nodiscard]] std::vector<Tensor> tensors() const;
  [[nodiscard]] std::string positionAsJson() const;
  /// Takes what tensors() and positionAsJson() gave. Fails where a tensor is missing or of another
  /// shape, and leaves the state useless then.
  Result<void> restore(const Checkpoint&);

 private:
  /// Visits each tensor of the state under its name in the file.
  void visit(const std::function<void(const std::string&, torch::Tensor&)>&);
  void buildOptimizer(double weightDecay);
  torch::optim::AdamWParamState& momentsOf(const torch::Tensor& parameter);
  void follow();  // moves the average towards the weights

  double averageDecay_;
  std::shared_ptr<Network> network_;
  std::shared_ptr<MaskObjective> objective_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  std::vector<std::pair<std::string, torch::Tensor>> parameters_;  // of network and objective
  std::vector<std::pair<std::string, torch::Tensor>> averaged_;    // the network's state dict
};

}  // namespace filterlens
