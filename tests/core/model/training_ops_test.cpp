// The fast operations of a training step against the stock ones in double precision: the same
// module in float32 takes the fast path, in double the stock one.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/model/token_draw.h"
#include "core/model/training_ops_internal.h"
#include "tests/core/model/networks.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

/// Relative to the largest value of what is expected, or to 1: the gradient of a bias in front of
/// a norm is zero but for rounding.
double difference(const torch::Tensor& actual, const torch::Tensor& expected) {
  const auto wanted = expected.detach().to(torch::kDouble);
  const double scale = std::max(1.0, wanted.abs().max().item<double>());
  return (actual.detach().to(torch::kDouble) - wanted).abs().max().item<double>() / scale;
}

constexpr double kTolerance = 2e-5;

/// Runs a module twice, in float32 and in double, with the same weights, input and gradient, and
/// compares output, input gradient, parameter gradients and buffers.
template <class Module, class Make, class Run>
void expectStock(const Make& make, const torch::Tensor& input, const Run& run) {
  const std::shared_ptr<Module> fast = make();
  const std::shared_ptr<Module> stock = make();
  {
    const torch::NoGradGuard noGrad;
    for (auto& p : fast->parameters()) p.add_(torch::randn_like(p), 0.3);
    for (const auto& p : fast->named_parameters())
      stock->named_parameters()[p.key()].copy_(p.value());
  }
  stock->to(torch::kDouble);
  fast->train();
  stock->train();
  auto x = input.clone(torch::MemoryFormat::Preserve).requires_grad_();
  auto wideX = input.to(torch::kDouble).requires_grad_();
  const auto y = run(*fast, x);
  const auto wideY = run(*stock, wideX);
  EXPECT_LE(difference(y, wideY), kTolerance) << "output";
  const auto gradient = torch::randn(wideY.sizes().vec());
  y.backward(gradient);
  wideY.backward(gradient.to(torch::kDouble));
  EXPECT_EQ(x.grad().defined(), wideX.grad().defined());
  if (x.grad().defined()) {
    EXPECT_LE(difference(x.grad(), wideX.grad()), kTolerance) << "input gradient";
  }
  const auto expected = stock->named_parameters();
  for (const auto& p : fast->named_parameters()) {
    ASSERT_TRUE(p.value().grad().defined()) << p.key();
    EXPECT_LE(difference(p.value().grad(), expected[p.key()].grad()), kTolerance) << p.key();
  }
  const auto buffers = stock->named_buffers();
  for (const auto& b : fast->named_buffers()) {
    EXPECT_LE(difference(b.value(), buffers[b.key()]), 1e-6) << b.key();
  }
}

struct Case {
  int batch, in, out, stride, expand, rows, cols;
};

TEST(TrainInvertedResidual, IsTheStockModule) {
  torch::manual_seed(4);
  for (const Case& c :
       {Case{2, 8, 8, 1, 2, 6, 6}, Case{3, 24, 24, 1, 2, 13, 11}, Case{2, 24, 40, 2, 2, 13, 12},
        Case{2, 5, 7, 2, 3, 12, 13}, Case{1, 6, 6, 1, 3, 1, 9}, Case{1, 7, 9, 2, 2, 5, 1},
        Case{33, 16, 16, 1, 4, 5, 4}, Case{4, 64, 128, 2, 2, 20, 20}}) {
    SCOPED_TRACE(testing::Message() << c.batch << "x" << c.in << "x" << c.rows << "x" << c.cols
                                    << " to " << c.out << ", stride " << c.stride);
    const auto make = [&] {
      return std::make_shared<InvertedResidual>(c.in, c.out, c.stride, c.expand);
    };
    const auto x = torch::randn({c.batch, c.in, c.rows, c.cols}) + 0.5;
    expectStock<InvertedResidual>(make, x, [](auto& module, auto& t) { return module.forward(t); });
  }
}

TEST(TrainEncoderLayer, IsTheStockModule) {
  torch::manual_seed(5);
  struct Tokens {
    int batch, count, width, heads, hidden;
  };
  for (const Tokens& c :
       {Tokens{2, 16, 32, 4, 64}, Tokens{3, 49, 24, 2, 48}, Tokens{1, 1, 8, 2, 8},
        Tokens{2, 37, 20, 5, 33}, Tokens{19, 9, 16, 1, 7}, Tokens{2, 144, 64, 8, 128}}) {
    SCOPED_TRACE(testing::Message()
                 << c.batch << "x" << c.count << "x" << c.width << ", " << c.heads << " heads");
    const auto make = [&] {
      auto layer = std::make_shared<EncoderLayer>(c.width, c.heads, c.hidden);
      layer->setDropout(0);
      return layer;
    };
    const auto x = torch::randn({c.batch, c.count, c.width}) + 0.5;
    expectStock<EncoderLayer>(make, x, [](auto& module, auto& t) { return module.forward(t); });
  }
}

