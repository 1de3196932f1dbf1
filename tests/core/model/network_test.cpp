// Properties of the networks that no golden file shows: gradients, folding, batches, threads,
// training mode.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/model/token_draw.h"
#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 10;

std::vector<std::string> architectureIds() {
  std::vector<std::string> ids;
  for (const auto& a : architectures()) ids.emplace_back(a.id);
  return ids;
}

torch::Tensor photoLikeInput(std::uint64_t seed) {
  const auto values = splitmixValues(seed, 3 * 28 * 28);
  const auto coarse = torch::tensor(values).view({1, 3, 28, 28});
  return torch::upsample_bilinear2d(coarse, {224, 224}, false);
}

torch::Tensor logitsOf(Network& network, const torch::Tensor& x,
                       std::map<std::string, std::vector<int>> selections = {}) {
  RunContext context;
  context.selections = std::move(selections);
  context.seed = 5;
  return network.forward(x, context);
}

/// The selections that a network makes for an input: held fixed, the network is smooth.
std::map<std::string, std::vector<int>> selectionsFor(const Architecture& a,
                                                      const torch::Tensor& x) {
  const auto model = formulaModel(a, kClasses, 3);
  const InputTensor input{224, 224, floatsOf(x)};
  RunOptions options;
  options.seed = 5;
  const auto trace = model->run(input, options);
  if (!trace) throw std::runtime_error(trace.error().sentence);
  std::map<std::string, std::vector<int>> selections;
  for (const auto& layer : trace->layers) {
    if (!layer.selection.empty()) selections.emplace(layer.name, layer.selection);
  }
  return selections;
}

class EveryNetwork : public testing::TestWithParam<std::string> {
 protected:
  const Architecture& architecture() { return *findArchitecture(GetParam()); }
};

TEST_P(EveryNetwork, RegistersTheStateDictOfTheTable) {
  const auto network = unfoldedNetwork(architecture(), kClasses, 3);
  std::map<std::string, std::vector<std::int64_t>> registered;
  for (const auto& p : network->named_parameters()) registered[p.key()] = p.value().sizes().vec();
  for (const auto& b : network->named_buffers()) registered[b.key()] = b.value().sizes().vec();
  const auto expected = stateDict(architecture(), kClasses);
  EXPECT_EQ(registered.size(), expected.size());
  for (const auto& tensor : expected) {
    ASSERT_TRUE(registered.contains(tensor.name)) << tensor.name;
    EXPECT_EQ(registered.at(tensor.name), tensor.shape) << tensor.name;
  }
}

TEST_P(EveryNetwork, FoldingChangesNothing) {
  const torch::NoGradGuard noGrad;
  const auto x = photoLikeInput(11);
  const auto plain = logitsOf(*unfoldedNetwork(architecture(), kClasses, 3), x);
  const auto folded = unfoldedNetwork(architecture(), kClasses, 3);
  folded->prepareForViewing();
  EXPECT_LE((plain - logitsOf(*folded, x)).abs().max().item<float>(), 1e-5F);
}

TEST_P(EveryNetwork, ComputesWhatStockOperationsCompute) {
  const torch::NoGradGuard noGrad;
  const PlainNetwork plain(architecture(), formulaTensors(architecture(), kClasses, 3));
  const auto x = photoLikeInput(11);
  std::map<std::string, torch::Tensor> drawn;
  for (const auto& [module, cells] : selectionsFor(architecture(), x)) {
    drawn[module] = torch::tensor(std::vector<std::int64_t>(cells.begin(), cells.end()));
  }
  const auto difference =
      logitsOf(*unfoldedNetwork(architecture(), kClasses, 3), x) - plain.forward(x, drawn);
  EXPECT_LE(difference.abs().max().item<float>(), 1e-5F);
}

/// In double precision and with the selection held: the directional derivative along the gradient,
/// and along a fixed direction, by central differences. This is what fails where BatchNorm's
/// built-in gradient is used.
TEST_P(EveryNetwork, InputGradientIsThatOfFiniteDifferences) {
  const auto single = photoLikeInput(11);
  const auto selections = selectionsFor(architecture(), single);
  for (bool folded : {false, true}) {
    const auto network = unfoldedNetwork(architecture(), kClasses, 3);
    network->to(torch::kDouble);
    if (folded) network->prepareForViewing();
    const auto x = single.to(torch::kDouble).requires_grad_();
    const auto gradient = torch::autograd::grad({logitsOf(*network, x, selections)[0][2]}, {x})[0];

    const torch::NoGradGuard noGrad;
    const auto fixed = torch::sin(torch::arange(x.numel(), torch::kDouble)).view_as(x);
    for (const auto& direction : {gradient / gradient.norm(), fixed / fixed.norm()}) {
      constexpr double kStep = 1e-4;
      constexpr double kTolerance = 1e-5;  // ReLU's kinks cost up to 5e-6
      const auto value = [&](double at) {
        return logitsOf(*network, x + at * direction, selections)[0][2].item<double>();
      };
      const double numeric = (value(kStep) - value(-kStep)) / (2 * kStep);
      const double analytic = (gradient * direction).sum().item<double>();
      EXPECT_NEAR(analytic, numeric, kTolerance * gradient.norm().item<double>())
          << (folded ? "folded" : "unfolded");
    }
  }
}

