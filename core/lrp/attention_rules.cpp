#include <torch/torch.h>

#include "core/lrp/rules_internal.h"

namespace filterlens::lrp {

torch::Tensor throughSoftmax(const torch::Tensor& x, const torch::Tensor& s,
                             const torch::Tensor& relevance, Ledger& ledger) {
  auto arrived = x * (relevance - s * relevance.sum(-1, /*keepdim=*/true));
  ledger.absorbed.softmax += (relevance - arrived).sum(torch::kDouble).item<double>();
  return arrived;
}

std::pair<torch::Tensor, torch::Tensor> throughMatmul(const torch::Tensor& a,
                                                      const torch::Tensor& b,
                                                      const torch::Tensor& z,
                                                      const torch::Tensor& relevance,
                                                      Ledger& ledger) {
  const auto s = stabilisedRatio(relevance, 2 * z, ledger);
  return {a * torch::matmul(s, b.transpose(-2, -1)), b * torch::matmul(a.transpose(-2, -1), s)};
}

torch::Tensor throughConstantMatmul(const torch::Tensor& a, const torch::Tensor& b,
                                    const torch::Tensor& z, const torch::Tensor& relevance,
                                    Ledger& ledger) {
  return b * torch::matmul(a.transpose(-2, -1), stabilisedRatio(relevance, z, ledger));
}

}  // namespace filterlens::lrp