/// The stem takes no gradient to its input, so only its parameters are compared.
TEST(TrainStem, IsTheStockModule) {
  torch::manual_seed(6);
  for (const auto& [rows, cols, out, batch] :
       {std::array{17, 20, 24, 3}, std::array{5, 5, 3, 2}, std::array{32, 31, 40, 18}}) {
    const Stage stage{.kind = StageKind::Stem, .module = "stem", .in = 3, .out = out, .stride = 2};
    const auto x = torch::randn({batch, 3, rows, cols});
    const auto make = [&] { return std::make_shared<StemBlock>(stage); };
    expectStock<StemBlock>(make, x, [](Block& block, const torch::Tensor& t) {
      RunContext context;
      return block.forward(t.detach(), context);
    });
  }
}

TEST(TrainFilterMask, IsTheStockModule) {
  torch::manual_seed(7);
  struct Mask {
    int batch, channels, rows, cols, kernel, dilation;
  };
  for (const Mask& c : {Mask{2, 16, 23, 23, 7, 2}, Mask{3, 5, 12, 9, 7, 1}, Mask{18, 8, 7, 8, 7, 5},
                        Mask{2, 6, 3, 2, 3, 1}}) {
    Stage stage{.kind = StageKind::Filter, .module = "block", .in = c.channels};
    stage.filterKernel = c.kernel;
    stage.filterDilation = c.dilation;
    const auto x = torch::randn({c.batch, c.channels, c.rows, c.cols}) + 0.3;
    const auto make = [&] { return std::make_shared<FilterMask>(stage); };
    expectStock<FilterMask>(make, x,
                            [](FilterMask& mask, const auto& t) { return mask.forward(t).scaled; });
  }
}

TEST(TrainFilterMask, SelectsTheLargestWithTiesToTheLowerCell) {
  torch::manual_seed(8);
  for (int k : {1, 7, 30}) {
    const auto importance = torch::randint(4, {20, 1, 5, 6}).to(torch::kFloat) * 0.1 + 0.5;
    const auto order = torch::argsort(importance.flatten(1), /*stable=*/true, 1, true);
    const auto expected = std::get<0>(order.narrow(1, 0, k).sort(1));
    EXPECT_TRUE(torch::equal(largestCells(importance, k), expected));
  }
  const auto broken = torch::full({1, 1, 2, 2}, std::nanf(""));
  broken[0][0][1][1] = 0.5F;
  EXPECT_TRUE(torch::equal(largestCells(broken, 2), torch::tensor({{0, 3}})));
}

TEST(TrainPool, IsTheStockOperation) {
  torch::manual_seed(9);
  struct Sizes {
    int rows, cols, outRows, outCols;
  };
  for (const Sizes& c : {Sizes{46, 46, 8, 8}, Sizes{9, 13, 4, 5}, Sizes{8, 8, 46, 46},
                         Sizes{3, 4, 7, 9}, Sizes{5, 5, 5, 5}, Sizes{1, 1, 3, 2}}) {
    const auto x = torch::randn({3, 11, c.rows, c.cols}).requires_grad_();
    const auto wide = x.detach().to(torch::kDouble).requires_grad_();
    const auto gradient = torch::randn({3, 11, c.outRows, c.outCols});
    const auto expected = torch::adaptive_avg_pool2d(wide, {c.outRows, c.outCols});
    const auto pooled = trainPool(x, c.outRows, c.outCols);
    EXPECT_LE(difference(pooled, expected), 1e-6);
    pooled.backward(gradient);
    expected.backward(gradient.to(torch::kDouble));
    EXPECT_LE(difference(x.grad(), wide.grad()), 1e-6);

    const auto base = torch::randn_like(gradient).requires_grad_();
    const auto again = x.detach().requires_grad_();
    const auto sum = trainSpreadAdd(base, again);
    EXPECT_LE(difference(sum, expected + base), 1e-6);
    sum.backward(gradient);
    EXPECT_TRUE(torch::equal(base.grad(), gradient));
    EXPECT_TRUE(torch::equal(again.grad(), x.grad()));
  }
}

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