/// The same at every layer's output: single precision gradients of the viewer against double
/// precision ones.
TEST_P(EveryNetwork, BatchesGiveWhatSinglesGive) {
  const torch::NoGradGuard noGrad;
  const auto network = unfoldedNetwork(architecture(), kClasses, 3);
  network->prepareForViewing();
  const auto a = photoLikeInput(11);
  const auto b = photoLikeInput(12);
  const auto both = logitsOf(*network, torch::cat({a, b}));
  EXPECT_LE((both[0] - logitsOf(*network, a)[0]).abs().max().item<float>(), 1e-5F);
  EXPECT_LE((both[1] - logitsOf(*network, b)[0]).abs().max().item<float>(), 1e-5F);
}

/// One thread and two split sums differently (other kernels for the same convolution), so bits may
/// differ; 1e-6 is the stated bound on logits. The same number of threads gives the same bits.
TEST_P(EveryNetwork, ThreadsChangeNoMoreThanRounding) {
  const torch::NoGradGuard noGrad;
  const auto network = unfoldedNetwork(architecture(), kClasses, 3);
  network->prepareForViewing();
  const auto x = photoLikeInput(11);
  const int before = torch::get_num_threads();
  torch::set_num_threads(1);
  const auto one = logitsOf(*network, x);
  EXPECT_TRUE(torch::equal(one, logitsOf(*network, x)));
  torch::set_num_threads(2);
  const auto two = logitsOf(*network, x);
  EXPECT_TRUE(torch::equal(two, logitsOf(*network, x)));
  torch::set_num_threads(before);
  EXPECT_LE((one - two).abs().max().item<float>(), 1e-6F);
}

TEST_P(EveryNetwork, TrainsOnABatch) {
  torch::manual_seed(1);
  Network network(architecture(), kClasses);
  network.train();
  const auto x = torch::cat({photoLikeInput(11), photoLikeInput(12)});
  const auto loss = torch::cross_entropy_loss(logitsOf(network, x), torch::tensor({1, 2}));
  loss.backward();
  for (const auto& p : network.named_parameters()) {
    ASSERT_TRUE(p.value().grad().defined()) << p.key();
    EXPECT_TRUE(p.value().grad().isfinite().all().item<bool>()) << p.key();
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, EveryNetwork, testing::ValuesIn(architectureIds()),
                         [](const auto& id) {
                           auto text = id.param;
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

/// A direct dilated convolution is the oracle of the matrix product with shifted sums.
TEST(FilterMaskUnit, IsTheDilatedConvolution) {
  const torch::NoGradGuard noGrad;
  torch::manual_seed(3);
  for (const auto& [kernel, dilation] : {std::pair(7, 5), std::pair(7, 3), std::pair(3, 1)}) {
    Stage stage{.kind = StageKind::Filter, .module = "block", .in = 6};
    stage.filterKernel = kernel;
    stage.filterDilation = dilation;
    FilterMask mask(stage);
    mask.eval();
    const auto x = torch::randn({2, 6, 19, 23});
    const auto weight = mask.named_parameters()["layer1.0.weight"];
    const auto bias = mask.named_parameters()["layer1.0.bias"];
    const auto direct = torch::conv2d(x, weight, bias, 1, dilation * (kernel - 1) / 2, dilation);
    EXPECT_LE((mask.forward(x).response - direct).abs().max().item<float>(), 2e-6F);
  }
}

TEST_P(EveryNetwork, EvaluationReadsItsStatisticsAndLeavesThemAlone) {
  const auto network = unfoldedNetwork(architecture(), kClasses, 3);
  network->train();  // and back: every part has to hear of it
  network->eval();
  std::vector<torch::Tensor> before;
  for (const auto& buffer : network->buffers()) before.push_back(buffer.clone());
  const auto x = torch::cat({photoLikeInput(4), photoLikeInput(5)});
  const auto both = logitsOf(*network, x.contiguous(torch::MemoryFormat::ChannelsLast));
  const auto alone = logitsOf(*network, x.narrow(0, 0, 1));
  EXPECT_LE((both[0] - alone[0]).abs().max().item<float>(), 1e-4F);
  const auto after = network->buffers();
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_TRUE(torch::equal(before[i], after[i]));
}

TEST(TokenDraw, IsReproducibleUniformAndWithoutRepetition) {
  const auto drawn = drawTokens(7, "leaky_att_network.1", 3025, 256);
  EXPECT_EQ(drawn, drawTokens(7, "leaky_att_network.1", 3025, 256));
  EXPECT_NE(drawn, drawTokens(8, "leaky_att_network.1", 3025, 256));
  EXPECT_NE(drawn, drawTokens(7, "leaky_att_network.3", 3025, 256));
  const std::set<int> distinct(drawn.begin(), drawn.end());
  EXPECT_EQ(distinct.size(), 256U);
  EXPECT_GE(*distinct.begin(), 0);
  EXPECT_LT(*distinct.rbegin(), 3025);

  constexpr int kDraws = 4000;
  std::vector<int> counts(10);
  for (int seed = 0; seed < kDraws; ++seed) {
    for (int cell : drawTokens(static_cast<std::uint64_t>(seed), "m", 10, 3)) {
      ++counts[static_cast<std::size_t>(cell)];
    }
  }
  // Expected 1200 each with a standard deviation of 29: five of them.
  for (int count : counts) EXPECT_NEAR(count, kDraws * 3 / 10, 145);
}

}  // namespace
}  // namespace filterlens::test
