// Relevance of a whole network once more, in another way: gradient times input in double precision
// of a network whose operations were replaced by linear ones of the same value (every rule but flat
// and w-squared has such a form), with LibTorch's own automatic differentiation.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/lrp/relevance.h"
#include "core/model/trace.h"

namespace filterlens::test {

class RelevanceOracle {
 public:
  /// weights: by state dict name. Selections and target are the trace's. Composites may name the
  /// rules epsilon, gamma, and at the pixels zbox.
  RelevanceOracle(std::map<std::string, torch::Tensor> weights, const Trace&, RelevanceOptions);

  /// Relevance of each layer's output and, last, of the input, summed over channels: [rows, cols].
  std::vector<torch::Tensor> maps(const torch::Tensor& input);

 private:
  [[nodiscard]] torch::Tensor weight(const std::string& name) const;
  [[nodiscard]] torch::Tensor linearised(const torch::Tensor& linear, const torch::Tensor& z) const;
  [[nodiscard]] torch::Tensor linear(const std::string& path, const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor convolve(const torch::Tensor& x, const torch::Tensor& kernel,
                                       const torch::Tensor& bias, int stride, int padding) const;
  [[nodiscard]] torch::Tensor convNorm(const std::string& conv, const std::string& norm,
                                       const torch::Tensor& x, int stride, int padding);
  [[nodiscard]] torch::Tensor pixels(const torch::Tensor& kernel, const torch::Tensor& bias);
  [[nodiscard]] torch::Tensor invertedResidual(const std::string& path, const torch::Tensor& x,
                                               const Stage&, int out, int stride, int expand);
  [[nodiscard]] torch::Tensor sum(const torch::Tensor& a, const torch::Tensor& b) const;
  [[nodiscard]] torch::Tensor pool(const torch::Tensor& x, std::int64_t rows,
                                   std::int64_t cols) const;
  [[nodiscard]] torch::Tensor product(const torch::Tensor& a, const torch::Tensor& b) const;
  [[nodiscard]] torch::Tensor layerNorm(const std::string& path, const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor encoder(const std::string& path, torch::Tensor tokens,
                                      const Stage&) const;
  [[nodiscard]] torch::Tensor selecting(const Stage&, const torch::Tensor& x);
  [[nodiscard]] torch::Tensor stage(const Stage&, const torch::Tensor& x);
  [[nodiscard]] torch::Tensor logits(const torch::Tensor& input);

  std::map<std::string, torch::Tensor> weights_;
  const Trace& trace_;
  RelevanceOptions options_;
  LrpRule rule_ = LrpRule::Epsilon;    // of the convolutions of the current stage
  std::vector<torch::Tensor> leaves_;  // input; low and high bounds where zbox reads it
  std::vector<torch::Tensor> layerOutputs_;
};

}  // namespace filterlens::test
