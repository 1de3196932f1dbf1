// Measures of one map that need few runs or none: masking, sparseness, sensitivity, similarity.
#include <gtest/gtest.h>

#include <cmath>

#include "core/measure/baselines.h"
#include "core/measure/masking.h"
#include "core/measure/randomisation.h"
#include "core/measure/sensitivity.h"
#include "core/measure/sparseness.h"
#include "core/train/random.h"
#include "tests/core/measure/linear_model.h"
#include "tests/core/measure/planted_model.h"

namespace filterlens {
namespace {

using test::LinearModel;
using test::PlantedModel;

std::vector<double> drawn(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<double> values(count);
  for (double& value : values) value = random.normal();
  return values;
}

TEST(MaskAtPixels, StretchesSequentialMapsAndKeepsThePositivePartOfSignedOnes) {
  std::vector<double> values(576, 0.5);
  values[0] = 1.5;
  values[1] = 1;
  auto map = LinearModel::mapOf(values);
  auto mask = maskAtPixels(map, 24, 24);
  EXPECT_DOUBLE_EQ(mask[0], 1);
  EXPECT_DOUBLE_EQ(mask[1], 0.5);
  EXPECT_DOUBLE_EQ(mask[2], 0);  // a floor of 0.5 shows nothing
  values[2] = -3;
  map = LinearModel::mapOf(values);
  map.scale = HeatmapScale::Diverging;
  mask = maskAtPixels(map, 24, 24);
  EXPECT_DOUBLE_EQ(mask[2], 0);
  EXPECT_NEAR(mask[3], 0.5 / 1.5, 1e-7);
}

TEST(MaskAtPixels, AMapWithoutDifferencesShowsNothing) {
  for (const double value : maskAtPixels(uniformBaseline(5, 5), 5, 5)) EXPECT_EQ(value, 0);
}

MaskingScores maskingOf(const std::vector<double>& mask, double weight) {
  // The probability is 0.4 + weight * the share of white in the upper half.
  std::vector<double> weights(576);
  std::fill(weights.begin(), weights.begin() + 288, weight / 288);
  const LinearModel model(weights, 0.4);
  const auto input = LinearModel::white();
  const auto scores =
      maskingScores({model, 0, 0}, input, model.probability(input), mask, Progress());
  EXPECT_TRUE(scores);
  EXPECT_EQ(model.runs, 1);
  return *scores;
}

TEST(Masking, DropsByWhatTheMaskHides) {
  std::vector<double> upper(576);
  std::fill(upper.begin(), upper.begin() + 288, 1.0);
  std::vector<double> lower(576, 1.0);
  std::fill(lower.begin(), lower.begin() + 288, 0.0);
  const std::vector<double> half(576, 0.5);
  EXPECT_NEAR(maskingOf(upper, 0.4).drop, 0, 1e-6);
  EXPECT_NEAR(maskingOf(lower, 0.4).drop, 0.4 / 0.8, 1e-6);  // relative to f(x) = 0.8
  EXPECT_NEAR(maskingOf(half, 0.4).drop, 0.2 / 0.8, 1e-6);
  EXPECT_EQ(maskingOf(lower, 0.4).increase, 0);
  // What speaks against the class is hidden: the probability rises, which is no drop.
  EXPECT_EQ(maskingOf(lower, -0.2).increase, 1);
  EXPECT_EQ(maskingOf(lower, -0.2).drop, 0);
}

/// Of all pairs of values: the Gini index by its other definition.
double slowGini(const std::vector<double>& values) {
  double differences = 0;
  double sum = 0;
  for (const double a : values) {
    for (const double b : values) differences += std::abs(std::abs(a) - std::abs(b));
    sum += std::abs(a);
  }
  return differences / (2 * static_cast<double>(values.size()) * sum);
}

TEST(Gini, IsTheMeanDifferenceOfAllPairs) {
  const auto values = drawn(300, 1);
  EXPECT_NEAR(giniIndex(values), slowGini(values), 1e-6);
}

TEST(Gini, OfEqualValuesIsZeroAndOfOneOfManyNearlyOne) {
  EXPECT_NEAR(giniIndex(std::vector<double>(100, -2.0)), 0, 1e-12);
  EXPECT_NEAR(giniIndex(std::vector<double>(100, 0.0)), 0, 1e-12);
  std::vector<double> one(100);
  one[40] = 5;
  EXPECT_NEAR(giniIndex(one), 0.99, 1e-4);
  EXPECT_NEAR(giniIndex({0, 0, 1, 1}), 0.5, 1e-6);
}

TEST(Gini, TakesTheFloorOffASequentialMapAndNotTheSignOffASignedOne) {
  std::vector<double> values(576, 0.5);
  values[9] = 0.9;
  auto map = LinearModel::mapOf(values);
  EXPECT_NEAR(giniSparseness(map, 24, 24), 575.0 / 576, 1e-3);
  values.assign(576, 0);
  values[3] = 1;
  values[4] = -1;
  map = LinearModel::mapOf(values);
  map.scale = HeatmapScale::Diverging;
  EXPECT_NEAR(giniSparseness(map, 24, 24), 574.0 / 576, 1e-3);
}

TEST(Sensitivity, NeighboursLieWithinTheRadiusAndDiffer) {
  const auto input = LinearModel::white();
  const auto near = neighbour(input, 1, 0);
  double largest = 0;
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    largest = std::max(largest, std::abs(1.0 * near.values[i] - input.values[i]));
  }
  EXPECT_LE(largest, kSensitivityRadius + 1e-6);
  EXPECT_GT(largest, 0.9 * kSensitivityRadius);
  EXPECT_EQ(near.values, neighbour(input, 1, 0).values);
  EXPECT_NE(near.values, neighbour(input, 1, 1).values);
  EXPECT_NE(near.values, neighbour(input, 2, 0).values);
}

TEST(Sensitivity, IsTheRelativeEuclideanDistance) {
  std::vector<double> values(576);
  values[0] = 3;
  values[1] = 4;
  auto moved = values;
  moved[2] = 1;
  EXPECT_NEAR(relativeDistance(LinearModel::mapOf(values), LinearModel::mapOf(moved)), 0.2, 1e-7);
  EXPECT_EQ(relativeDistance(LinearModel::mapOf(values), LinearModel::mapOf(values)), 0);
  values.assign(576, 0);
  EXPECT_NEAR(relativeDistance(LinearModel::mapOf(values), LinearModel::mapOf(moved)),
              std::sqrt(26.0), 1e-6);
}

TEST(Similarity, OfAMapWithItselfIsOneAlsoWithAnotherSign) {
  const auto values = drawn(576, 4);
  auto opposite = values;
  for (double& value : opposite) value *= -7;
  const auto same = similarityTo(LinearModel::mapOf(values), LinearModel::mapOf(opposite));
  ASSERT_TRUE(same);
  EXPECT_NEAR(same->rankCorrelation, 1, 1e-9);
  EXPECT_NEAR(same->structure, 1, 1e-6);
}

TEST(Similarity, OfIndependentMapsIsChance) {
  const auto found =
      similarityTo(LinearModel::mapOf(drawn(576, 1)), LinearModel::mapOf(drawn(576, 2)));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->rankCorrelation, 0, 0.15);
  EXPECT_NEAR(found->structure, 0, 0.2);
}

TEST(Similarity, AMapThatBecameEmptyKeptNothing) {
  const auto map = LinearModel::mapOf(drawn(576, 1));
  const auto empty = LinearModel::mapOf(std::vector<double>(576));
  ASSERT_TRUE(similarityTo(map, empty));
  EXPECT_EQ(similarityTo(map, empty)->rankCorrelation, 0);
  EXPECT_EQ(similarityTo(map, empty)->structure, 0);
  EXPECT_FALSE(similarityTo(empty, map));
}

}  // namespace
}  // namespace filterlens
