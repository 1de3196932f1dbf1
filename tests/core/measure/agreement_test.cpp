// Agreement of maps whose answer is known.
#include "core/measure/agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace filterlens {
namespace {

constexpr int kInput = 32;

/// A ramp from left to right over a map with this stride; values are positions in the input.
Heatmap ramp(int stride, double slope = 1) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(kInput).afterConvolution(1, stride, 0);
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      map.values.at(row, col) = static_cast<float>(slope * map.geometry.x.centre(col));
    }
  }
  return map;
}

TEST(Agreement, AMapAgreesWithItself) {
  const Agreement same = agreementOf(ramp(2), ramp(2));
  EXPECT_NEAR(same.rankCorrelation, 1, 1e-9);
  EXPECT_NEAR(same.topOverlap, 1, 1e-9);
  EXPECT_NEAR(same.similarity, 1, 1e-9);
}

TEST(Agreement, TheOppositeDisagrees) {
  const Agreement opposite = agreementOf(ramp(2), ramp(2, -1));
  EXPECT_NEAR(opposite.rankCorrelation, -1, 1e-9);
  EXPECT_EQ(opposite.topOverlap, 0);
  EXPECT_LT(opposite.similarity, 0.1);
}

TEST(Agreement, GridsMeetThroughTheGeometry) {
  const CommonGrid grid = onCommonGrid(ramp(2), ramp(4));
  ASSERT_EQ(grid.first.cols, 16);
  for (int col = 0; col < 15; ++col) {  // the last fine cell lies beyond the last coarse centre
    EXPECT_FLOAT_EQ(grid.first.at(3, col), grid.second.at(3, col)) << col;
  }
}

TEST(Agreement, OrderIsWhatSpearmanSees) {
  Heatmap cubed = ramp(2);
  for (float& value : cubed.values.values) value = value * value * value;
  EXPECT_NEAR(agreementOf(ramp(2), cubed).rankCorrelation, 1, 1e-9);
}

TEST(Agreement, ConstantMapsAgreeWithNothing) {
  const Agreement none = agreementOf(ramp(2), ramp(2, 0));
  EXPECT_TRUE(std::isnan(none.rankCorrelation));
  EXPECT_TRUE(std::isnan(none.topOverlap));
  EXPECT_TRUE(std::isnan(none.similarity));
}

TEST(Agreement, ASelectionCountsAsStrength) {
  Heatmap ranks = ramp(2);
  ranks.scale = HeatmapScale::Ranks;
  const int last = ranks.values.cols - 1;
  for (int row = 0; row < ranks.values.rows; ++row) {
    for (int col = 0; col <= last; ++col) {
      ranks.values.at(row, col) =
          col < 8 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(last - col);
    }
  }
  EXPECT_GT(agreementOf(ranks, ramp(2)).rankCorrelation, 0.8);
}

TEST(Difference, IsSignedAndInTheMapsOwnUnit) {
  const Heatmap difference = differenceOf(ramp(2, 3), ramp(2, 1));
  EXPECT_EQ(difference.scale, HeatmapScale::Diverging);
  EXPECT_TRUE(difference.note.empty());
  const double x = difference.geometry.x.centre(5);
  EXPECT_NEAR(difference.values.at(0, 5), 2 * x, 1e-5);
  EXPECT_NEAR(differenceOf(ramp(2, 1), ramp(2, 3)).values.at(0, 5), -2 * x, 1e-5);
}

TEST(Difference, StretchesMapsOfDifferentMethods) {
  Heatmap other = ramp(2, 1000);
  other.method = "another";
  const Heatmap difference = differenceOf(ramp(2), other);
  EXPECT_FALSE(difference.note.empty());
  for (const float value : difference.values.values) EXPECT_NEAR(value, 0, 1e-6);
}

}  // namespace
}  // namespace filterlens
