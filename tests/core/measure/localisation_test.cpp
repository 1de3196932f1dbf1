#include "core/measure/localisation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/measure/baselines.h"

namespace filterlens {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

/// Side by side over an input of 10 pixels a cell.
Heatmap evenMap(int rows, int cols, std::vector<float> values) {
  Heatmap map;
  map.values = Grid<float>(rows, cols);
  map.values.values = std::move(values);
  map.geometry = {AxisMap::identity(rows * 10).afterAdaptivePool(rows),
                  AxisMap::identity(cols * 10).afterAdaptivePool(cols)};
  return map;
}

/// The input is the photo.
PhotoPlacement wholePhoto(int width, int height) {
  return {.photoWidth = width, .photoHeight = height, .inputWidth = width, .inputHeight = height};
}

BoxRegion region(std::vector<RectF> boxes) { return BoxRegion(boxes); }

TEST(BoxRegion, CountsWhatTwoBoxesCoverOnce) {
  const auto boxes = region({{0, 0, 10, 10}, {5, 5, 10, 10}, {30, 0, 5, 5}});
  EXPECT_DOUBLE_EQ(boxes.areaIn({0, 0, 100, 100}), 100 + 100 - 25 + 25);
  EXPECT_DOUBLE_EQ(boxes.areaIn({5, 5, 5, 5}), 25);
  EXPECT_DOUBLE_EQ(boxes.areaIn({4, 4, 12, 12}), 6 * 6 + 100 - 25);
  EXPECT_DOUBLE_EQ(boxes.areaIn({20, 20, 5, 5}), 0);
}

TEST(BoxRegion, HoldsItsLeftAndUpperEdges) {
  const auto boxes = region({{2, 3, 4, 5}});
  EXPECT_TRUE(boxes.contains(2, 3));
  EXPECT_FALSE(boxes.contains(6, 3));
  EXPECT_FALSE(boxes.contains(2, 8));
  EXPECT_FALSE(region({}).contains(0, 0));
}

TEST(Localise, AMapThatIsTheBoxHasAllItsEnergyThere) {
  const auto map = evenMap(2, 3, {0, 0, 0, 0, 0.5F, 2});
  const auto found = localise(map, wholePhoto(30, 20), region({{10, 10, 20, 10}}));
  EXPECT_DOUBLE_EQ(found.energy, 1);
  EXPECT_DOUBLE_EQ(found.energyAboveFloor, 1);
  EXPECT_DOUBLE_EQ(found.pointing, 1);
  EXPECT_FALSE(found.blank);
}

TEST(Localise, OverlapIsOfTheCellsAboveTheMean) {
  // Cells of 10 x 10; the mean is 0.5: the last two are marked, one of them NaN's neighbour.
  const auto map = evenMap(1, 4, {0, kNaN, 0.6F, 0.9F});
  const auto whole = wholePhoto(40, 10);
  EXPECT_DOUBLE_EQ(localise(map, whole, region({{20, 0, 20, 10}})).overlap, 1);
  EXPECT_DOUBLE_EQ(localise(map, whole, region({{30, 0, 10, 10}})).overlap, 0.5);
  EXPECT_DOUBLE_EQ(localise(map, whole, region({{0, 0, 20, 10}})).overlap, 0);
  EXPECT_DOUBLE_EQ(localise(map, whole, region({{10, 0, 20, 10}})).overlap, 1.0 / 3);
  // Of a box that reaches over the photo's edge only what the network sees counts.
  EXPECT_DOUBLE_EQ(localise(map, whole, region({{20, 0, 60, 10}})).overlap, 1);
  // Where nothing stands out everything is marked: the box is an eighth.
  EXPECT_DOUBLE_EQ(
      localise(evenMap(1, 2, {1, 1}), wholePhoto(20, 10), region({{0, 0, 5, 5}})).overlap, 0.125);
}

TEST(Localise, AUniformMapGetsTheBoxesShare) {
  const auto found =
      localise(uniformBaseline(20, 30), wholePhoto(30, 20), region({{3, 5, 12, 10}}));
  EXPECT_NEAR(found.energy, 120.0 / 600, 1e-12);
  EXPECT_NEAR(found.energyAboveFloor, 120.0 / 600, 1e-12);
  EXPECT_NEAR(found.pointing, 120.0 / 600, 1e-12);
  EXPECT_FALSE(found.blank);
}

TEST(Localise, ACellThatTheBoxCutsCountsInPart) {
  const auto map = evenMap(1, 2, {3, 1});  // the box: 4 of the first cell's 10 columns
  const auto found = localise(map, wholePhoto(20, 10), region({{0, 0, 4, 10}}));
  EXPECT_DOUBLE_EQ(found.energy, 3 * 0.4 / 4);
  EXPECT_DOUBLE_EQ(found.energyByChance, 0.2);
  EXPECT_DOUBLE_EQ(found.pointing, 0);  // its centre is at 5
}

TEST(Localise, TheFloorPointsNowhere) {
  const auto map = evenMap(1, 2, {0.5F, 0.75F});
  const auto found = localise(map, wholePhoto(20, 10), region({{10, 0, 10, 10}}));
  EXPECT_DOUBLE_EQ(found.energy, 0.6);
  EXPECT_DOUBLE_EQ(found.energyAboveFloor, 1);
}

TEST(Localise, NegativeAndMissingValuesHaveNoMass) {
  const auto map = evenMap(1, 4, {-5, kNaN, 1, 3});
  const auto found = localise(map, wholePhoto(40, 10), region({{30, 0, 10, 10}}));
  EXPECT_DOUBLE_EQ(found.energy, 0.75);
  EXPECT_DOUBLE_EQ(found.energyAboveFloor, 0.75);
}

TEST(Localise, EqualMaximaCountByTheirMean) {
  const auto map = evenMap(1, 4, {2, 2, 1, 2});
  const auto found = localise(map, wholePhoto(40, 10), region({{0, 0, 20, 10}}));
  EXPECT_DOUBLE_EQ(found.pointing, 2.0 / 3);
}

TEST(Localise, ABlankMapCountsAsChance) {
  for (const float value : {0.0F, -1.0F, kNaN}) {
    const auto map = evenMap(1, 4, std::vector<float>(4, value));
    const auto found = localise(map, wholePhoto(40, 10), region({{0, 0, 10, 10}}));
    EXPECT_TRUE(found.blank);
    EXPECT_DOUBLE_EQ(found.energy, 0.25);
    EXPECT_DOUBLE_EQ(found.pointing, 0.25);
  }
}

TEST(Localise, ABoxBeyondTheCropDoesNotCount) {
  // A photo of 40 x 20; the network is given its middle, 20 x 20.
  const PhotoPlacement middle{
      .photoWidth = 40, .photoHeight = 20, .inputWidth = 20, .inputHeight = 20, .offsetX = 10};
  const auto map = evenMap(2, 2, {1, 3, 1, 3});
  const auto found = localise(map, middle, region({{25, 0, 15, 20}}));
  EXPECT_DOUBLE_EQ(found.energy, 0.75 * 0.5);
  EXPECT_DOUBLE_EQ(found.energyByChance, 0.25);
}

/// The same number from a picture in which every point has the colour of its cell.
double paintedEnergy(const Heatmap& map, const PhotoPlacement& placement, const BoxRegion& boxes) {
  constexpr double kStep = 0.25;
  double inside = 0;
  double total = 0;
  for (double y = kStep / 2; y < placement.photoHeight; y += kStep) {
    for (double x = kStep / 2; x < placement.photoWidth; x += kStep) {
      const int row = map.geometry.y.cellContaining(placement.inputY(y));
      const int col = map.geometry.x.cellContaining(placement.inputX(x));
      if (row < 0 || col < 0) continue;
      total += map.values.at(row, col);
      if (boxes.contains(x, y)) inside += map.values.at(row, col);
    }
  }
  return inside / total;
}

TEST(Localise, FollowsTheRealCellsAndNotAStretch) {
  // 32 pixels through a stem and two strides: cells of 8 pixels from -2.5 on; the photo is twice as
  // wide.
  const auto axis = AxisMap::identity(32).afterConvolution(5, 2, 0).afterConvolution(3, 4, 1);
  ASSERT_EQ(axis.size(), 4);
  ASSERT_DOUBLE_EQ(axis.lowerEdge(0), -1.5);
  ASSERT_DOUBLE_EQ(axis.upperEdge(3), 30.5);
  Heatmap map;
  map.geometry = {axis, axis};
  map.values = Grid<float>(4, 4);
  for (int i = 0; i < 16; ++i) map.values.values[static_cast<std::size_t>(i)] = 0.1F * i + 0.3F;
  const PhotoPlacement placement{
      .photoWidth = 64, .photoHeight = 32, .inputWidth = 32, .inputHeight = 32, .scaleX = 2};
  const auto boxes = region({{5, 3, 20, 10}, {20, 8, 30, 20}});
  const auto found = localise(map, placement, boxes);
  EXPECT_NEAR(found.energy, paintedEnergy(map, placement, boxes), 1e-6);
  EXPECT_NE(found.energyByChance, localise(uniformBaseline(32, 32), placement, boxes).energy);
}

TEST(Localise, TheCentresGaussianPointsToTheMiddle) {
  const auto map = centreBaseline(8, 12);
  EXPECT_DOUBLE_EQ(localise(map, wholePhoto(12, 8), region({{5, 3, 2, 2}})).pointing, 1);
  EXPECT_DOUBLE_EQ(localise(map, wholePhoto(12, 8), region({{0, 0, 4, 8}})).pointing, 0);
  // One standard deviation from the middle: a quarter of the side.
  const auto wide = centreBaseline(1, 4000);
  EXPECT_NEAR(wide.values.values[1000] / wide.values.values[2000], std::exp(-0.5), 1e-3);
}

TEST(SelectionInBoxes, ComparesWithChance) {
  auto map = evenMap(2, 4, std::vector<float>(8, kNaN));
  map.scale = HeatmapScale::Ranks;
  map.values.values[0] = 1;
  map.values.values[1] = 0;
  map.values.values[7] = 2;
  // Two of the three selected cells and two of the eight cells lie in the box.
  const auto found = selectionInBoxes(map, wholePhoto(40, 20), region({{0, 0, 20, 10}}));
  EXPECT_DOUBLE_EQ(found.selected, 2.0 / 3);
  EXPECT_DOUBLE_EQ(found.all, 0.25);
  EXPECT_DOUBLE_EQ(found.ratio().value(), 8.0 / 3);

  // The three cells around the middle: the inner ones of the first row, and one of the second.
  EXPECT_EQ(cellsAroundMiddle(map.geometry, 3), (std::vector{1, 2, 5}));
  EXPECT_DOUBLE_EQ(found.centre, 1.0 / 3);
  EXPECT_DOUBLE_EQ(found.centreRatio().value(), 4.0 / 3);

  EXPECT_FALSE(selectionInBoxes(map, wholePhoto(40, 20), region({{0, 0, 2, 2}})).ratio());
}

}  // namespace
}  // namespace filterlens
