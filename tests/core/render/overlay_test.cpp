// Overlays: every colour where the network's geometry puts it.
#include "core/render/overlay.h"

#include <cmath>

#include <gtest/gtest.h>

namespace filterlens::test {
namespace {

/// The map after the stem (5x5, stride 2) of an input: centres at pixels 2, 4, ….
MapGeometry stemGeometry(int inputSize) {
  const auto axis = AxisMap::identity(inputSize).afterConvolution(5, 2, 0);
  return {axis, axis};
}

Heatmap stemMap(int inputSize) {
  Heatmap map;
  map.geometry = stemGeometry(inputSize);
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  for (int i = 0; i < map.values.size(); ++i)
    map.values.values[static_cast<std::size_t>(i)] = static_cast<float>(i);
  return map;
}

/// Input pixels are photo pixels.
PhotoPlacement same(int size) {
  PhotoPlacement placement;
  placement.photoWidth = placement.photoHeight = size;
  placement.inputWidth = placement.inputHeight = size;
  return placement;
}

/// The whole photo is stretched to the input.
PhotoPlacement stretched(int width, int height, int inputSize) {
  PhotoPlacement placement = same(inputSize);
  placement.photoWidth = width;
  placement.photoHeight = height;
  placement.scaleX = static_cast<double>(width) / inputSize;
  placement.scaleY = static_cast<double>(height) / inputSize;
  return placement;
}

Image flat(int width, int height, std::uint8_t grey) {
  return {width, height, std::vector<std::uint8_t>(std::size_t{3} * width * height, grey)};
}

TEST(ValueAt, IsTheCellsOwnAtItsCentre) {
  const auto map = stemMap(13);  // 5 x 5 cells
  ASSERT_EQ(map.geometry.rows(), 5);
  for (auto interpolation : {Interpolation::Cells, Interpolation::Smooth}) {
    for (int row = 0; row < 5; ++row) {
      for (int col = 0; col < 5; ++col) {
        EXPECT_EQ(valueAt(map, same(13), 2 * col + 2.5, 2 * row + 2.5, interpolation),
                  map.values.at(row, col));
      }
    }
  }
}

TEST(ValueAt, IsLinearBetweenCentresWhenSmooth) {
  const auto map = stemMap(13);
  EXPECT_FLOAT_EQ(valueAt(map, same(13), 3.5, 2.5, Interpolation::Smooth), 0.5F);
  EXPECT_FLOAT_EQ(valueAt(map, same(13), 2.5, 3.0, Interpolation::Smooth), 1.25F);
  EXPECT_EQ(valueAt(map, same(13), 3.4, 2.5, Interpolation::Cells), 0);
  EXPECT_EQ(valueAt(map, same(13), 3.6, 2.5, Interpolation::Cells), 1);
}

TEST(ValueAt, SaysNothingBeyondTheCellsAndTheInput) {
  const auto map = stemMap(13);
  // The first cell reaches from 1.5 to 3.5, the last from 9.5 to 11.5.
  EXPECT_TRUE(std::isnan(valueAt(map, same(13), 1.4, 6, Interpolation::Smooth)));
  EXPECT_EQ(valueAt(map, same(13), 1.6, 2.5, Interpolation::Smooth), 0);
  EXPECT_FALSE(std::isnan(valueAt(map, same(13), 11.4, 6, Interpolation::Cells)));
  EXPECT_TRUE(std::isnan(valueAt(map, same(13), 11.6, 6, Interpolation::Cells)));
  EXPECT_TRUE(std::isnan(valueAt(map, same(13), -0.1, 6, Interpolation::Cells)));
}

TEST(ValueAt, KeepsCellsWithoutAValueToThemselves) {
  auto map = stemMap(13);
  map.values.at(2, 2) = NAN;
  const auto at = [&](double x, double y) {
    return valueAt(map, same(13), x, y, Interpolation::Smooth);
  };
  EXPECT_TRUE(std::isnan(at(6.5, 6.5)));
  EXPECT_TRUE(std::isnan(at(7.4, 6.5)));
  // Just over the border: only the neighbour speaks.
  EXPECT_FLOAT_EQ(at(7.6, 6.5), map.values.at(2, 3));
}

TEST(ValueAt, DoesNotInventRanks) {
  auto map = stemMap(13);
  map.scale = HeatmapScale::Ranks;
  EXPECT_EQ(valueAt(map, same(13), 3.4, 2.5, Interpolation::Smooth), 0);
}

TEST(Overlay, ChangesTheCellsPixelsAndNoOthers) {
  auto map = stemMap(13);
  map.values = Grid<float>(5, 5, NAN);
  map.values.at(1, 3) = 1;  // centre (8.5, 4.5): pixels 7.5 to 9.5, 3.5 to 5.5
  OverlayStyle style;
  style.opacity = 1;
  style.interpolation = Interpolation::Cells;
  style.range = ValueRange{0, 1};
  style.colormap = findColormap("grey");
  const auto picture = overlay(flat(13, 13, 7), same(13), map, style);
  for (int y = 0; y < 13; ++y) {
    for (int x = 0; x < 13; ++x) {
      const bool inside = x + 0.5 >= 7.5 && x + 0.5 < 9.5 && y + 0.5 >= 3.5 && y + 0.5 < 5.5;
      EXPECT_EQ(picture.pixel(x, y)[0], inside ? 255 : 7) << x << " " << y;
    }
  }
}

TEST(Overlay, LeavesTheLastRowAndColumnOfA224InputAlone) {
  const auto map = stemMap(224);
  OverlayStyle style;
  style.opacity = 1;
  const auto picture = overlay(flat(224, 224, 9), same(224), map, style);
  for (int i = 0; i < 224; ++i) {
    EXPECT_EQ(picture.pixel(223, i)[1], 9);
    EXPECT_EQ(picture.pixel(i, 223)[1], 9);
  }
  EXPECT_NE(picture.pixel(220, 220)[1], 9);
}

TEST(Overlay, LeavesWhatTheCropCutOffAlone) {
  // 30 x 20, of which the input is the middle: 13 pixels, each 1.5 of the photo's.
  PhotoPlacement placement = same(13);
  placement.photoWidth = 30;
  placement.photoHeight = 20;
  placement.scaleX = placement.scaleY = 1.5;
  placement.offsetX = 5.25;
  placement.offsetY = 0.25;
  const auto map = stemMap(13);
  OverlayStyle style;
  style.opacity = 1;
  style.colormap = findColormap("viridis");
  for (const auto interpolation : {Interpolation::Cells, Interpolation::Smooth}) {
    style.interpolation = interpolation;
    const auto picture = overlay(flat(30, 20, 9), placement, map, style);
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 30; ++x) {
        // The cells cover 1.5 to 11.5 of the input.
        const bool covered = x + 0.5 >= 5.25 + 2.25 && x + 0.5 < 5.25 + 17.25 &&
                             y + 0.5 >= 0.25 + 2.25 && y + 0.5 < 0.25 + 17.25;
        const bool bare = picture.pixel(x, y)[0] == 9 && picture.pixel(x, y)[1] == 9;
        EXPECT_NE(bare, covered) << x << " " << y;
      }
    }
  }
}

