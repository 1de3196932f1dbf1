// Values between cells.
#include "core/explain/bilinear.h"

#include <gtest/gtest.h>

namespace filterlens {
namespace {

constexpr double kRounding = 1e-6;

/// 3 x 4 cells of a row + b col + c row col, which bilinear interpolation gives back between them.
Grid<float> plane(double a, double b, double c) {
  Grid<float> map(3, 4);
  for (int row = 0; row < map.rows; ++row) {
    for (int col = 0; col < map.cols; ++col) {
      map.at(row, col) = static_cast<float>(a * row + b * col + c * row * col);
    }
  }
  return map;
}

TEST(Bilinear, GivesABilinearFunctionBack) {
  const std::vector<double> rows{0, 0.25, 1, 1.75, 2};
  const std::vector<double> cols{0, 0.5, 2.125, 3};
  const auto values = bilinear(plane(2, -3, 0.5), rows, cols);
  const auto map = bilinearMap(plane(2, -3, 0.5), rows, cols);
  ASSERT_EQ(values.size(), rows.size() * cols.size());
  ASSERT_EQ(map.rows, 5);
  ASSERT_EQ(map.cols, 4);
  std::size_t next = 0;
  for (const double row : rows) {
    for (const double col : cols) {
      const double expected = 2 * row - 3 * col + 0.5 * row * col;
      EXPECT_NEAR(map.values[next], expected, kRounding);
      EXPECT_NEAR(values[next++], expected, kRounding) << row << " " << col;
    }
  }
}

TEST(Bilinear, BeyondTheOutermostCellsItIsTheirValue) {
  const auto map = plane(2, -3, 0.5);
  const std::vector<double> rows{-0.5, 2.4};
  const std::vector<double> cols{-7, 3.01};
  EXPECT_EQ(bilinearMap(map, rows, cols).values,
            (std::vector<float>{map.at(0, 0), map.at(0, 3), map.at(2, 0), map.at(2, 3)}));
}

TEST(Bilinear, OneCellIsEverywhere) {
  const std::vector<double> positions{-1, 0, 0.5, 9};
  EXPECT_EQ(bilinear(Grid<float>(1, 1, 4), positions, positions), std::vector<double>(16, 4));
}

TEST(Bilinear, PositionsAreThoseOfEachPixel) {
  EXPECT_EQ(positionsAlong(3, [](int pixel) { return pixel / 2.0; }),
            (std::vector<double>{0, 0.5, 1}));
}

}  // namespace
}  // namespace filterlens
