// Two convolutional modules of xs under each rule, against what zennit 0.5.1 gives.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/lrp/relevance_pass_internal.h"
#include "tests/core/model/networks.h"

namespace filterlens::lrp {
namespace {

struct RuleCase {
  const char* key;
  LrpRule kind;
  double tolerance;  // of the peak: zennit 0.5.1 leaves a factor 0.999995 where BatchNorm stood
};

constexpr RuleCase kRules[] = {
    {"epsilon", LrpRule::Epsilon, 3e-4}, {"gamma0.25", LrpRule::Gamma, 5e-5},
    {"zplus", LrpRule::ZPlus, 5e-5},     {"alpha2beta1", LrpRule::AlphaBeta, 5e-5},
    {"flat", LrpRule::Flat, 5e-5},       {"wsquare", LrpRule::WSquare, 5e-5},
    {"zbox", LrpRule::ZBox, 5e-5},
};

torch::Tensor tensorOf(const Checkpoint& file, const std::string& key) {
  const Tensor* found = file.find(key);
  if (!found) return {};
  return torch::tensor(found->toFloat()).view(found->shape);
}

class GoldenRules : public ::testing::Test {
 protected:
  GoldenRules()
      : golden_(*readCheckpoint(test::goldenFile("ConvFormer_xs-seed2-zennit.safetensors"))),
        network_(test::unfoldedNetwork(xs_, 100, 2)),
        pass_{Weights(*network_), {}, {}, false} {}

  /// How many rules the file has for a module; each is compared on the channels that it keeps.
  int compare(const std::string& module,
              const std::function<Step(const torch::Tensor&, const Rule&)>& step) {
    const auto x = tensorOf(golden_, module + "/input").unsqueeze(0);
    const auto output = tensorOf(golden_, module + "/output").unsqueeze(0);
    int compared = 0;
    for (const auto& [key, kind, tolerance] : kRules) {
      auto expected = tensorOf(golden_, module + "/" + key);
      if (!expected.defined()) continue;
      SCOPED_TRACE(key);
      const auto run = step(x, {.kind = kind});
      EXPECT_LT((run.value - output).abs().max().item<float>(), 1e-4);
      const auto relevance = run.back(output)[0];
      const auto every = relevance.size(0) / expected.size(0);
      const auto kept = relevance.index({torch::arange(expected.size(0)) * every});
      const auto peak = expected.abs().max().item<float>();
      EXPECT_GT(peak, 1e-3);
      EXPECT_LT((kept - expected).abs().max().item<float>() / peak, tolerance);
      ++compared;
    }
    return compared;
  }

  const torch::NoGradGuard noGrad_;
  const Architecture& xs_ = *findArchitecture("xs");
  Checkpoint golden_;
  std::shared_ptr<Network> network_;
  Pass pass_;
};

TEST_F(GoldenRules, TheStem) {
  EXPECT_EQ(compare("first_conv.0",
                    [&](const torch::Tensor& x, const Rule& rule) {
                      return stageStep({x}, xs_.stages.front(), rule, pass_);
                    }),
            7);
}

TEST_F(GoldenRules, AnInvertedResidual) {
  EXPECT_EQ(compare("leaky_att_network.0.conv",
                    [&](const torch::Tensor& x, const Rule& rule) {
                      return invertedResidualStep(x, "leaky_att_network.0.conv", rule, pass_);
                    }),
            6);
}

}  // namespace
}  // namespace filterlens::lrp
