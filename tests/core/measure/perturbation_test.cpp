#include "core/measure/perturbation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/measure/baselines.h"
#include "tests/core/measure/planted_model.h"

namespace filterlens {
namespace {

using test::PlantedModel;

/// A map of the planted model's cells that is 1 at the planted one and 0 elsewhere.
Heatmap plantedMap() {
  Heatmap map;
  map.values = Grid<float>(PlantedModel::kCells, PlantedModel::kCells);
  map.values.values[PlantedModel::kPlanted] = 1;
  map.geometry = PlantedModel::geometry();
  return map;
}

PerturbationScores scoresOf(const PlantedModel& model, const Heatmap& map, int steps,
                            int target = 0) {
  const auto test =
      PerturbationTest::prepare(model, PlantedModel::photo(), target, steps, 0, Progress());
  EXPECT_TRUE(test);
  const auto scores =
      test->scores(pixelOrder(map, PlantedModel::kSide, PlantedModel::kSide), Progress());
  EXPECT_TRUE(scores);
  return *scores;
}

// With 8 steps of 128 pixels the planted cell's 16 pixels all go in the first step or all in the
// last: the curve is 1 at one point and 0 at all others, or the other way round.
constexpr int kSteps = 8;
constexpr double kOnePoint = 0.5 / kSteps;
constexpr double kNearly = 1e-4;  // the planted model's probabilities are 4.5e-5 from 0 and 1

TEST(Perturbation, TheRightMapIsPerfect) {
  const PlantedModel model;
  const auto scores = scoresOf(model, plantedMap(), kSteps);
  EXPECT_NEAR(scores.deletion, kOnePoint, kNearly);
  EXPECT_NEAR(scores.insertion, 1 - kOnePoint, kNearly);
}

TEST(Perturbation, TheWrongMapIsAsBadAsCanBe) {
  auto map = plantedMap();
  for (float& value : map.values.values) value = -value;
  const auto scores = scoresOf(PlantedModel(), map, kSteps);
  EXPECT_NEAR(scores.deletion, 1 - kOnePoint, kNearly);
  // What the blur leaves of the patch (brightness 0.175) has a probability of 0.0015.
  EXPECT_NEAR(scores.insertion, kOnePoint, 2e-3);
}

TEST(Perturbation, TheOtherClassSeesTheOpposite) {
  const auto scores = scoresOf(PlantedModel(), plantedMap(), kSteps, 1);
  EXPECT_NEAR(scores.deletion, 1 - kOnePoint, kNearly);
  EXPECT_NEAR(scores.insertion, kOnePoint, kNearly);
}

TEST(Perturbation, AnyNumberOfStepsCoversEveryPixel) {
  EXPECT_NEAR(scoresOf(PlantedModel(), plantedMap(), 1).deletion, 0.5, kNearly);
  EXPECT_NEAR(scoresOf(PlantedModel(), plantedMap(), 7).deletion, 0.5 / 7, kNearly);
  // More steps than pixels: the planted 16 of 1024 pixels go in 16 of 1024 parts of the curve.
  const auto many = scoresOf(PlantedModel(), plantedMap(), 2048);
  EXPECT_LT(many.deletion, 17.0 / 1024);
}

TEST(Perturbation, WhatNoMapChangesIsComputedOnce) {
  const PlantedModel model;
  const auto test = PerturbationTest::prepare(model, PlantedModel::photo(), 0, kSteps, 0, {});
  EXPECT_EQ(model.runs, 3);
  ASSERT_TRUE(test->scores(pixelOrder(plantedMap(), 32, 32), {}));
  EXPECT_EQ(model.runs, 3 + 2 * (kSteps - 1));
}

TEST(Perturbation, StopsWhereItIsAskedTo) {
  const PlantedModel model;
  const auto test = PerturbationTest::prepare(model, PlantedModel::photo(), 0, kSteps, 0, {});
  std::stop_source stop;
  stop.request_stop();
  const auto scores =
      test->scores(pixelOrder(plantedMap(), 32, 32), Progress(stop.get_token(), {}));
  ASSERT_FALSE(scores);
  EXPECT_TRUE(scores.error().cancelled);
}

TEST(PixelOrder, HoldsEveryPixelOnceWithTiesByIndex) {
  auto order = pixelOrder(uniformBaseline(3, 4), 3, 4);
  std::vector<int> ascending(12);
  std::iota(ascending.begin(), ascending.end(), 0);
  EXPECT_EQ(order, ascending);
  order = pixelOrder(randomBaseline(3, 4, 1), 3, 4);
  EXPECT_NE(order, ascending);
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, ascending);
}

TEST(PixelOrder, InterpolatesBetweenCentresAndKeepsTheEdgesValue) {
  Heatmap map;
  map.values = Grid<float>(1, 2);
  map.values.values = {0, 1};  // centres at 2 and 6 of 8 pixels
  map.geometry = {AxisMap::identity(1), AxisMap::identity(8).afterAdaptivePool(2)};
  EXPECT_EQ(pixelOrder(map, 1, 8), (std::vector{6, 7, 5, 4, 3, 2, 0, 1}));
  map.values.values = {-1, NAN};  // NaN counts as 0
  EXPECT_EQ(pixelOrder(map, 1, 8), (std::vector{6, 7, 5, 4, 3, 2, 0, 1}));
}

TEST(Blurred, IsTheGaussianWithZerosAround) {
  InputTensor input{31, 31, std::vector<float>(3 * 31 * 31)};
  input.values[15 * 31 + 15] = 1;  // a point in the first channel
  const auto result = blurred(input);
  double norm = 0;
  for (int i = -5; i <= 5; ++i) norm += std::exp(-i * i / 50.0);
  const auto at = [&](int row, int col) { return result.values[row * 31U + col]; };
  EXPECT_NEAR(at(15, 15), 1 / (norm * norm), 1e-7);
  EXPECT_NEAR(at(12, 19), std::exp(-(9 + 16) / 50.0) / (norm * norm), 1e-7);
  EXPECT_EQ(at(15, 21), 0);
  EXPECT_EQ(result.values[31 * 31 + 15 * 31 + 15], 0);

  std::fill(input.values.begin(), input.values.end(), 1.0F);
  const auto ones = blurred(input);
  EXPECT_NEAR(ones.values[15 * 31 + 15], 1, 1e-6);
  double half = 0;  // what lies inside at the edge
  for (int i = 0; i <= 5; ++i) half += std::exp(-i * i / 50.0);
  EXPECT_NEAR(ones.values[15 * 31], half / norm, 1e-6);
}

TEST(AreaUnderCurve, IsTheTrapezoidRule) {
  EXPECT_DOUBLE_EQ(areaUnderCurve(std::vector<double>{1, 1, 1}), 1);
  EXPECT_DOUBLE_EQ(areaUnderCurve(std::vector<double>{1, 0}), 0.5);
  EXPECT_DOUBLE_EQ(areaUnderCurve(std::vector<double>{1, 0.5, 0.2}), (0.75 + 0.35) / 2);
}

}  // namespace
}  // namespace filterlens
