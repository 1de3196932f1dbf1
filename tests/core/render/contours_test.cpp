// Contours: closed forms, and that they lie where the smooth overlay has their level.
#include "core/render/contours.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "core/render/overlay.h"

namespace filterlens::test {
namespace {

constexpr int kInput = 224;

/// The photo is twice as wide as the input and three times as high, and lies elsewhere.
PhotoPlacement placed() {
  PhotoPlacement placement;
  placement.photoWidth = 2 * kInput + 20;
  placement.photoHeight = 3 * kInput + 60;
  placement.inputWidth = placement.inputHeight = kInput;
  placement.scaleX = 2;
  placement.scaleY = 3;
  placement.offsetX = 10;
  placement.offsetY = 30;
  return placement;
}

/// A function of the input's pixels, taken at the centres of cells (kernel 5, this stride).
Heatmap sampled(int stride, const std::function<double(double, double)>& value) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(kInput).afterConvolution(5, stride, 0);
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      map.values.at(row, col) =
          static_cast<float>(value(map.geometry.x.centre(col), map.geometry.y.centre(row)));
    }
  }
  return map;
}

std::vector<ContourLine> linesAt(const Heatmap& map, float level) {
  return contourLines(map, placed(), std::vector<float>{level});
}

/// Twice the area that a closed line runs round, in photo pixels.
double area(const ContourLine& line) {
  double twice = 0;
  for (std::size_t i = 1; i < line.points.size(); ++i) {
    const PointF a = line.points[i - 1];
    const PointF b = line.points[i];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

TEST(ContourLevels, PartTheRangeEvenly) {
  EXPECT_EQ(contourLevels({0, 1}, 3), (std::vector<float>{0.25F, 0.5F, 0.75F}));
  EXPECT_EQ(contourLevels({-2, 2}, 1), std::vector<float>{0});
  EXPECT_TRUE(contourLevels({0, 1}, 0).empty());
}

TEST(Contours, OfAPlaneAreOneStraightLineEach) {
  const auto plane = [](double x, double y) { return 0.5 * x + 0.25 * y; };
  const Heatmap map = sampled(8, plane);
  for (const float level : {40.0F, 70.0F, 110.0F}) {
    const auto lines = linesAt(map, level);
    ASSERT_EQ(lines.size(), 1U) << level;
    EXPECT_EQ(lines[0].level, level);
    EXPECT_FALSE(lines[0].closed());
    const double first = map.geometry.x.centre(0);
    const double last = map.geometry.x.centre(map.geometry.cols() - 1);
    for (const PointF& point : lines[0].points) {
      const double x = placed().inputX(point.x);
      const double y = placed().inputY(point.y);
      if (x < first || x > last || y < first || y > last) continue;  // there a map goes on as it is
      EXPECT_NEAR(plane(x, y), level, 1e-4) << point.x << " " << point.y;
    }
  }
}

TEST(Contours, OfAConeAreCircles) {
  for (const int stride : {4, 8}) {
    const Heatmap map =
        sampled(stride, [](double x, double y) { return 100 - std::hypot(x - 110, y - 100); });
    for (const double radius : {30.0, 60.0}) {
      const auto lines = linesAt(map, static_cast<float>(100 - radius));
      ASSERT_EQ(lines.size(), 1U);
      EXPECT_TRUE(lines[0].closed());
      // A chord of a cell's length leaves the circle by no more than this.
      const double off = stride * stride / (8 * radius) * 1.5;
      for (const PointF& point : lines[0].points) {
        const double x = placed().inputX(point.x);
        const double y = placed().inputY(point.y);
        EXPECT_NEAR(std::hypot(x - 110, y - 100), radius, off) << stride;
      }
      const double circle =
          std::numbers::pi * radius * radius * 2 * 3;  // of an input twice, thrice
      EXPECT_NEAR(area(lines[0]) / circle, 1, 3 * off / radius) << stride << " " << radius;
    }
  }
}

TEST(Contours, LieWhereTheSmoothOverlayHasTheirLevel) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(0, 1);
  Heatmap map = sampled(16, [&](double, double) { return uniform(random); });
  std::size_t points = 0;
  for (const auto& line : contourLines(map, placed(), contourLevels({0, 1}, 5))) {
    for (const PointF& point : line.points) {
      const float value = valueAt(map, placed(), point.x, point.y, Interpolation::Smooth);
      if (std::isnan(value)) continue;  // on the edge of the outermost cells
      ++points;
      EXPECT_NEAR(value, line.level, 1e-4);
    }
  }
  EXPECT_GT(points, 300U);
}

// A map of a few cells has round lines all the same: xy = level is a hyperbola between four
// centres.
TEST(Contours, AreRoundWhereCellsAreFew) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(224).afterConvolution(112, 112, 0);
  ASSERT_EQ(map.geometry.cols(), 2);
  map.values = Grid<float>(2, 2);
  map.values.values = {0, 0, 0, 1};
  double furthest = 0;
  const auto lines = linesAt(map, 0.25F);
  ASSERT_EQ(lines.size(), 1U);
  for (const PointF& point : lines[0].points) {
    const double x = map.geometry.x.cellAt(placed().inputX(point.x));
    const double y = map.geometry.y.cellAt(placed().inputY(point.y));
    if (x > 1 || y > 1) continue;  // beyond the centres
    EXPECT_NEAR(x * y, 0.25, 1e-5);
    furthest = std::max(furthest, std::abs(x + y - 1.25) / std::sqrt(2));
  }
  EXPECT_GT(furthest, 0.1) << "no straight line from side to side";
}