TEST(Overlay, PaintsEachPixelsValue) {
  auto map = stemMap(13);
  map.values.at(2, 2) = map.values.at(0, 4) = NAN;
  const auto placement = stretched(41, 29, 13);
  OverlayStyle style;
  style.opacity = 1;
  style.colormap = findColormap("grey");
  for (const auto interpolation : {Interpolation::Cells, Interpolation::Smooth}) {
    style.interpolation = interpolation;
    const auto picture = overlay(flat(41, 29, 200), placement, map, style);
    for (int y = 0; y < 29; ++y) {
      for (int x = 0; x < 41; ++x) {
        const float value = valueAt(map, placement, x + 0.5, y + 0.5, interpolation);
        const Rgb expected =
            std::isnan(value) ? Rgb{200, 200, 200} : style.colormap->at(value / 24);
        EXPECT_NEAR(picture.pixel(x, y)[0], expected[0], 1) << x << " " << y;
      }
    }
  }
}

TEST(Overlay, ARangeWithoutWidthIsAThreshold) {
  const auto map = stemMap(13);
  OverlayStyle style;
  style.opacity = 1;
  style.interpolation = Interpolation::Cells;
  style.colormap = findColormap("grey");
  style.range = ValueRange{12, 12};
  const auto picture = overlay(flat(13, 13, 100), same(13), map, style);
  EXPECT_EQ(picture.pixel(4, 6)[0], 0);    // cell 11
  EXPECT_EQ(picture.pixel(6, 6)[0], 0);    // cell 12
  EXPECT_EQ(picture.pixel(8, 6)[0], 255);  // cell 13
}

