// The fast operations of a training step against the stock ones in double precision: the same
// module in float32 takes the fast path, in double the stock one.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/kernels/encoder_layer.h"
#include "core/model/blocks_module.h"
#include "core/model/training_ops_internal.h"

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

/// Whether one of our own nodes is among a node and those behind it.
bool usesFastOperation(const std::shared_ptr<torch::autograd::Node>& node) {
  if (!node) return false;
  if (node->name().find("filterlens") != std::string::npos) return true;
  return std::any_of(node->next_edges().begin(), node->next_edges().end(),
                     [](const auto& edge) { return usesFastOperation(edge.function); });
}

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
  EXPECT_TRUE(usesFastOperation(y.grad_fn()));  // or the stock path would be compared with itself
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

/// An encoder layer in double with the masks that the fast one draws, one photo after the other.
class MaskedLayer {
 public:
  MaskedLayer(const EncoderLayerShape& shape, const std::vector<torch::Tensor>& parameters)
      : s_(shape), p_(parameters) {}

  torch::Tensor forward(const torch::Tensor& tokens) {
    std::vector<torch::Tensor> photos;
    for (std::int64_t photo = 0; photo < tokens.size(0); ++photo) {
      photos.push_back(onePhoto(tokens[photo], photo));
    }
    return torch::stack(photos);
  }

 private:
  torch::Tensor drop(const torch::Tensor& x, std::int64_t photo, DropoutSite site) const {
    auto passing = torch::ones(x.sizes());
    auto* values = passing.data_ptr<float>();
    kernels().drop(values, x.numel(), dropoutMask(s_, photo, site), 0, values);
    return x * passing.to(torch::kDouble);
  }

  torch::Tensor onePhoto(const torch::Tensor& x, std::int64_t photo) const {
    const auto parts = torch::linear(x, p_[0], p_[1]).chunk(3, 1);
    const auto perHead = [&](const torch::Tensor& t) {
      return t.view({s_.count, s_.heads, s_.headWidth()}).transpose(0, 1);
    };
    const auto scores = torch::matmul(perHead(parts[0]), perHead(parts[1]).transpose(1, 2)) /
                        std::sqrt(static_cast<double>(s_.headWidth()));
    const auto weights = drop(torch::softmax(scores, -1), photo, DropoutSite::Attention);
    const auto mixed =
        torch::matmul(weights, perHead(parts[2])).transpose(0, 1).reshape({s_.count, s_.width});
    const auto attended = drop(torch::linear(mixed, p_[2], p_[3]), photo, DropoutSite::Attended);
    const auto u = torch::layer_norm(x + attended, {s_.width}, p_[8], p_[9], s_.epsilon);
    const auto hidden =
        drop(torch::relu(torch::linear(u, p_[4], p_[5])), photo, DropoutSite::Hidden);
    const auto answer = drop(torch::linear(hidden, p_[6], p_[7]), photo, DropoutSite::Answer);
    return torch::layer_norm(u + answer, {s_.width}, p_[10], p_[11], s_.epsilon);
  }

  const EncoderLayerShape& s_;
  const std::vector<torch::Tensor>& p_;
};

