#include "core/measure/fidelity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/train/random.h"
#include "tests/core/measure/linear_model.h"

namespace filterlens {
namespace {

using test::LinearModel;
constexpr int kPixels = LinearModel::kSide * LinearModel::kSide;

std::vector<double> someWeights() {
  Random random(3);
  std::vector<double> weights(kPixels);
  for (double& weight : weights) weight = random.uniform(-0.5, 0.9) / kPixels;
  return weights;
}

std::vector<double> times(std::vector<double> values, double factor) {
  for (double& value : values) value *= factor;
  return values;
}

FidelityScores scoresOf(const std::vector<double>& map, const std::vector<double>& weights,
                        int draws = FidelityTest::kDraws) {
  const LinearModel model(weights, 0.4);
  const auto input = LinearModel::white();
  const auto test =
      FidelityTest::prepare({model, 0, 0}, input, model.probability(input), 5, {}, draws);
  EXPECT_TRUE(test);
  EXPECT_EQ(model.runs, draws);
  return test->scores(map);
}

TEST(Fidelity, OfALinearModelsWeightsIsPerfectAndOfTheirOppositesTheWorst) {
  const auto weights = someWeights();
  EXPECT_NEAR(scoresOf(weights, weights).correlation, 1, 1e-5);
  EXPECT_NEAR(scoresOf(weights, weights).infidelity, 0, 1e-12);
  EXPECT_NEAR(scoresOf(times(weights, -3), weights).correlation, -1, 1e-5);
}

TEST(Fidelity, DoesNotDependOnAMapsUnit) {
  const auto weights = someWeights();
  auto map = weights;
  map[7] += 0.01;
  const auto one = scoresOf(map, weights);
  const auto other = scoresOf(times(map, 1e4), weights);
  EXPECT_GT(one.infidelity, 1e-9);
  EXPECT_NEAR(one.infidelity, other.infidelity, 1e-9 * one.infidelity);
  EXPECT_NEAR(one.correlation, other.correlation, 1e-9);
  // An opposite map is scaled by a negative beta: infidelity cannot tell it, the correlation can.
  EXPECT_NEAR(scoresOf(times(weights, -1), weights).infidelity, 0, 1e-12);
}

TEST(Fidelity, OfAnEmptyMapIsTheMeanSquaredLoss) {
  const auto weights = someWeights();
  const auto nothing = scoresOf(std::vector<double>(kPixels), weights);
  EXPECT_EQ(nothing.correlation, 0);
  EXPECT_GT(nothing.infidelity, 0);
  // Equal values foretell the same loss for every draw, since each removes equally many pixels.
  const auto even = scoresOf(std::vector<double>(kPixels, 2.0), weights);
  EXPECT_EQ(even.correlation, 0);
  EXPECT_LT(even.infidelity, nothing.infidelity);
}

TEST(Fidelity, AModelThatSeesNothingLosesNothing) {
  const auto scores = scoresOf(someWeights(), std::vector<double>(kPixels));
  EXPECT_EQ(scores.correlation, 0);
  EXPECT_NEAR(scores.infidelity, 0, 1e-12);
}

}  // namespace
}  // namespace filterlens
