// Every table of kernels that this processor can run, against the same in double precision. Sizes
// are odd on purpose: channels that fill no vector, rows that fill no tile.
#include "core/kernels/kernels.h"

#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

using Values = std::vector<float>;

std::size_t index(KernelSize i) { return static_cast<std::size_t>(i); }

Values random(std::uint64_t seed, KernelSize count) { return splitmixValues(seed, index(count)); }

std::vector<const Kernels*> tables() {
  std::size_t count = 0;
  const auto* const* all = kernelTables(count);
  return {all, all + count};
}

/// expected: of element i.
void expectNear(const Values& actual, const std::function<double(KernelSize)>& expected,
                double tolerance) {
  double worst = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    worst = std::max(
        worst, std::abs(static_cast<double>(actual[i]) - expected(static_cast<KernelSize>(i))));
  }
  EXPECT_LE(worst, tolerance);
}

class EveryTable : public testing::TestWithParam<const Kernels*> {
 protected:
  const Kernels& k() { return *GetParam(); }
};

TEST_P(EveryTable, MultipliesMatrices) {
  struct Sizes {
    KernelSize rows, depth, cols;
  };
  for (const Sizes& s : {Sizes{1, 1, 1}, Sizes{29, 24, 48}, Sizes{13, 7, 17}, Sizes{24, 31, 33},
                         Sizes{50, 3, 95}, Sizes{7, 130, 10}}) {
    SCOPED_TRACE(testing::Message() << s.rows << "x" << s.depth << "x" << s.cols);
    const auto a = random(1, s.rows * (s.depth + 2));  // rows lie two further apart than they need
    const auto b = random(2, s.depth * s.cols);
    const auto bias = random(3, s.cols);
    Values packed(index(k().packedSize(s.depth, s.cols)));
    k().packMatrix(b.data(), 1, s.depth, s.depth, s.cols, packed.data());  // b is transposed
    const auto product = [&](KernelSize i) {
      double sum = 0;
      for (KernelSize d = 0; d < s.depth; ++d) {
        sum += static_cast<double>(a[index(i / s.cols * (s.depth + 2) + d)]) *
               b[index(i % s.cols * s.depth + d)];
      }
      return sum;
    };
    Values c(index(s.rows * s.cols));
    MatrixProduct task{a.data(), s.depth + 2, packed.data(), c.data(),
                       s.cols,   s.rows,      s.depth,       s.cols};
    k().multiply(task);
    expectNear(c, product, 1e-5);
    task.base = c.data();
    task.bias = bias.data();
    k().multiply(task);
    expectNear(
        c, [&](KernelSize i) { return 2 * product(i) + bias[index(i % s.cols)]; }, 2e-5);
  }
}

TEST_P(EveryTable, AddsTransposedProducts) {
  struct Sizes {
    KernelSize rows, m, n;
  };
  for (const Sizes& s : {Sizes{1, 1, 1}, Sizes{40, 24, 48}, Sizes{33, 13, 31}, Sizes{5, 7, 130}}) {
    const auto a = random(1, s.rows * s.m);
    const auto b = random(2, s.rows * s.n);
    const auto before = random(3, s.m * s.n);
    auto c = before;
    k().addTransposedProduct({a.data(), s.m, b.data(), s.n, c.data(), s.n, s.rows, s.m, s.n});
    expectNear(
        c,
        [&](KernelSize i) {
          double sum = before[index(i)];
          for (KernelSize row = 0; row < s.rows; ++row) {
            sum +=
                static_cast<double>(a[index(row * s.m + i / s.n)]) * b[index(row * s.n + i % s.n)];
          }
          return sum;
        },
        1e-5);
  }
}

double silu(double z) { return z / (1 + std::exp(-z)); }

double siluSlope(double z) {
  const double s = 1 / (1 + std::exp(-z));
  return s * (1 + z * (1 - s));
}

/// From -120 to 120, so that e^z overflows on the way.
TEST_P(EveryTable, ActivatesAccurately) {
  constexpr KernelSize kRows = 3000;
  constexpr KernelSize kChannels = 29;
  Values x(index(kRows * kChannels));
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = 240.0F * static_cast<float>(i) / static_cast<float>(x.size()) - 120.0F;
  }
  const Values scale(kChannels, 1.0F);
  const Values zero(kChannels, 0.0F);
  const NormParameters norm{scale.data(), zero.data(), zero.data()};
  Values y(x.size());
  Values slope(x.size());
  k().normActivateDerive(x.data(), kRows, kChannels, norm, Activation::SiLU, y.data(),
                         slope.data());
  double worst = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double expected = silu(x[i]);
    // Below -87 the exponential stands still: both are as good as zero there.
    const double scaleOf = std::max(std::abs(expected), 1e-30);
    if (x[i] > -80) worst = std::max(worst, std::abs(y[i] - expected) / scaleOf);
    EXPECT_LE(std::abs(slope[i] - siluSlope(x[i])), 1e-6) << x[i];
    EXPECT_TRUE(std::isfinite(y[i]) && std::isfinite(slope[i])) << x[i];
  }
  EXPECT_LE(worst, 1e-6);
  Values again(x.size());
  k().normActivate(x.data(), kRows, kChannels, norm, Activation::SiLU, again.data());
  EXPECT_EQ(again, y);
  k().normActivate(x.data(), kRows, kChannels, norm, Activation::LeakyReLU, again.data());
  expectNear(
      again, [&](KernelSize i) { return x[index(i)] * (x[index(i)] > 0 ? 1 : 0.1); }, 1e-5);
}

