// Colour maps: what a reader may rely on.
#include "core/render/colormap.h"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

namespace filterlens::test {
namespace {

/// CIE L* of an sRGB colour.
double lightness(const Rgb& colour) {
  const auto linear = [](double v) {
    v /= 255;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y =
      0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

Heatmap mapOf(std::vector<float> values, HeatmapScale scale) {
  Heatmap map;
  map.values = Grid<float>(1, static_cast<int>(values.size()));
  map.values.values = std::move(values);
  map.scale = scale;
  return map;
}

TEST(Colormaps, HaveDistinctNames) {
  std::set<std::string_view> ids;
  std::set<std::string_view> labels;
  for (const auto& map : colormaps()) {
    EXPECT_TRUE(ids.insert(map.id).second);
    EXPECT_TRUE(labels.insert(map.label).second);
    EXPECT_EQ(findColormap(map.id), &map);
  }
  EXPECT_EQ(findColormap("jet"), nullptr);
}

TEST(Colormaps, SequentialOnesGrowLighterAllTheWay) {
  for (const char* id : {"viridis", "cividis", "magma", "grey"}) {
    const auto& table = findColormap(id)->table;
    for (std::size_t i = 1; i < table.size(); ++i) {
      // Rounding to 8 bits may hold lightness back for a step.
      EXPECT_GT(lightness(table[i]), lightness(table[i - 1]) - 0.2) << id << " " << i;
    }
    EXPECT_GT(lightness(table.back()) - lightness(table.front()), 70) << id;
  }
}

TEST(Colormaps, AreThePublishedOnes) {
  struct Published {
    const char* id;
    Rgb first, middle, last;  // entries 0, 128 and 255
  };
  for (const auto& [id, first, middle, last] : {
           Published{"viridis", {0x44, 0x01, 0x54}, {0x21, 0x91, 0x8C}, {0xFD, 0xE7, 0x25}},
           Published{"cividis", {0x00, 0x22, 0x4E}, {0x7D, 0x7C, 0x78}, {0xFE, 0xE8, 0x38}},
           Published{"magma", {0x00, 0x00, 0x04}, {0xB7, 0x37, 0x79}, {0xFC, 0xFD, 0xBF}},
           Published{"turbo", {0x30, 0x12, 0x3B}, {0xA4, 0xFC, 0x3C}, {0x7A, 0x04, 0x03}},
           Published{"cool-warm", {0x3B, 0x4C, 0xC0}, {0xDD, 0xDC, 0xDC}, {0xB4, 0x04, 0x26}},
       }) {
    const auto& table = findColormap(id)->table;
    EXPECT_EQ(table[0], first) << id;
    EXPECT_EQ(table[128], middle) << id;
    EXPECT_EQ(table[255], last) << id;
  }
}

TEST(Colormaps, NeighboursAreClose) {
  for (const auto& map : colormaps()) {
    for (std::size_t i = 1; i < map.table.size(); ++i) {
      for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_LE(std::abs(map.table[i][c] - map.table[i - 1][c]), 12) << map.id << " " << i;
      }
    }
  }
}

TEST(Colormaps, TheDivergingOneIsAsDarkOnEitherSide) {
  const auto& table = defaultColormap(HeatmapScale::Diverging).table;
  ASSERT_TRUE(defaultColormap(HeatmapScale::Diverging).diverging);
  for (std::size_t i = 0; i < table.size() / 2; ++i) {
    EXPECT_NEAR(lightness(table[i]), lightness(table[table.size() - 1 - i]), 4) << i;
  }
  const Rgb middle = table[128];
  EXPECT_NEAR(middle[0], middle[1], 3);
  EXPECT_NEAR(middle[1], middle[2], 3);
}

TEST(Colormaps, ValuesOutsideAreClamped) {
  const auto& map = *findColormap("grey");
  EXPECT_EQ(map.at(-3), map.table.front());
  EXPECT_EQ(map.at(7), map.table.back());
  EXPECT_EQ(map.at(std::numeric_limits<double>::quiet_NaN()), map.table.front());
}

TEST(Colormaps, RankZeroIsTheStrongest) {
  const Colormap& ranks = defaultColormap(HeatmapScale::Ranks);
  const Colormap& values = defaultColormap(HeatmapScale::Sequential);
  EXPECT_EQ(ranks.at(0), values.at(1));
  EXPECT_EQ(ranks.at(1), values.at(0));
  EXPECT_GT(lightness(ranks.at(0)), lightness(ranks.at(1)) + 70);
}

TEST(Colormaps, AScaleTakesTheChosenOneWhereItFits) {
  for (const Colormap& map : colormaps()) {
    EXPECT_EQ(&colormapFor(HeatmapScale::Sequential, &map), &map);
    EXPECT_TRUE(colormapFor(HeatmapScale::Diverging, &map).diverging);
    const Colormap& ranks = colormapFor(HeatmapScale::Ranks, &map);
    EXPECT_EQ(ranks.id, map.id);
    EXPECT_EQ(ranks.at(0), map.at(1));
    EXPECT_EQ(&colormapFor(HeatmapScale::Ranks, &ranks), &ranks) << "turned round only once";
  }
}

TEST(PercentileRange, LiesBetweenOrderStatistics) {
  std::vector<float> values{NAN, INFINITY};
  for (int i = 100; i >= 0; --i) values.push_back(static_cast<float>(i));
  const auto map = mapOf(values, HeatmapScale::Sequential);
  EXPECT_EQ(percentileRange(map, 1).low, 1);
  EXPECT_EQ(percentileRange(map, 1).high, 99);
  EXPECT_FLOAT_EQ(percentileRange(map, 2.5).low, 2.5F);
  EXPECT_FLOAT_EQ(percentileRange(map, 2.5).high, 97.5F);
  EXPECT_EQ(percentileRange(map, 0).low, displayRange(map).low);
  EXPECT_EQ(percentileRange(map, 0).high, displayRange(map).high);
}

TEST(PercentileRange, KeepsZeroInTheMiddleOfSignedMaps) {
  std::vector<float> values;
  for (int i = 0; i <= 100; ++i) values.push_back(i % 2 == 0 ? -i : i);
  const auto range = percentileRange(mapOf(values, HeatmapScale::Diverging), 10);
  EXPECT_FLOAT_EQ(range.high, 90);
  EXPECT_EQ(range.low, -range.high);
}

TEST(PercentileRange, IsNeverEmptyAndLeavesRanksAlone) {
  const auto range = percentileRange(mapOf({2, 2, 2, 9}, HeatmapScale::Sequential), 40);
  EXPECT_LT(range.low, range.high);
  EXPECT_LT(percentileRange(mapOf({NAN}, HeatmapScale::Sequential), 1).low,
            percentileRange(mapOf({NAN}, HeatmapScale::Sequential), 1).high);
  EXPECT_EQ(percentileRange(mapOf({0, 1, 2, 3}, HeatmapScale::Ranks), 30).high, 3);
}

TEST(DisplayRange, IsThatOfTheFiniteValues) {
  const auto range = displayRange(mapOf({0.5F, NAN, 2, INFINITY}, HeatmapScale::Sequential));
  EXPECT_EQ(range.low, 0.5F);
  EXPECT_EQ(range.high, 2);
}

TEST(DisplayRange, PutsZeroInTheMiddleOfSignedMaps) {
  const auto range = displayRange(mapOf({-1, 3}, HeatmapScale::Diverging));
  EXPECT_EQ(range.low, -3);
  EXPECT_EQ(range.high, 3);
}

TEST(DisplayRange, OfOneTokenHasNoNegativeRank) {
  const ValueRange range = displayRange(mapOf({NAN, 0, NAN}, HeatmapScale::Ranks));
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 1);
}

TEST(DisplayRange, IsNeverEmpty) {
  for (float value : {0.0F, 0.4576F, -2.0F, NAN}) {
    for (auto scale : {HeatmapScale::Sequential, HeatmapScale::Diverging, HeatmapScale::Ranks}) {
      const auto range = displayRange(mapOf({value, value}, scale));
      EXPECT_LT(range.low, range.high) << value;
    }
  }
}

}  // namespace
}  // namespace filterlens::test
