// The fast operations of a training step against the stock ones in double precision: the same
// module in float32 takes the fast path, in double the stock one.
#include <torch/torch.h>

#include <gtest/gtest.h>

#include "core/model/units_module.h"

namespace filterlens::test {
namespace {

/// Relative to the largest value of what is expected.
double difference(const torch::Tensor& actual, const torch::Tensor& expected) {
  const auto wanted = expected.detach().to(torch::kDouble);
  const double scale = std::max(1e-12, wanted.abs().max().item<double>());
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
  EXPECT_LE(difference(x.grad(), wideX.grad()), kTolerance) << "input gradient";
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

}  // namespace
}  // namespace filterlens::test
