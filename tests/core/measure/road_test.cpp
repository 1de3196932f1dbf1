#include "core/measure/road.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "core/measure/imputation.h"
#include "core/measure/pixel_map.h"
#include "core/train/random.h"
#include "tests/core/measure/linear_model.h"
#include "tests/core/measure/planted_model.h"

namespace filterlens {
namespace {

using test::LinearModel;
using test::PlantedModel;

InputTensor randomInput(int rows, int cols, std::uint64_t seed) {
  Random random(seed);
  InputTensor input{rows, cols, std::vector<float>(3U * rows * cols)};
  for (float& value : input.values) value = static_cast<float>(random.uniform(-1, 1));
  return input;
}

/// The equations of the paper as a dense matrix, solved by elimination with pivoting.
std::vector<double> denseImputation(const InputTensor& input, const std::vector<bool>& removed,
                                    int channel) {
  const int n = input.height * input.width;
  std::vector<std::vector<double>> a(n, std::vector<double>(n + 1));
  for (int i = 0; i < n; ++i) {
    a[i][i] = 1;
    if (!removed[i]) {
      a[i][n] = input.values[channel * n + i];
      continue;
    }
    double sum = 0;
    for (int j = 0; j < n; ++j) {
      const int down = std::abs(i / input.width - j / input.width);
      const int right = std::abs(i % input.width - j % input.width);
      if (i == j || down > 1 || right > 1) continue;
      const double weight = down + right == 1 ? 1.0 / 6 : 1.0 / 12;
      a[i][j] = -weight;
      sum += weight;
    }
    for (int j = 0; j < n; ++j) {
      if (j != i) a[i][j] /= sum;
    }
  }
  for (int k = 0; k < n; ++k) {
    int pivot = k;
    for (int i = k; i < n; ++i) {
      if (std::abs(a[i][k]) > std::abs(a[pivot][k])) pivot = i;
    }
    std::swap(a[k], a[pivot]);
    for (int i = 0; i < n; ++i) {
      if (i == k || a[i][k] == 0) continue;
      const double factor = a[i][k] / a[k][k];
      for (int j = k; j <= n; ++j) a[i][j] -= factor * a[k][j];
    }
  }
  std::vector<double> x(n);
  for (int i = 0; i < n; ++i) x[i] = a[i][n] / a[i][i];
  return x;
}

TEST(LinearImputation, SolvesTheEquationsOfThePaper) {
  const auto input = randomInput(9, 12, 1);
  const std::size_t plane = 9 * 12;
  Random random(2);
  LinearImputation imputation(input);
  std::vector<bool> removed(plane);
  for (const double share : {0.3, 0.6, 0.9}) {  // sets that grow, and corners and edges among them
    for (std::size_t i = 0; i < plane; ++i) {
      if (random.chance(share)) removed[i] = true;
    }
    removed[0] = removed[plane - 1] = true;
    removed[50] = false;
    const auto& found = imputation.without(removed);
    for (int channel = 0; channel < 3; ++channel) {
      const auto expected = denseImputation(input, removed, channel);
      for (std::size_t i = 0; i < plane; ++i) {
        ASSERT_NEAR(found.values[channel * plane + i], expected[i], 1e-4) << share << " " << i;
      }
    }
  }
}

TEST(LinearImputation, AHoleAsLargeAsThePhotoLeavesNoTraceOfIt) {
  // All but the edge is removed, and the edge is 0.5: so must be what lies within.
  auto input = randomInput(96, 96, 3);
  std::vector<bool> removed(96 * 96);
  for (int row = 0; row < 96; ++row) {
    for (int col = 0; col < 96; ++col) {
      const bool edge = row == 0 || col == 0 || row == 95 || col == 95;
      const auto at = static_cast<std::size_t>(row * 96 + col);
      removed[at] = !edge;
      for (std::size_t channel = 0; edge && channel < 3; ++channel) {
        input.values[channel * 96 * 96 + at] = 0.5F;
      }
    }
  }
  LinearImputation imputation(input);
  for (const float value : imputation.without(removed).values) ASSERT_NEAR(value, 0.5F, 2e-3F);
}

TEST(LinearImputation, AHyperplaneIsContinued) {
  InputTensor input{16, 16, std::vector<float>(3 * 16 * 16)};
  for (int i = 0; i < 3 * 256; ++i) {
    input.values[static_cast<std::size_t>(i)] =
        0.05F * static_cast<float>(i % 256 / 16) - 0.03F * static_cast<float>(i % 16);
  }
  std::vector<bool> removed(256);
  for (int row = 3; row < 13; ++row) {
    for (int col = 4; col < 12; ++col) removed[static_cast<std::size_t>(row * 16 + col)] = true;
  }
  LinearImputation imputation(input);
  const auto& found = imputation.without(removed);
  for (std::size_t i = 0; i < found.values.size(); ++i) {
    ASSERT_NEAR(found.values[i], input.values[i], 1e-4F);
  }
}

TEST(LinearImputation, WithoutAnyPixelThereIsNothingToGoBy) {
  LinearImputation imputation(randomInput(4, 4, 1));
  for (const float value : imputation.without(std::vector<bool>(16, true)).values) {
    EXPECT_EQ(value, 0);
  }
}

TEST(Noise, FallsOnRemovedPixelsAlone) {
  const auto input = randomInput(40, 40, 1);
  std::vector<bool> removed(1600);
  for (std::size_t i = 0; i < 1600; i += 2) removed[i] = true;
  const auto noisy = withNoise(input, removed, 4);
  double square = 0;
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const double moved = noisy.values[i] - input.values[i];
    if (!removed[i % 1600]) {
      ASSERT_EQ(moved, 0);
    }
    square += moved * moved;
  }
  EXPECT_NEAR(std::sqrt(square / 2400), kImputationNoise, 0.0005);
}

Result<RoadScores> plantedScores(double sign) {
  const PlantedModel model;
  Heatmap map;
  map.values = Grid<float>(PlantedModel::kCells, PlantedModel::kCells);
  map.values.values[PlantedModel::kPlanted] = static_cast<float>(sign);
  map.geometry = PlantedModel::geometry();
  const auto order = pixelOrder(map, PlantedModel::kSide, PlantedModel::kSide);
  auto scores = roadScores({model, 0, 0}, PlantedModel::photo(), order, 0, {});
  EXPECT_EQ(model.runs, 2 * kRoadPoints);
  return scores;
}

// Around the patch all is black, so its imputation is, but for noise: the probability is 1 while it
// is there and 0 afterwards.
TEST(Road, IsOneForTheRightMapAndMinusOneForTheWrongOne) {
  const auto right = plantedScores(1);
  ASSERT_TRUE(right);
  EXPECT_NEAR(right->mostFirst, 0, 1e-3);
  EXPECT_NEAR(right->leastFirst, 1, 1e-3);
  EXPECT_NEAR(right->difference(), 1, 2e-3);
  const auto wrong = plantedScores(-1);
  ASSERT_TRUE(wrong);
  EXPECT_NEAR(wrong->difference(), -1, 2e-3);
}

TEST(Road, ImputationKeepsWhatNeighboursTell) {
  // Of an even photo no pixel is missed: nothing is lost, whatever the order.
  const LinearModel model(std::vector<double>(24 * 24, 0.5 / 576), 0.4);
  std::vector<int> order(576);
  for (int i = 0; i < 576; ++i) order[static_cast<std::size_t>(i)] = i;
  const auto scores = roadScores({model, 0, 0}, LinearModel::white(), order, 1, {});
  ASSERT_TRUE(scores);
  EXPECT_NEAR(scores->mostFirst, 0.9, 1e-3);
  EXPECT_NEAR(scores->leastFirst, 0.9, 1e-3);
}

TEST(Road, StopsWhereItIsAskedTo) {
  const PlantedModel model;
  std::stop_source stop;
  stop.request_stop();
  const auto scores = roadScores({model, 0, 0}, PlantedModel::photo(), std::vector<int>(1024), 0,
                                 Progress(stop.get_token(), {}));
  ASSERT_FALSE(scores);
  EXPECT_TRUE(scores.error().cancelled);
}

}  // namespace
}  // namespace filterlens