TEST(Overlay, LeavesWhatIsBelowTheThresholdUnpainted) {
  const auto map = stemMap(13);  // 0 .. 24
  OverlayStyle style;
  style.opacity = 1;
  style.colormap = findColormap("grey");
  style.range = ValueRange{4, 24};
  style.threshold = 0.25;  // at 9
  for (const auto interpolation : {Interpolation::Cells, Interpolation::Smooth}) {
    style.interpolation = interpolation;
    const auto picture = overlay(flat(130, 130, 77), stretched(130, 130, 13), map, style);
    for (int y = 0; y < 130; ++y) {
      for (int x = 0; x < 130; ++x) {
        const float value = valueAt(map, stretched(130, 130, 13), x + 0.5, y + 0.5, interpolation);
        if (std::isnan(value) || std::abs(value - 9) < 1e-3F) continue;
        const int expected = value < 9 ? 77 : static_cast<int>(std::lround((value - 4) / 20 * 255));
        ASSERT_NEAR(picture.pixel(x, y)[0], expected, 1) << x << " " << y << " " << value;
      }
    }
  }
}

TEST(Overlay, TheThresholdOfASignedMapIsAboutZeroAndRanksHaveNone) {
  auto map = stemMap(13);
  for (auto& value : map.values.values) value -= 12;  // -12 .. 12
  map.scale = HeatmapScale::Diverging;
  OverlayStyle style;
  style.opacity = 1;
  style.interpolation = Interpolation::Cells;
  style.threshold = 0.5;
  const auto painted = [&](int cell) {
    const auto picture = overlay(flat(13, 13, 77), same(13), map, style);
    const auto* pixel = picture.pixel(2 * (cell % 5) + 2, 2 * (cell / 5) + 2);
    return pixel[0] != 77 || pixel[1] != 77 || pixel[2] != 77;
  };
  EXPECT_TRUE(painted(0));    // -12
  EXPECT_TRUE(painted(5));    // -7
  EXPECT_FALSE(painted(7));   // -5
  EXPECT_FALSE(painted(12));  // 0
  EXPECT_FALSE(painted(17));  // 5
  EXPECT_TRUE(painted(19));   // 7
  map = stemMap(13);
  map.scale = HeatmapScale::Ranks;
  EXPECT_TRUE(painted(0));
  EXPECT_TRUE(painted(24));
}

TEST(Overlay, BlendsByOpacity) {
  auto map = stemMap(13);
  map.values = Grid<float>(5, 5, 1);
  OverlayStyle style;
  style.colormap = findColormap("grey");
  style.range = ValueRange{0, 1};
  for (const auto& [opacity, expected] : {std::pair(0.0, 100), {0.5, 178}, {1.0, 255}}) {
    style.opacity = opacity;
    const auto picture = overlay(flat(13, 13, 100), same(13), map, style);
    EXPECT_NEAR(picture.pixel(6, 6)[2], expected, 1);
  }
}

TEST(Overlay, FollowsAStretchedPhoto) {
  const auto map = stemMap(13);
  const auto placement = stretched(130, 26, 13);
  EXPECT_EQ(valueAt(map, placement, 85, 9, Interpolation::Cells), map.values.at(1, 3));
}

TEST(OverlayColours, OfARegionAreThoseOfTheWhole) {
  const auto map = stemMap(13);
  OverlayStyle style;
  style.opacity = 0.5;
  const auto whole = overlayColours(same(13), map, style, {{0, 0, 13, 13}, 26, 26});
  const auto part = overlayColours(same(13), map, style, {{3, 4, 5, 6}, 10, 12});
  for (int y = 0; y < 12; ++y) {
    for (int x = 0; x < 10; ++x) {
      ASSERT_EQ(part[static_cast<std::size_t>(y) * 10 + x],
                whole[static_cast<std::size_t>(y + 8) * 26 + x + 6]);
    }
  }
  EXPECT_EQ(whole[0], 0U) << "outside the cells";
  const float inside = valueAt(map, same(13), 13.5 / 2, 13.5 / 2, style.interpolation);
  const Rgb colour =
      defaultColormap(map.scale).at(inside / static_cast<float>(map.values.size() - 1));
  EXPECT_EQ(whole[13 * 26 + 13],
            0xFF000000U | colour[0] << 16 | colour[1] << 8 | std::uint32_t{colour[2]});
}

TEST(SelectedCells, LieAroundTheirCentres) {
  const auto cells = selectedCells(stemGeometry(13), {7, 0}, stretched(26, 13, 13));
  ASSERT_EQ(cells.size(), 2U);
  // Cell 7 is row 1, column 2: centre (6.5, 4.5) in the input.
  EXPECT_EQ(cells[0].x, 2 * 5.5);
  EXPECT_EQ(cells[0].y, 3.5);
  EXPECT_EQ(cells[0].width, 4);
  EXPECT_EQ(cells[0].height, 2);
  EXPECT_EQ(cells[1].y, 1.5);
}

}  // namespace
}  // namespace filterlens::test