/// A mean of a thousand standard deviations leaves nothing of a naive sum of squares.
TEST_P(EveryTable, AddsMomentsAroundAnOrigin) {
  constexpr KernelSize kRows = 200;
  constexpr KernelSize kChannels = 21;
  auto x = random(1, kRows * kChannels);
  for (auto& value : x) value += 1000.0F;
  std::vector<double> sums(kChannels);
  std::vector<double> squares(kChannels);
  k().addMoments(x.data(), kRows, kChannels, x.data(), sums.data(), squares.data());
  for (KernelSize c = 0; c < kChannels; ++c) {
    double sum = 0;
    double square = 0;
    for (KernelSize row = 0; row < kRows; ++row) {
      const double d = static_cast<double>(x[index(row * kChannels + c)]) - x[index(c)];
      sum += d;
      square += d * d;
    }
    EXPECT_NEAR(sums[index(c)], sum, 1e-4);
    EXPECT_NEAR(squares[index(c)], square, 1e-6 * square);
  }
}

TEST_P(EveryTable, TakesNormGradients) {
  constexpr KernelSize kRows = 37;
  constexpr KernelSize kChannels = 27;
  const auto x = random(1, kRows * kChannels);
  const auto gradient = random(2, kRows * kChannels);
  const auto scale = random(3, kChannels);
  const auto shift = random(4, kChannels);
  const auto mean = random(5, kChannels);
  const NormParameters norm{scale.data(), shift.data(), mean.data()};
  Values y(x.size());
  Values g(x.size());
  std::vector<double> sums(kChannels);
  std::vector<double> products(kChannels);
  k().activateGradient(x.data(), gradient.data(), kRows, kChannels, norm, Activation::SiLU,
                       y.data(), g.data(), sums.data(), products.data());
  const auto z = [&](KernelSize i) {
    return static_cast<double>(x[index(i)]) * scale[index(i % kChannels)] +
           shift[index(i % kChannels)];
  };
  expectNear(
      y, [&](KernelSize i) { return silu(z(i)); }, 1e-6);
  const auto passed = [&](KernelSize i) { return siluSlope(z(i)) * gradient[index(i)]; };
  expectNear(g, passed, 1e-6);
  for (KernelSize c = 0; c < kChannels; ++c) {
    double sum = 0;
    double product = 0;
    for (KernelSize i = c; i < kRows * kChannels; i += kChannels) {
      sum += passed(i);
      product += passed(i) * (static_cast<double>(x[index(i)]) - mean[index(c)]);
    }
    EXPECT_NEAR(sums[index(c)], sum, 1e-5);
    EXPECT_NEAR(products[index(c)], product, 1e-5);
  }
}

/// Weights of [9, channels], rows of `cols` cells with one of padding on either side.
struct Depthwise {
  static constexpr KernelSize kChannels = 19;
  KernelSize rows, cols, stride;
  KernelSize outRows = (rows - 1) / stride + 1;
  KernelSize outCols = (cols - 1) / stride + 1;
  Values weights = random(1, 9 * kChannels);

  [[nodiscard]] KernelSize width() const { return (cols + 2) * kChannels; }
  /// A map of (rows + 2) padded rows, zero around.
  [[nodiscard]] Values padded() const {
    Values map(index((rows + 2) * width()));
    const auto inner = random(2, rows * cols * kChannels);
    for (KernelSize row = 0; row < rows; ++row) {
      std::copy_n(inner.begin() + row * cols * kChannels, cols * kChannels,
                  map.begin() + (row + 1) * width() + kChannels);
    }
    return map;
  }
};

