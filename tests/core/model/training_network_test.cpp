// Whole networks in a training step, with the fast operations in their place.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/model/token_draw.h"
#include "tests/core/model/networks.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

/// A whole network in float32 against stock operations in double, with the selections held: which
/// cell is the K-th largest may hang on the last bit.
class TrainNetwork : public testing::TestWithParam<std::tuple<const char*, int>> {
 protected:
  static constexpr int kClasses = 10;
  static constexpr int kBatch = 3;

  TrainNetwork()
      : architecture_(*findArchitecture(std::get<0>(GetParam()))), size_(std::get<1>(GetParam())) {
    torch::manual_seed(10);
    photos_ = torch::randn({kBatch, 3, size_, size_});
    const auto maps = *stageGeometries(architecture_, size_, size_);
    for (std::size_t i = 0; i < architecture_.stages.size(); ++i) {
      const Stage& stage = architecture_.stages[i];
      if (stage.k == 0) continue;
      const int cells = maps[i - 1].rows() * maps[i - 1].cols();
      const auto drawn = drawTokens(1, stage.module, cells, stage.k);
      selections_[std::string(stage.module)] = drawn;
      wide_[std::string(stage.module)] =
          torch::tensor(std::vector<std::int64_t>(drawn.begin(), drawn.end()));
    }
  }

  std::shared_ptr<Network> trainee() {
    auto network = unfoldedNetwork(architecture_, kClasses, 3);
    network->train();
    network->setDropout(0, 0);
    return network;
  }
  torch::Tensor lossOf(Network& network) {
    RunContext context;
    context.selections = selections_;
    return torch::cross_entropy_loss(network.forward(photos_, context), labels_);
  }

  const Architecture& architecture_;
  int size_;
  torch::Tensor photos_;
  torch::Tensor labels_ = torch::tensor({1, 2, 3});
  std::map<std::string, std::vector<int>> selections_;
  std::map<std::string, torch::Tensor> wide_;
};

TEST_P(TrainNetwork, HasTheLossAndGradientsOfStockOperations) {
  auto weights = formulaTensors(architecture_, kClasses, 3);
  for (auto& [name, tensor] : weights) {
    if (!tensor.is_floating_point()) continue;
    tensor = tensor.to(torch::kDouble);
    if (name.find("running_") == std::string::npos) tensor.requires_grad_();
  }
  const PlainNetwork plain(architecture_, weights, {.batchStatistics = true});
  const auto expected =
      torch::cross_entropy_loss(plain.forward(photos_.to(torch::kDouble), wide_), labels_);
  expected.backward();

  const auto network = trainee();
  const auto loss = lossOf(*network);
  loss.backward();
  EXPECT_NEAR(loss.item<double>(), expected.item<double>(), 1e-5);
  double largest = 0;
  for (const auto& p : network->named_parameters()) {
    largest = std::max(largest, weights.at(p.key()).grad().abs().max().item<double>());
  }
  for (const auto& p : network->named_parameters()) {
    const auto& wanted = weights.at(p.key()).grad();
    const double error = (p.value().grad().to(torch::kDouble) - wanted).norm().item<double>();
    EXPECT_LE(error, 1e-4 * wanted.norm().item<double>() + 1e-6 * largest) << p.key();
  }
  for (const auto& b : network->named_buffers()) {
    if (!b.value().is_floating_point()) continue;
    EXPECT_TRUE(torch::allclose(b.value().to(torch::kDouble), weights.at(b.key()), 1e-4, 1e-6))
        << b.key();
  }
}

/// The sums over a batch are cut the same way for any number of threads.
TEST_P(TrainNetwork, GivesTheSameForAnyNumberOfThreads) {
  const auto gradients = [&](int threads) {
    torch::set_num_threads(threads);
    const auto network = trainee();
    lossOf(*network).backward();
    std::vector<torch::Tensor> values;
    for (const auto& p : network->parameters()) values.push_back(p.grad());
    return values;
  };
  const int before = torch::get_num_threads();
  const auto one = gradients(1);
  const auto two = gradients(2);
  const auto again = gradients(2);
  torch::set_num_threads(before);
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(torch::equal(two[i], again[i]));
    EXPECT_LE((one[i] - two[i]).norm().item<double>(), 1e-5 * one[i].norm().item<double>() + 1e-8);
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, TrainNetwork,
                         testing::Values(std::tuple("compact", 96), std::tuple("compact", 75),
                                         std::tuple("dropout-compact", 64), std::tuple("xs", 224)),
                         [](const auto& with) {
                           std::string name = std::get<0>(with.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + "_" + std::to_string(std::get<1>(with.param));
                         });

}  // namespace
}  // namespace filterlens::test
