#include "core/train/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <set>

namespace filterlens {
namespace {

constexpr int kDraws = 100'000;

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
Moments momentsOf(const Draw& draw) {
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = draw();
    sum += value;
    squares += value * value;
  }
  const double mean = sum / kDraws;
  return {mean, squares / kDraws - mean * mean};
}

TEST(Random, TheSameKeyGivesTheSameNumbers) {
  Random a(1, 2, 3);
  Random b(1, 2, 3);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.bits(), b.bits());
}

TEST(Random, NumbersStayTheSameBetweenVersions) {
  // A run that is resumed after an update goes on as it began.
  EXPECT_EQ(Random(0).bits(), 6235967106033911276U);
  EXPECT_EQ(Random(1, 2, 3).bits(), 4246598240272835272U);
}

TEST(Random, NeighbouringKeysGiveOtherStreams) {
  std::set<std::uint64_t> firsts;
  for (int seed = 0; seed < 10; ++seed) {
    firsts.insert(Random(seed).bits());
    for (int epoch = 0; epoch < 10; ++epoch) {
      firsts.insert(Random(seed, epoch).bits());
      for (int photo = 0; photo < 100; ++photo) firsts.insert(Random(seed, epoch, photo).bits());
    }
  }
  EXPECT_EQ(firsts.size(), 10U + 100U + 10'000U);
}

TEST(Random, FirstNumbersOfNeighboursAreIndependent) {
  int photo = 0;
  const Moments firsts = momentsOf([&] { return Random(7, 3, photo++).uniform(); });
  EXPECT_NEAR(firsts.mean, 0.5, 0.005);
  EXPECT_NEAR(firsts.variance, 1.0 / 12, 0.002);
  double product = 0;
  for (int i = 0; i < kDraws; ++i) {
    product += (Random(7, 3, i).uniform() - 0.5) * (Random(7, 3, i + 1).uniform() - 0.5);
  }
  EXPECT_NEAR(product / kDraws, 0, 0.002);
}

TEST(Random, UniformFillsItsRange) {
  Random random(5);
  const Moments unit = momentsOf([&] { return random.uniform(); });
  EXPECT_NEAR(unit.mean, 0.5, 0.005);
  EXPECT_NEAR(unit.variance, 1.0 / 12, 0.002);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform(-3, -2);
    EXPECT_GE(value, -3);
    EXPECT_LT(value, -2);
  }
}

TEST(Random, IntegersAreEquallyLikely) {
  Random random(6);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(static_cast<std::size_t>(random.integer(7)));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);
  EXPECT_EQ(random.integer(1), 0);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(8);
  int within = 0;
  const Moments moments = momentsOf([&] {
    const double value = random.normal();
    if (std::abs(value) < 1) ++within;
    return value;
  });
  EXPECT_NEAR(moments.mean, 0, 0.012);
  EXPECT_NEAR(moments.variance, 1, 0.02);
  EXPECT_NEAR(static_cast<double>(within) / kDraws, 0.6827, 0.006);
}

TEST(Random, BetaHasItsMoments) {
  for (const double a : {0.1, 0.2, 0.5, 1.0, 3.0}) {
    Random random(9, static_cast<int>(a * 10));
    const Moments moments = momentsOf([&] {
      const double value = random.beta(a);
      EXPECT_TRUE(value >= 0 && value <= 1);
      return value;
    });
    EXPECT_NEAR(moments.mean, 0.5, 0.008) << a;
    EXPECT_NEAR(moments.variance, 1 / (4 * (2 * a + 1)), 0.004) << a;
  }
  Random random(10);
  for (int i = 0; i < 1000; ++i) {
    const double value = random.beta(1e-5);  // where both gammas vanish
    EXPECT_TRUE(value >= 0 && value <= 1);
  }
}

}  // namespace
}  // namespace filterlens
