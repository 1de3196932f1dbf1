#include "core/image/geometry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace filterlens {
namespace {

/// The maps of the paper's networks for an input of 224: stem, then 3x3 convolutions of stride 2.
std::vector<AxisMap> pyramid(int inputSize) {
  std::vector<AxisMap> maps{AxisMap::identity(inputSize).afterConvolution(5, 2, 0)};
  while (maps.back().size() > 2) maps.push_back(maps.back().afterConvolution(3, 2, 1));
  return maps;
}

/// Strictly ascending centres, edges that tile the axis and enclose them, and lookups that find
/// each cell again.
void expectConsistent(const AxisMap& map) {
  for (int i = 0; i < map.size(); ++i) {
    SCOPED_TRACE(i);
    const double centre = map.centre(i);
    EXPECT_LT(map.lowerEdge(i), centre);
    EXPECT_GT(map.upperEdge(i), centre);
    if (i > 0) {
      EXPECT_GT(centre, map.centre(i - 1));
      EXPECT_EQ(map.lowerEdge(i), map.upperEdge(i - 1));
    }
    EXPECT_EQ(map.cellContaining(centre), i);
    EXPECT_EQ(map.cellContaining(map.lowerEdge(i)), i);
    EXPECT_EQ(map.cellContaining(std::nextafter(map.upperEdge(i), 0.0)), i);
    EXPECT_NEAR(map.cellAt(centre), i, 1e-12);
    for (const double cell : {i - 0.25, i + 0.25, i - 3.0, i + 3.0}) {
      EXPECT_NEAR(map.cellAt(map.positionAt(cell)), cell, 1e-9);
    }
  }
  EXPECT_EQ(map.cellContaining(std::nextafter(map.lowerEdge(0), -1e9)), -1);
  EXPECT_EQ(map.cellContaining(map.upperEdge(map.size() - 1)), -1);
  EXPECT_EQ(map.cellContaining(std::nan("")), -1);
}

TEST(AxisMap, CentresOfTheNetworksMapsAt224) {
  const std::vector<AxisMap> maps = pyramid(224);
  const std::vector<int> sizes{110, 55, 28, 14, 7, 4, 2};
  ASSERT_EQ(maps.size(), sizes.size());
  for (std::size_t m = 0; m < maps.size(); ++m) {
    ASSERT_EQ(maps[m].size(), sizes[m]);
    const int stride = 2 << m;  // centres at pixel stride * r + 2
    for (int r = 0; r < sizes[m]; ++r) EXPECT_EQ(maps[m].centre(r), stride * r + 2 + 0.5);
    expectConsistent(maps[m]);
  }
}

TEST(AxisMap, AFourCellMapIsNotAStretch) {
  const AxisMap map = pyramid(224)[5];
  EXPECT_EQ(map.centre(0), 2.5);
  EXPECT_EQ(map.centre(3), 194.5);
  EXPECT_EQ(map.lowerEdge(0), -29.5);
  EXPECT_EQ(map.upperEdge(0), 34.5);
  EXPECT_EQ(map.upperEdge(3), 226.5);
  EXPECT_EQ(map.cellAt(34.5), 0.5);
  EXPECT_EQ(map.cellAt(-61.5), -1);
  EXPECT_EQ(map.cellAt(258.5), 4);
}

TEST(AxisMap, TheStemNeverReadsTheLastPixelOf224) {
  const AxisMap stem = AxisMap::identity(224).afterConvolution(5, 2, 0);
  EXPECT_EQ(stem.centre(109) + 2, 222.5);  // the last tap is pixel 222
  EXPECT_EQ(stem.cellContaining(223.5), -1);
}

TEST(AxisMap, EvenKernelsLieBetweenCells) {
  const AxisMap map = AxisMap::identity(8).afterConvolution(2, 2, 0);
  ASSERT_EQ(map.size(), 4);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(map.centre(i), 2 * i + 1);
}

TEST(AxisMap, TapsBeyondTheMapContinueIt) {
  // Kernel 1 with padding 2: the first and last two cells see padding only.
  const AxisMap map = AxisMap::identity(4).afterConvolution(1, 1, 2);
  ASSERT_EQ(map.size(), 8);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(map.centre(i), i - 2 + 0.5);
}

TEST(AxisMap, AConvolutionThatDoesNotFitLeavesNoCells) {
  const AxisMap none = AxisMap::identity(4).afterConvolution(5, 2, 0);
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.cellContaining(1), -1);
  EXPECT_TRUE(std::isnan(none.cellAt(1)));
  EXPECT_EQ(none.afterConvolution(3, 2, 1).size(), 0);
  EXPECT_EQ(none.afterAdaptivePool(3).size(), 0);
}

