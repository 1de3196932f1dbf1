// The networks once more, written straight from their description with stock LibTorch operations:
// direct dilated convolution, stock BatchNorm, topk and indexed writes, nothing folded. The oracle
// of the tests and the yardstick of the benchmarks.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include <torch/types.h>

#include "core/model/architecture.h"

namespace filterlens::test {

/// How a PlainNetwork runs: the defaults are evaluation.
struct PlainMode {
  bool batchStatistics = false;  ///< BatchNorm as in training; it updates the running statistics
  double dropout = 0;            ///< of the encoders
  double headDropout = 0;
  /// Added to softmax weights, [heads, tokens, tokens], by module ("network.0.trans.0.self_attn").
  std::map<std::string, torch::Tensor> addedAttention = {};
  /// Layers whose encoder is skipped: its tokens pass unchanged; a pooled layer adds nothing.
  std::set<std::string> withoutEncoder = {};
  /// In place of ReLU (leak 0) and LeakyReLU, where given: from the input of the activation behind
  /// a module ("network.0.trans.0.linear1") to its output.
  std::function<torch::Tensor(const std::string& module, const torch::Tensor& z, double leak)>
      rectify = {};
};

class PlainNetwork {
 public:
  /// weights: by state dict name.
  PlainNetwork(const Architecture&, std::map<std::string, torch::Tensor> weights,
               PlainMode mode = {});

  /// [B, 3, H, W] -> [B, classes]. Dropout stages take their cells from selections, by module;
  /// filter stages too, where there are any.
  [[nodiscard]] torch::Tensor forward(
      torch::Tensor x, const std::map<std::string, torch::Tensor>& selections = {}) const;

 private:
  [[nodiscard]] const torch::Tensor& weight(const std::string& name) const {
    return weights_.at(name);
  }
  [[nodiscard]] torch::Tensor drop(const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor rectified(const std::string& module, const torch::Tensor& z,
                                        double leak) const;
  [[nodiscard]] const torch::Tensor& positions(const Stage&) const;
  [[nodiscard]] torch::Tensor norm(const std::string& path, const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor linear(const std::string& path, const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor convNorm(const std::string& path, const torch::Tensor& x, int stride,
                                       int padding, int groups) const;
  [[nodiscard]] torch::Tensor invertedResidual(const std::string& path, const torch::Tensor& x,
                                               int out, int stride, int expand) const;
  [[nodiscard]] torch::Tensor encoder(const std::string& path, torch::Tensor tokens, int heads,
                                      int layers) const;
  [[nodiscard]] torch::Tensor stage(const Stage&, const torch::Tensor& x,
                                    const std::map<std::string, torch::Tensor>& selections) const;
  [[nodiscard]] torch::Tensor pooled(const Stage&, const torch::Tensor& x) const;
  [[nodiscard]] torch::Tensor selecting(
      const Stage&, torch::Tensor x, const std::map<std::string, torch::Tensor>& selections) const;
  [[nodiscard]] torch::Tensor full(const Stage&, const torch::Tensor& x) const;

  const Architecture& architecture_;
  std::map<std::string, torch::Tensor> weights_;
  PlainMode mode_;
  std::map<std::string, torch::Tensor> positions_;  // by module: made once, as a network would
};

/// The formula weights of tests/support/formula_weights.h as tensors.
std::map<std::string, torch::Tensor> formulaTensors(const Architecture&, int classes,
                                                    std::uint64_t seed);
/// The same weights in double.
std::map<std::string, torch::Tensor> inDouble(std::map<std::string, torch::Tensor>);

}  // namespace filterlens::test
