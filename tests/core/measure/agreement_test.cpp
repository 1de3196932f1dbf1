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

/// A network's input of so many pixels that holds the photo from one column and row on.
PhotoPlacement placed(int inputSize, double offset, double scale) {
  PhotoPlacement placement;
  placement.photoWidth = placement.photoHeight = 64;
  placement.inputWidth = placement.inputHeight = inputSize;
  placement.offsetX = placement.offsetY = offset;
  placement.scaleX = placement.scaleY = scale;
  return placement;
}

/// A map over an input of this size; values are columns of the photo.
Heatmap photoRamp(int inputSize, int stride, const PhotoPlacement& placement) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(inputSize).afterConvolution(1, stride, 0);
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      map.values.at(row, col) =
          static_cast<float>(placement.photoX(map.geometry.x.centre(col)) + 0.01 * row);
    }
  }
  return map;
}

// One network sees the whole photo at half its size, the other its middle pixel by pixel.
TEST(Agreement, MapsOfTwoInputsMeetInThePhoto) {
  const PhotoPlacement whole = placed(32, 0, 2);
  const PhotoPlacement middle = placed(32, 16, 1);
  const Heatmap coarse = photoRamp(32, 2, whole);
  const Heatmap fine = photoRamp(32, 2, middle);
  const CommonGrid grid = onCommonGrid(PlacedMap{coarse, whole}, PlacedMap{fine, middle});
  EXPECT_EQ(grid.placement, middle) << "it has more cells for each pixel of the photo";
  for (int col = 1; col < grid.first.cols - 1; ++col) {
    EXPECT_NEAR(grid.first.at(5, col), grid.second.at(5, col), 0.2) << col;
  }
  const Difference difference = differenceOf(PlacedMap{fine, middle}, PlacedMap{coarse, whole});
  EXPECT_EQ(difference.placement, middle);
  EXPECT_NEAR(difference.map.values.at(5, 5), 0, 0.2);

  const PhotoPlacement left = placed(16, 0, 1);
  const PhotoPlacement right = placed(16, 40, 1);
  const Heatmap here = photoRamp(16, 1, left);
  const Heatmap there = photoRamp(16, 1, right);
  const Agreement apart = agreementOf(PlacedMap{here, left}, PlacedMap{there, right});
  EXPECT_TRUE(std::isnan(apart.rankCorrelation)) << "they share no part of the photo";
}

}  // namespace
}  // namespace filterlens