TEST(AxisMap, PoolingCentresBinsOnWhatTheyCover) {
  for (const auto& [n, o] : std::vector<std::pair<int, int>>{
           {110, 11}, {110, 16}, {110, 20}, {55, 7}, {112, 110}, {109, 110}, {60, 110}, {7, 7}}) {
    SCOPED_TRACE(testing::Message() << n << " to " << o);
    const AxisMap map = AxisMap::identity(n).afterAdaptivePool(o);
    ASSERT_EQ(map.size(), o);
    for (int i = 0; i < o; ++i) {
      // Averaging a ramp of positions as the network averages values gives the bin's centre.
      const auto from = static_cast<int>(std::floor(i * (n / static_cast<double>(o)) + 1e-9));
      const auto to = static_cast<int>(std::ceil((i + 1) * (n / static_cast<double>(o)) - 1e-9));
      EXPECT_NEAR(map.centre(i), (from + to) / 2.0, 1e-9);
    }
    expectConsistent(map);
  }
}

TEST(AxisMap, BinsThatRepeatACellShareIt) {
  const AxisMap map = AxisMap::identity(2).afterAdaptivePool(8);
  for (int i = 0; i < 8; ++i) EXPECT_DOUBLE_EQ(map.centre(i), 0.125 + 0.25 * i);
  expectConsistent(map);
  // A 64-pixel input of xs: 30 cells after the stem, pooled "up" to 110.
  const AxisMap small =
      AxisMap::identity(64).afterConvolution(5, 2, 0).afterAdaptivePool(110).afterConvolution(3, 2,
                                                                                              1);
  ASSERT_EQ(small.size(), 55);
  expectConsistent(small);
  EXPECT_GE(small.lowerEdge(0), 0.9);
  EXPECT_LE(small.upperEdge(54), 61.5);
}

TEST(AxisMap, EveryInputSizeGivesUsableMaps) {
  for (int inputSize = 5; inputSize <= 640; inputSize += 7) {
    SCOPED_TRACE(inputSize);
    AxisMap map = AxisMap::identity(inputSize).afterConvolution(5, 2, 0).afterAdaptivePool(110);
    for (const int size : {110, 55, 28, 14, 7, 4}) {
      ASSERT_EQ(map.size(), size);
      expectConsistent(map);
      map = map.afterConvolution(3, 2, 1);
    }
  }
}

TEST(AxisMap, TheOnlyCellCoversTheWholeInput) {
  const AxisMap map = AxisMap::identity(224).afterConvolution(5, 2, 0).afterAdaptivePool(1);
  ASSERT_EQ(map.size(), 1);
  EXPECT_DOUBLE_EQ(map.centre(0), 111.5);
  expectConsistent(map);
  EXPECT_EQ(map.lowerEdge(0), 0);
  EXPECT_EQ(map.upperEdge(0), 224);
  EXPECT_DOUBLE_EQ(map.cellAt(111.5 + 112), 0.5);
  EXPECT_EQ(AxisMap::identity(1).cellContaining(0.5), 0);
}

TEST(PhotoPlacement, CarriesCellsToThePhoto) {
  PhotoPlacement placement;
  placement.photoWidth = 512;
  placement.photoHeight = 1024;
  placement.inputWidth = placement.inputHeight = 224;
  placement.offsetX = 32;
  placement.offsetY = 288;
  placement.scaleX = placement.scaleY = 2;
  const RectF input = placement.inputRect();
  EXPECT_EQ(input.x, 32);
  EXPECT_EQ(input.y, 288);
  EXPECT_EQ(input.width, 448);
  EXPECT_EQ(input.height, 448);
  EXPECT_EQ(placement.inputX(placement.photoX(17.25)), 17.25);
  EXPECT_EQ(placement.inputY(placement.photoY(-3.5)), -3.5);

  const AxisMap axis = pyramid(224)[2];  // 28 cells, 8 px apart, the first centred on 2.5
  const RectF cell = placement.cellRect({axis, axis}, 1, 3);
  EXPECT_EQ(cell.x, 32 + 2 * (26.5 - 4));
  EXPECT_EQ(cell.y, 288 + 2 * (10.5 - 4));
  EXPECT_EQ(cell.width, 16);
  EXPECT_EQ(cell.height, 16);
}

}  // namespace
}  // namespace filterlens
