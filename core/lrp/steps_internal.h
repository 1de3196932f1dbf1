// The units of a network as steps of relevance propagation: each computes its output and knows how
// relevance of that output comes back to its input. Activations, the filter mask's gate, gathering
// and scattering pass relevance on as it is.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/lrp/rules_internal.h"
#include "core/model/network_module.h"

namespace filterlens::lrp {

/// A map or tokens, and the way back of their relevance.
struct Step {
  torch::Tensor value;
  std::function<torch::Tensor(const torch::Tensor& relevance)> back;
};

/// Weights of a network by module path, norms folded in. Shares the network's memory.
class Weights {
 public:
  explicit Weights(const Network&);
  /// The folded convolution at a path such as "network.0.conv.block.red_1x1.block".
  [[nodiscard]] Affine convolution(const std::string& path) const;
  /// path.weight and path.bias
  [[nodiscard]] Affine linear(const std::string& path) const;
  [[nodiscard]] const torch::Tensor& tensor(const std::string& name) const;
  [[nodiscard]] bool hasConvolution(const std::string& path) const {
    return convolutions_.count(path) != 0;
  }
  [[nodiscard]] bool hasTensor(const std::string& name) const { return tensors_.count(name) != 0; }

 private:
  std::map<std::string, const ConvNorm*> convolutions_;
  std::map<std::string, torch::Tensor> tensors_;
};

/// What every step of a pass shares; outlives the steps.
struct Pass {
  Weights weights;
  Ledger ledger;
  Rule above;
  bool throughSoftmax = false;
};

/// Follows one step with another.
Step chain(Step first, Step second);

/// x + branch(x); branch: steps from x on.
Step residualStep(const torch::Tensor& x, const Step& branch, Pass&);

Step affineStep(const torch::Tensor& x, const Affine&, const Rule&, Pass&);

/// See InvertedResidual; path: its name in the state dict. One rule for all of its convolutions.
Step invertedResidualStep(const torch::Tensor& x, const std::string& path, const Rule&, Pass&);

/// See EncoderLayer and Encoder; path: of the encoder. tokens: [1, N, C]
Step encoderStep(const torch::Tensor& tokens, const std::string& path, const Stage&, Pass&);

}  // namespace filterlens::lrp