TEST(Contours, ReachTheEdgesOfTheOutermostCells) {
  const Heatmap map = sampled(64, [](double x, double) { return x < 100 ? 0 : 1; });
  const auto lines = linesAt(map, 0.5F);
  ASSERT_EQ(lines.size(), 1U);
  double top = 1e9;
  double bottom = 0;
  for (const PointF& point : lines[0].points) {
    EXPECT_NEAR(placed().inputX(point.x), (66.5 + 130.5) / 2, 1e-9);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  EXPECT_DOUBLE_EQ(top, placed().photoY(0));  // the first cell reaches out of the input
  EXPECT_DOUBLE_EQ(bottom, placed().photoY(kInput));
}

TEST(Contours, KeepAwayFromCellsWithoutAValue) {
  Heatmap map = sampled(16, [](double x, double) { return x; });
  const float level = 100;
  const std::size_t whole = linesAt(map, level)[0].points.size();
  map.values.at(5, 6) = NAN;
  const auto lines = linesAt(map, level);
  ASSERT_EQ(lines.size(), 2U) << "broken in two";
  EXPECT_LT(lines[0].points.size() + lines[1].points.size(), whole);
}

TEST(Contours, ASaddleGoesByItsMiddle) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(2);
  map.values = Grid<float>(2, 2);
  map.values.values = {1, 0, 0, 1};
  PhotoPlacement placement;
  placement.inputWidth = placement.inputHeight = placement.photoWidth = placement.photoHeight = 2;
  // Above the middle the two high corners stand apart; below it they are joined.
  for (const auto& [level, apart] : {std::pair(0.7F, true), {0.3F, false}}) {
    const auto lines = contourLines(map, placement, std::vector<float>{level});
    ASSERT_EQ(lines.size(), 2U);
    for (const auto& line : lines) {
      const PointF a = line.points.front();
      const PointF b = line.points.back();
      // A line that cuts off the top left or the bottom right corner falls from right to left.
      const bool cutsHighCorner = (a.x - b.x) * (a.y - b.y) < 0;
      EXPECT_EQ(cutsHighCorner, apart) << level;
    }
  }
}

TEST(Contours, AMapWithoutCellsOrCrossingsHasNone) {
  EXPECT_TRUE(linesAt(sampled(16, [](double, double) { return 3; }), 0.5F).empty());
  EXPECT_TRUE(contourLines(Heatmap(), placed(), std::vector<float>{0}).empty());
}

}  // namespace
}  // namespace filterlens::test