TEST_P(EveryTable, ConvolvesRowsDepthwiseAndBack) {
  for (Depthwise d :
       {Depthwise{5, 7, 1}, Depthwise{6, 8, 2}, Depthwise{5, 7, 2}, Depthwise{1, 1, 2}}) {
    constexpr auto kChannels = Depthwise::kChannels;
    const auto map = d.padded();
    const auto gradient = random(3, (d.outRows + 1) * (d.outCols + 1) * kChannels);
    Values out(index(d.outRows * d.outCols * kChannels));
    Values weightSums(index(9 * kChannels));
    double forward = 0;  // <out, gradient>, which is also <weightSums, weights> and <dIn, in>
    for (KernelSize row = 0; row < d.outRows; ++row) {
      const float* top = map.data() + row * d.stride * d.width();
      const float* const in[3] = {top, top + d.width(), top + 2 * d.width()};
      float* to = out.data() + row * d.outCols * kChannels;
      k().depthwiseRow(in, d.weights.data(), kChannels, d.outCols, d.stride, to);
      const float* g = gradient.data() + row * (d.outCols + 1) * kChannels;
      k().depthwiseWeightRow(in, g, kChannels, d.outCols, d.stride, weightSums.data());
      for (KernelSize i = 0; i < d.outCols * kChannels; ++i) {
        forward += static_cast<double>(to[i]) * g[i];
      }
    }
    expectNear(
        out,
        [&](KernelSize i) {
          const auto c = i % kChannels;
          const auto col = i / kChannels % d.outCols;
          const auto row = i / kChannels / d.outCols;
          double sum = 0;
          for (KernelSize tap = 0; tap < 9; ++tap) {
            const auto at =
                (row * d.stride + tap / 3) * d.width() + (col * d.stride + tap % 3) * kChannels + c;
            sum += static_cast<double>(map[index(at)]) * d.weights[index(tap * kChannels + c)];
          }
          return sum;
        },
        1e-5);
    double backward = 0;
    for (std::size_t i = 0; i < weightSums.size(); ++i) {
      backward += static_cast<double>(weightSums[i]) * d.weights[i];
    }
    EXPECT_NEAR(backward, forward, 1e-4);
  }
}

TEST_P(EveryTable, SoftmaxesAndDrops) {
  constexpr KernelSize kRows = 5;
  constexpr KernelSize kCols = 37;
  constexpr float kScale = 3.0F;
  const auto scores = random(1, kRows * kCols);
  const auto expected = [&](KernelSize i) {
    double sum = 0;
    for (KernelSize j = 0; j < kCols; ++j) {
      sum += std::exp(static_cast<double>(kScale * scores[index(i / kCols * kCols + j)]));
    }
    return std::exp(static_cast<double>(kScale * scores[index(i)])) / sum;
  };
  auto all = scores;
  Values statistics(2 * kRows);
  k().softmaxDrop(all.data(), kRows, kCols, kScale, {}, 0, statistics.data());
  expectNear(all, expected, 1e-6);

  DropoutMask mask{{7, 9}, 1U << 30, 4.0F / 3.0F};
  auto dropped = scores;
  k().softmaxDrop(dropped.data(), kRows, kCols, kScale, mask, 100, statistics.data());
  Values passing(kRows * kCols, 1.0F);  // elements are numbered on from 100
  k().drop(passing.data(), kRows * kCols, mask, 100, passing.data());
  expectNear(
      dropped, [&](KernelSize i) { return expected(i) * passing[index(i)]; }, 1e-6);
}

/// A quarter is dropped, with no more luck than five standard deviations; another key drops others.
TEST_P(EveryTable, DropsAsOftenAsAsked) {
  constexpr KernelSize kCount = 100000;
  const Values ones(kCount, 1.0F);
  Values a(kCount);
  Values b(kCount);
  k().drop(ones.data(), kCount, {{1, 2}, 1U << 30, 2.0F}, 0, a.data());
  k().drop(ones.data(), kCount, {{9, 2}, 1U << 30, 2.0F}, 0, b.data());
  KernelSize dropped = 0;
  KernelSize both = 0;
  KernelSize neighbours = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(a[i] == 0.0F || a[i] == 2.0F);
    dropped += a[i] == 0.0F;
    both += a[i] == 0.0F && b[i] == 0.0F;
    neighbours += i > 0 && a[i] == 0.0F && a[i - 1] == 0.0F;
  }
  EXPECT_NEAR(static_cast<double>(dropped), kCount / 4.0, 685);
  EXPECT_NEAR(static_cast<double>(both), kCount / 16.0, 383);
  EXPECT_NEAR(static_cast<double>(neighbours), kCount / 16.0, 450);
}

/// Sums by lanes differ in rounding only; masks do not differ at all.
TEST_P(EveryTable, AgreesWithThePortableTable) {
  const Kernels& portable = *tables().back();
  constexpr KernelSize kRows = 9;
  constexpr KernelSize kChannels = 43;
  const auto x = random(1, kRows * kChannels);
  const auto weight = random(2, kChannels);
  const auto g = random(3, kRows * kChannels);
  const DropoutMask mask{{11, 13}, 1U << 31, 2.0F};
  const auto results = [&](const Kernels& table) {
    Values y(x.size());
    Values inverse(kRows);
    table.normaliseRows(x.data(), kRows, kChannels, 1e-5F, y.data(), inverse.data());
    Values dx(x.size());
    table.normaliseRowsGradient(g.data(), y.data(), inverse.data(), weight.data(), kRows, kChannels,
                                dx.data());
    Values sum(x.size());
    table.dropAdd(x.data(), g.data(), kRows * kChannels, mask, sum.data());
    table.reluDrop(sum.data(), kRows * kChannels, mask);
    Values all;
    for (const auto& part : {y, inverse, dx, sum}) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  const auto expected = results(portable);
  expectNear(
      results(k()), [&](KernelSize i) { return expected[index(i)]; }, 2e-5);
}

INSTANTIATE_TEST_SUITE_P(Tables, EveryTable, testing::ValuesIn(tables()),
                         [](const auto& with) { return std::string(with.param->name); });

}  // namespace
}  // namespace filterlens::test