TEST(TrainEncoderLayer, DropsTheSameInForwardAndBackward) {
  torch::manual_seed(13);
  const EncoderLayerShape shape{.batch = 3,
                                .count = 11,
                                .width = 24,
                                .heads = 3,
                                .hidden = 40,
                                .dropout = 0.3,
                                .seed = 77,
                                .epsilon = 1e-5};
  std::vector<torch::Tensor> fast;
  std::vector<torch::Tensor> stock;
  for (const auto& sizes : std::vector<std::vector<std::int64_t>>{{72, 24},
                                                                  {72},
                                                                  {24, 24},
                                                                  {24},
                                                                  {40, 24},
                                                                  {40},
                                                                  {24, 40},
                                                                  {24},
                                                                  {24},
                                                                  {24},
                                                                  {24},
                                                                  {24}}) {
    fast.push_back((torch::randn(sizes) * 0.3).requires_grad_());
    stock.push_back(fast.back().detach().to(torch::kDouble).requires_grad_());
  }
  const auto x = torch::randn({3, 11, 24}).requires_grad_();
  const auto wide = x.detach().to(torch::kDouble).requires_grad_();
  const auto gradient = torch::randn({3, 11, 24});
  const auto y = trainEncoderLayer(x, fast, {.heads = 3, .hidden = 40, .dropout = 0.3, .seed = 77});
  const auto expected = MaskedLayer(shape, stock).forward(wide);
  y.backward(gradient);
  expected.backward(gradient.to(torch::kDouble));
  EXPECT_LE(difference(y, expected), kTolerance);
  EXPECT_LE(difference(x.grad(), wide.grad()), kTolerance);
  for (std::size_t i = 0; i < fast.size(); ++i) {
    EXPECT_LE(difference(fast[i].grad(), stock[i].grad()), kTolerance) << i;
  }
}

/// Evaluation, double precision and other modes keep the stock operations.
TEST(TrainEncoderLayer, IsForTrainingInSinglePrecisionOnly) {
  EncoderLayer layer(8, 2, 8);
  const auto x = torch::randn({1, 3, 8});
  layer.eval();
  EXPECT_FALSE(usesFastOperation(layer.forward(x).grad_fn()));
  layer.train();
  EXPECT_TRUE(usesFastOperation(layer.forward(x).grad_fn()));
  layer.to(torch::kDouble);
  EXPECT_FALSE(usesFastOperation(layer.forward(x.to(torch::kDouble)).grad_fn()));
}

TEST(TrainEncoderLayer, DropsWhatTheSeedOfTorchDetermines) {
  EncoderLayer layer(16, 2, 32);
  layer.train();
  const auto x = torch::ones({2, 5, 16});
  const auto run = [&](std::uint64_t seed) {
    torch::manual_seed(seed);
    return layer.forward(x).detach();
  };
  const auto first = run(1);
  EXPECT_TRUE(torch::equal(first, run(1)));
  EXPECT_FALSE(torch::equal(first, run(2)));
  EXPECT_FALSE(torch::equal(first, layer.forward(x).detach()));
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

/// The mask's own outputs carry gradients too: losses on masks need them.
TEST(TrainFilterMask, PassesOnGradientsOfImportanceAndNormalisedResponse) {
  torch::manual_seed(11);
  const Stage stage{.kind = StageKind::Filter, .module = "block", .in = 6};
  const auto x = torch::randn({3, 6, 9, 10});
  const auto make = [&] { return std::make_shared<FilterMask>(stage); };
  expectStock<FilterMask>(make, x, [](FilterMask& mask, const auto& t) {
    const auto maps = mask.forward(t);
    return torch::cat({maps.scaled.sum(1, true), maps.importance * 2, maps.normalised * 3});
  });
}

/// The gradients of what is gathered and of what is written, in one formula with stock operations.
TEST(TrainCells, GatherAndScatterAsStockIndexingDoes) {
  torch::manual_seed(12);
  const auto values = torch::randn({4, 5, 3, 7});
  const auto order = torch::rand({4, 21}).argsort(1, false).narrow(1, 0, 6);
  const auto cells = std::get<0>(order.sort(1));
  const auto gradient = torch::randn_like(values);
  const auto a = values.clone().requires_grad_();
  const auto fast = trainScatter(a, cells, trainGather(a, cells).square());
  fast.backward(gradient);

  const auto b = values.clone().requires_grad_();
  const auto index = cells.unsqueeze(1).expand({-1, 5, -1});
  const auto pixels = b.flatten(2);
  const auto stock = pixels.scatter(2, index, pixels.gather(2, index).square()).view_as(b);
  stock.backward(gradient);
  EXPECT_TRUE(torch::equal(fast, stock));
  EXPECT_LE(difference(a.grad(), b.grad()), 1e-6);
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

}  // namespace
}  // namespace filterlens::test
