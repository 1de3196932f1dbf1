#include "core/measure/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

namespace filterlens {
namespace {

TEST(Bootstrap, NoValuesHaveNoMean) {
  const auto interval = bootstrapMean({}, 1);
  EXPECT_EQ(interval.n, 0);
  EXPECT_TRUE(std::isnan(interval.mean) && std::isnan(interval.low) && std::isnan(interval.high));
}

TEST(Bootstrap, EqualValuesLeaveNoDoubt) {
  for (const std::size_t count : {1U, 7U}) {
    const auto interval = bootstrapMean(std::vector<double>(count, 0.25), 1);
    EXPECT_EQ(interval.n, static_cast<int>(count));
    EXPECT_DOUBLE_EQ(interval.mean, 0.25);
    EXPECT_DOUBLE_EQ(interval.low, 0.25);
    EXPECT_DOUBLE_EQ(interval.high, 0.25);
  }
}

TEST(Bootstrap, TwoValuesCoverBoth) {
  // A quarter of the resamples holds the first value twice, a quarter the second.
  const auto interval = bootstrapMean(std::vector<double>{0, 1}, 1);
  EXPECT_DOUBLE_EQ(interval.mean, 0.5);
  EXPECT_DOUBLE_EQ(interval.low, 0);
  EXPECT_DOUBLE_EQ(interval.high, 1);
}

TEST(Bootstrap, ManyValuesAgreeWithTheNormalApproximation) {
  std::vector<double> values(400);
  std::iota(values.begin(), values.end(), 0.0);
  const auto interval = bootstrapMean(values, 3, 20000);
  // Mean 199.5, standard error sqrt((400^2 - 1) / 12 / 400) = 5.7735.
  EXPECT_DOUBLE_EQ(interval.mean, 199.5);
  EXPECT_NEAR(interval.low, 199.5 - 1.96 * 5.7735, 0.3);
  EXPECT_NEAR(interval.high, 199.5 + 1.96 * 5.7735, 0.3);
}

TEST(Bootstrap, TheSeedDecides) {
  std::vector<double> values(50);
  std::iota(values.begin(), values.end(), 0.0);
  EXPECT_EQ(bootstrapMean(values, 5).low, bootstrapMean(values, 5).low);
  EXPECT_NE(bootstrapMean(values, 5).low, bootstrapMean(values, 6).low);
}

TEST(Bootstrap, RowsOfEqualLengthVaryTogether) {
  const std::vector<double> values{1, 4, 2, 8, 5, 7};
  std::vector<double> shifted = values;
  for (double& value : shifted) value += 10;
  EXPECT_NEAR(bootstrapMean(shifted, 1).high, bootstrapMean(values, 1).high + 10, 1e-12);
}

}  // namespace
}  // namespace filterlens
