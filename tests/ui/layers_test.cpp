// The list of layers: pictures, numbers and histogram of what each made of the photo.
#include <gtest/gtest.h>

#include <QTest>
#include <cmath>
#include <numeric>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::WindowTest;

LayerTrace fourCells() {
  LayerTrace layer;
  layer.inputGeometry = {AxisMap::identity(2), AxisMap::identity(2)};
  layer.selection = {3, 1};
  return layer;
}

TEST(LayerSummary, IsOfTheFiniteValues) {
  Heatmap map;
  map.geometry = fourCells().inputGeometry;
  map.values = Grid<float>(2, 2);
  map.values.values = {1, 3, std::nanf(""), 8};
  const LayerSummary summary = summaryOf(fourCells(), map);
  EXPECT_EQ(summary.range.low, 1);
  EXPECT_EQ(summary.range.high, 8);
  EXPECT_DOUBLE_EQ(summary.mean, 4);
  EXPECT_DOUBLE_EQ(*summary.kept, 0.5);
  EXPECT_FALSE(summaryOf(LayerTrace(), map).kept) << "all cells attend";
}

TEST(LayerSummary, HistogramsCountEveryCellOnceAndTheSelectedAmongThem) {
  Heatmap map;
  map.geometry = fourCells().inputGeometry;
  map.values = Grid<float>(2, 2);
  map.values.values = {0, 1, 4, 4};
  const Histogram histogram = histogramOf(fourCells(), map, 4);
  EXPECT_EQ(histogram.all, (std::vector{1, 1, 0, 2})) << "the largest lies in the last bin";
  EXPECT_EQ(histogram.selected, (std::vector{0, 1, 0, 1}));
  map.values.values = {2, 2, 2, 2};
  EXPECT_EQ(histogramOf(fourCells(), map, 4).all, (std::vector{4, 0, 0, 0}));
  map.geometry = {AxisMap::identity(4), AxisMap::identity(1)};
  EXPECT_EQ(histogramOf(fourCells(), map, 4).selected, std::vector(4, 0)) << "another grid";
}

class LayersTest : public WindowTest {
 protected:
  QListView* list() { return window().networkPanel()->list(); }
  QModelIndex rowOf(const std::string& module) {
    return static_cast<const StageModel*>(list()->model())->indexOf(module);
  }
  const LayerTrace& layer(const std::string& name) {
    const Trace& trace = session().analysis()->trace;
    return trace.layers[static_cast<std::size_t>(trace.findLayer(name))];
  }
};

TEST_F(LayersTest, EveryLayerHasAPictureAndNumbers) {
  openAnalysed("xs");
  for (const LayerTrace& recorded : session().analysis()->trace.layers) {
    const QModelIndex row = rowOf(recorded.name);
    EXPECT_FALSE(row.data(StageModel::ThumbnailRole).value<QImage>().isNull()) << recorded.name;
    EXPECT_EQ(row.data(StageModel::NumbersRole).toStringList().size(), 3);
    EXPECT_EQ(row.data(StageModel::KeptRole).toString().isEmpty(), recorded.selection.empty());
  }
  const QModelIndex filter = rowOf("leaky_att_network.1");
  EXPECT_EQ(filter.data(StageModel::KeptRole).toString(), QStringLiteral("8.5 % kept"));
  const ValueRange range = finiteRange(layer("leaky_att_network.1").importance);
  EXPECT_EQ(filter.data(StageModel::NumbersRole).toStringList().first(), numberText(range.low, 2));
  EXPECT_TRUE(filter.data(Qt::AccessibleTextRole)
                  .toString()
                  .contains(QStringLiteral("Filter mask from %1").arg(numberText(range.low))));
  EXPECT_TRUE(filter.data(Qt::ToolTipRole).toString().contains(QStringLiteral("highest-scoring")));
}

// The largest importance lies where the picture is brightest.
TEST_F(LayersTest, ThePictureIsTheMapInItsPlace) {
  openAnalysed("xs");
  const LayerTrace& filter = layer("leaky_att_network.1");
  const auto picture = rowOf(filter.name)
                           .data(StageModel::ThumbnailRole)
                           .value<QImage>()
                           .convertToFormat(QImage::Format_RGB32);
  const int input = session().analysis()->placement.inputWidth;
  const auto lightness = [&](int cell) {
    const int cols = filter.inputGeometry.cols();
    const double x = filter.inputGeometry.x.centre(cell % cols) / input * picture.width();
    const double y = filter.inputGeometry.y.centre(cell / cols) / input * picture.height();
    return picture.pixelColor(static_cast<int>(x), static_cast<int>(y)).lightness();
  };
  const auto& values = filter.importance.values;
  const auto lowest = std::min_element(values.begin(), values.end()) - values.begin();
  EXPECT_GT(lightness(filter.selection[0]), lightness(static_cast<int>(lowest)));
}

TEST_F(LayersTest, WhatTheListShowsCanBeChosenAndTakenBack) {
  openAnalysed("xs");
  session().chooseLayer("leaky_att_network.1");
  NetworkPanel* panel = window().networkPanel();
  const auto counted = [&] {
    const auto& all = panel->histogram()->histogram().all;
    return std::accumulate(all.begin(), all.end(), 0);
  };
  const auto selected = [&] {
    const auto& part = panel->histogram()->histogram().selected;
    return std::accumulate(part.begin(), part.end(), 0);
  };
  waitUntilIdle();
  EXPECT_EQ(counted(), 55 * 55);
  EXPECT_EQ(selected(), 256);
  EXPECT_TRUE(panel->histogram()->accessibleName().contains(QStringLiteral("filter mask")));
  const QStringList mask =
      rowOf("leaky_att_network.1").data(StageModel::NumbersRole).toStringList();

  panel->layerMap()->setCurrentIndex(
      panel->layerMap()->findData(static_cast<int>(LayerMap::Output)));
  waitUntilIdle();
  EXPECT_EQ(session().choices().layerMap, LayerMap::Output);
  EXPECT_TRUE(panel->histogram()->accessibleName().contains(QStringLiteral("feature norm")));
  EXPECT_NE(rowOf("leaky_att_network.1").data(StageModel::NumbersRole).toStringList(), mask);
  window().workbench().history().undo();
  waitUntilIdle();
  EXPECT_EQ(rowOf("leaky_att_network.1").data(StageModel::NumbersRole).toStringList(), mask);
  EXPECT_EQ(panel->layerMap()->currentData().toInt(), static_cast<int>(LayerMap::Mask));

  session().chooseLayer("leaky_att_network.0");  // pooled: 11 x 11 bins
  EXPECT_EQ(counted(), 121);
  EXPECT_EQ(selected(), 0);
}

TEST_F(LayersTest, ANetworkThatDrawsItsTokensShowsThem) {
  openAnalysed("dropout-xs");
  for (const LayerTrace& recorded : session().analysis()->trace.layers) {
    EXPECT_FALSE(rowOf(recorded.name).data(StageModel::ThumbnailRole).value<QImage>().isNull());
  }
}

}  // namespace
}  // namespace filterlens
