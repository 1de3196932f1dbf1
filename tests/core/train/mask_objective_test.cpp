// What mask options do to the gradient: options that shall move the mask do, and none changes what
// the network computes.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/model/network_module.h"
#include "core/train/mask_objective_internal.h"

namespace filterlens {
namespace {

constexpr int kClasses = 3;

struct Pass {
  torch::Tensor logits;
  std::vector<MaskTraining::Filter> filters;
};

Pass forward(Network& network, const torch::Tensor& x, MaskTraining* training) {
  RunContext context;
  context.maskTraining = training;
  auto logits = network.forward(x, context);
  return {logits, training ? training->filters : std::vector<MaskTraining::Filter>{}};
}

std::shared_ptr<Network> network() {
  torch::manual_seed(5);
  auto made = std::make_shared<Network>(*findArchitecture("compact"), kClasses);
  made->eval();  // no dropout, so that passes can be compared
  return made;
}

torch::Tensor input() {
  torch::manual_seed(6);
  return torch::randn({2, 3, 64, 64});
}

torch::Tensor targets() { return torch::tensor({{1.F, 0.F, 0.F}, {0.F, 0.5F, 0.5F}}); }

TEST(SoftCrossEntropy, IsTheLogProbabilityOfHardTargets) {
  const auto logits = torch::tensor({{1.F, 2.F, 3.F}});
  const auto hard = torch::tensor({{0.F, 0.F, 1.F}});
  const double expected = std::log(1 + std::exp(-1.0) + std::exp(-2.0));
  EXPECT_NEAR(softCrossEntropy(logits, hard).item<double>(), expected, 1e-6);
}

TEST(MaskTrainingPass, PlainOptionsComputeTheSame) {
  const auto net = network();
  const auto x = input();
  const auto plain = forward(*net, x, nullptr).logits;
  MaskTraining training;
  training.straightThrough = true;
  const auto pass = forward(*net, x, &training);
  EXPECT_TRUE(torch::equal(plain, pass.logits));
  ASSERT_EQ(pass.filters.size(), 3U);
  EXPECT_EQ(pass.filters[0].importance.sizes(), pass.filters[0].normalised.sizes());
}

TEST(MaskTrainingPass, NoiseAndAnotherKChangeTheSelection) {
  const auto net = network();
  const auto x = input();
  const auto plain = forward(*net, x, nullptr).logits;
  MaskTraining noisy;
  noisy.selectionNoise = 3;
  EXPECT_FALSE(torch::equal(plain, forward(*net, x, &noisy).logits));
  MaskTraining larger;
  larger.selectedFactor = 2;
  EXPECT_FALSE(torch::equal(plain, forward(*net, x, &larger).logits));
}

TEST(MaskTrainingPass, SwappingTheRestKeepsSelectedCellsAndTakesTheOthersFromTheNeighbour) {
  const auto net = network();
  const auto x = input();
  MaskTraining own;
  (void)forward(*net, x, &own);
  MaskTraining swapping;
  swapping.restSwap = 1;
  (void)forward(*net, x, &swapping);
  // The first block sees the same maps in both passes.
  const auto before = own.filters[0].features.flatten(2);
  const auto after = swapping.filters[0].features.flatten(2);
  const int k = findArchitecture("compact")->stages[3].k;
  const auto kept = (before == after).all(1).sum(1);
  for (int picture = 0; picture < 2; ++picture) EXPECT_EQ(kept[picture].item<std::int64_t>(), k);
}

/// The gradient of the class loss with respect to the last filter mask's normalised response (to
/// earlier ones it also comes by way of later masks).
torch::Tensor maskGradient(bool straightThrough) {
  const auto net = network();
  MaskTraining training;
  training.straightThrough = straightThrough;
  const auto pass = forward(*net, input(), &training);
  return torch::autograd::grad({softCrossEntropy(pass.logits, targets())},
                               {pass.filters.back().normalised})[0];
}

TEST(MaskTrainingPass, StraightThroughAddsAGradientWhereTokensWereSelected) {
  const auto difference = (maskGradient(true) - maskGradient(false)).abs();
  const auto touched = (difference > 1e-9).sum(torch::IntArrayRef({1, 2, 3}));
  const int k = findArchitecture("compact")->stages[6].k;
  for (int picture = 0; picture < 2; ++picture) {
    const auto count = touched[picture].item<std::int64_t>();
    EXPECT_GT(count, k / 2);
    EXPECT_LE(count, k);
  }
}

TEST(MaskObjective, AsksForNothingByDefault) {
  MaskObjective objective(*findArchitecture("compact"), kClasses, {});
  EXPECT_TRUE(objective.parameters().empty());
  EXPECT_FALSE(objective.active());
  const auto net = network();
  auto training = objective.at(0.3);
  const auto pass = forward(*net, input(), &training);
  EXPECT_FALSE(objective.loss(pass.filters, targets()).defined());
}

TEST(MaskObjective, SparsityIsTheMeanScaledImportance) {
  MaskOptions options;
  options.sparsity = 2;
  MaskObjective objective(*findArchitecture("compact"), kClasses, options);
  MaskTraining::Filter filter;
  filter.importance = torch::full({1, 1, 2, 2}, 1.0);
  EXPECT_NEAR(objective.loss({filter, filter}, targets()).item<double>(), 4, 1e-6);
}

TEST(MaskObjective, ClassLossPullsTheMaskTowardsWhatTellsTheClass) {
  MaskOptions options;
  options.classLoss = 1;
  torch::manual_seed(1);
  MaskObjective objective(*findArchitecture("compact"), 2, options);
  // Two cells: one holds the class, the other nothing.
  const int channels = findArchitecture("compact")->stages[3].in;
  auto features = torch::zeros({1, channels, 1, 2});
  const auto weight = objective.parameters()[0].detach();  // [2, channels]
  features.index_put_({0, torch::indexing::Slice(), 0, 1}, weight[0] - weight[1]);
  MaskTraining::Filter filter;
  filter.normalised = torch::zeros({1, 1, 1, 2}).requires_grad_();
  filter.importance = torch::full({1, 1, 1, 2}, 0.5);
  filter.features = features;
  const auto target = torch::tensor({{1.F, 0.F}});
  const auto gradient =
      torch::autograd::grad({objective.loss({filter}, target)}, {filter.normalised})[0];
  EXPECT_LT(gradient[0][0][0][1].item<double>(), 0);  // more weight here lowers the loss
  EXPECT_GT(gradient[0][0][0][0].item<double>(), 0);
}

TEST(MaskObjective, KFallsToItsOwnValue) {
  MaskOptions options;
  options.startFactor = 3;
  options.factorUntil = 0.5;
  MaskObjective objective(*findArchitecture("compact"), kClasses, options);
  EXPECT_DOUBLE_EQ(objective.at(0).selectedFactor, 3);
  EXPECT_DOUBLE_EQ(objective.at(0.25).selectedFactor, 2);
  EXPECT_DOUBLE_EQ(objective.at(0.5).selectedFactor, 1);
  EXPECT_DOUBLE_EQ(objective.at(1).selectedFactor, 1);
}

}  // namespace
}  // namespace filterlens
