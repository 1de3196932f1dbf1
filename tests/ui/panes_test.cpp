// The panes as a user drives them: what they show, where, and in which colours.
#include <gtest/gtest.h>

#include <QTest>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::WindowTest;

TEST_F(WindowTest, DrawnTokensNameTheirSeed) {
  openAnalysed("dropout-xs");
  EXPECT_TRUE(paneOf("selection")->header()->text().endsWith(QStringLiteral("seed 0")));
}

TEST_F(WindowTest, ChoosingALayerMovesThePanesThatFollow) {
  openAnalysed("xs");
  EXPECT_EQ(paneOf("gradcam")->map()->layer, "network.1");
  const auto mask = paneOf("importance")->map();
  QListView* list = window().networkPanel()->list();
  const auto* stages = static_cast<const StageModel*>(list->model());
  const QModelIndex layer = stages->indexOf("leaky_att_network.3");
  list->scrollTo(layer);
  QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(layer).center());
  waitUntilIdle();
  EXPECT_EQ(paneOf("gradcam")->map()->layer, "leaky_att_network.3");
  EXPECT_EQ(paneOf("rollout")->map()->layer, "leaky_att_network.0") << "so has it";
  EXPECT_EQ(paneOf("importance")->map(), mask) << "it has a layer of its own";
  QTest::keyClick(&window(), Qt::Key_Down, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_EQ(paneOf("gradcam")->map()->layer, "leaky_att_network.4");
}

QAction* actionNamed(const QMenu* menu, const QString& text) {
  for (QAction* action : menu->actions()) {
    if (action->text() == text) return action;
  }
  return nullptr;
}

TEST_F(WindowTest, APaneCanShowAnyMethodAndLayer) {
  openAnalysed("xs");
  Pane* pane = paneOf("rollout");
  for (const Explainer& method : explainers()) {
    if (method.computeByRuns && method.id != "saliency") continue;  // minutes, with many runs
    Q_EMIT pane->menu()->aboutToShow();
    QAction* action = actionNamed(pane->menu(), fromUtf8(method.label));
    ASSERT_NE(action, nullptr);
    if (!action->isEnabled()) continue;
    action->trigger();
    waitUntilIdle();
    ASSERT_NE(pane->map(), nullptr) << method.id;
    EXPECT_EQ(pane->map()->method, method.id);
  }
  session().setPane(2, {"gradcam", {}});
  Q_EMIT pane->menu()->aboutToShow();
  const QMenu* layers = actionNamed(pane->menu(), QStringLiteral("Layer"))->menu();
  actionNamed(layers, QStringLiteral("block 4 · filter"))->trigger();
  waitUntilIdle();
  EXPECT_EQ(pane->map()->layer, "leaky_att_network.3");
  session().chooseLayer("leaky_att_network.0");
  waitUntilIdle();
  EXPECT_EQ(pane->map()->layer, "leaky_att_network.3") << "pinned";
}

TEST_F(WindowTest, EnterOnATitleOpensThePanesMenu) {
  openAnalysed("xs");
  Pane* pane = paneOf("gradcam");
  pane->header()->setFocus();
  QTest::keyClick(pane->header(), Qt::Key_Return);
  EXPECT_TRUE(pane->menu()->isVisible());
  EXPECT_FALSE(pane->menu()->actions().isEmpty());
  QTest::keyClick(pane->menu(), Qt::Key_Escape);
  EXPECT_FALSE(pane->menu()->isVisible());
}

TEST_F(WindowTest, APanesMenuChangesTheMethodsParameters) {
  openAnalysed("xs");
  Pane* pane = paneOf("gradcam");
  const auto positive = pane->map();
  Q_EMIT pane->menu()->aboutToShow();
  const QMenu* evidence = actionNamed(pane->menu(), QStringLiteral("Evidence"))->menu();
  EXPECT_TRUE(actionNamed(evidence, QStringLiteral("positive"))->isChecked());
  actionNamed(evidence, QStringLiteral("signed"))->trigger();
  waitUntilIdle();
  EXPECT_EQ(pane->map()->parameters.choice("evidence"), "signed");
  EXPECT_EQ(pane->map()->scale, HeatmapScale::Diverging);
  EXPECT_TRUE(pane->header()->text().contains(QStringLiteral("evidence: signed")));
  Q_EMIT pane->menu()->aboutToShow();
  evidence = actionNamed(pane->menu(), QStringLiteral("Evidence"))->menu();
  actionNamed(evidence, QStringLiteral("positive"))->trigger();
  waitUntilIdle();
  EXPECT_EQ(pane->map(), positive) << "kept from before";
}

TEST_F(WindowTest, AMethodFallsBackToTheNearestLayerItHas) {
  openAnalysed("xs");
  session().setPane(2, {"importance", {}});
  session().chooseLayer("leaky_att_network.2");  // pooled: it has no mask
  waitUntilIdle();
  Pane* pane = window().grid()->panes()[2];
  EXPECT_EQ(pane->map()->layer, "leaky_att_network.1");
  session().chooseLayer("leaky_att_network.0");
  waitUntilIdle();
  EXPECT_EQ(pane->map()->layer, "leaky_att_network.1") << "nothing before it: the next one";
}

TEST_F(WindowTest, SpaceHidesAllMapsWhileHeld) {
  openAnalysed("xs");
  ImageView* view = paneOf("importance")->view();
  view->setFocus();
  const QImage shown = view->grab().toImage();
  QTest::keyPress(view, Qt::Key_Space);
  const QImage hidden = view->grab().toImage();
  EXPECT_GT(differingPixels(shown, hidden), 1000);
  QTest::keyRelease(view, Qt::Key_Space);
  EXPECT_EQ(differingPixels(shown, view->grab().toImage()), 0);
}

TEST_F(WindowTest, ZoomKeysMoveAllPanes) {
  openAnalysed("xs");
  QTest::keyClick(&window(), Qt::Key_Plus);
  EXPECT_DOUBLE_EQ(window().link().state().zoom, 1.5);
  QTest::keyClick(&window(), Qt::Key_Minus);
  EXPECT_DOUBLE_EQ(window().link().state().zoom, 1);
  QTest::keyClick(&window(), Qt::Key_Plus);
  QTest::keyClick(&window(), Qt::Key_F);
  EXPECT_DOUBLE_EQ(window().link().state().zoom, 1);
  QTest::keyClick(&window(), Qt::Key_1);
  const auto view = window().grid()->panes().front()->view()->transform();
  EXPECT_NEAR(view->scale(), 1, 1e-9);
}

TEST_F(WindowTest, TheCursorReadsEveryPane) {
  openAnalysed("xs");
  ImageView* view = paneOf("importance")->view();
  QTest::mouseMove(view, view->rect().center());
  for (Pane* pane : window().grid()->panes()) {
    EXPECT_FALSE(pane->header()->value().isEmpty());
    EXPECT_FALSE(pane->view()->readout().isEmpty());
  }
  const auto map = paneOf("importance")->map();
  const auto at = *window().link().state().cursor;
  const PhotoPlacement& placement = session().analysis()->placement;
  const int row = map->geometry.y.cellContaining(placement.inputY(at.y() * 200));
  const int col = map->geometry.x.cellContaining(placement.inputX(at.x() * 300));
  EXPECT_EQ(paneOf("importance")->header()->value(), numberText(map->values.at(row, col)));
}

TEST_F(WindowTest, TabGoesFromPaneToPane) {
  openAnalysed("xs");
  const auto& panes = window().grid()->panes();
  panes.front()->view()->setFocus();
  for (std::size_t i = 1; i < panes.size(); ++i) {
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_EQ(QApplication::focusWidget(), panes[i]->header()) << i;
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    EXPECT_EQ(QApplication::focusWidget(), panes[i]->view()) << i;
  }
}

TEST_F(WindowTest, DisplayChangesWhatPanesPaintAndNothingElse) {
  openAnalysed("xs");
  Pane* pane = paneOf("importance");
  const auto map = pane->map();
  const QImage before = pane->view()->grab().toImage();
  QComboBox* colours = window().displayPanel()->colormap();
  colours->setCurrentIndex(colours->findData(QStringLiteral("magma")));
  EXPECT_EQ(session().choices().display.colormap, "magma");
  const QImage magma = pane->view()->grab().toImage();
  EXPECT_GT(differingPixels(before, magma), 1000);
  window().displayPanel()->opacity()->setValue(0);
  const QImage bare = pane->view()->grab().toImage();
  EXPECT_GT(differingPixels(magma, bare), 1000);
  EXPECT_EQ(pane->map(), map);
  EXPECT_FALSE(window().jobs().busy());
}

TEST_F(WindowTest, PanesOfOneMethodShareTheirRangeUnlessTold) {
  openAnalysed("xs");
  const auto styleOf = [this](std::size_t pane) {
    return session()
        .styleOf(session().choices().layout.panes[pane], window().grid()->panes()[pane]->map())
        .overlay;
  };
  ASSERT_EQ(session().choices().layout.panes[3].method, "importance");
  ASSERT_EQ(session().choices().layout.panes[4].method, "importance");
  EXPECT_EQ(styleOf(3).range->high, styleOf(4).range->high);
  EXPECT_EQ(styleOf(3).range->low, styleOf(4).range->low);
  QComboBox* range = window().displayPanel()->range();
  range->setCurrentIndex(range->findData(static_cast<int>(RangeChoice::Map)));
  const ValueRange own = displayRange(*window().grid()->panes()[4]->map());
  EXPECT_EQ(styleOf(4).range->high, own.high);
  EXPECT_EQ(styleOf(4).range->low, own.low);
}

// Ranks of the real network's selection, in the middle of their cells, in their colours.
TEST_F(WindowTest, SelectedTokensArePaintedWhereTheNetworkTookThem) {
  openAnalysed("xs");
  window().displayPanel()->opacity()->setValue(100);
  Pane* pane = paneOf("selection");
  const Trace& trace = session().analysis()->trace;
  const LayerTrace& layer =
      trace.layers[static_cast<std::size_t>(trace.findLayer(pane->map()->layer))];
  const QImage picture = pane->view()->grab().toImage();
  const Colormap& colours = defaultColormap(HeatmapScale::Ranks);
  const auto ranks = static_cast<double>(layer.selection.size() - 1);
  for (std::size_t rank = 0; rank < layer.selection.size(); rank += 50) {
    const int cell = layer.selection[rank];
    const RectF rect = session().analysis()->placement.cellRect(
        layer.inputGeometry, cell / layer.inputGeometry.cols(), cell % layer.inputGeometry.cols());
    const QPointF centre(rect.x + rect.width / 2, rect.y + rect.height / 2);
    const QColor shown = picture.pixelColor(pane->view()->transform()->toCanvas(centre).toPoint());
    const Rgb expected = colours.at(static_cast<double>(rank) / ranks);
    EXPECT_NEAR(shown.red(), expected[0], 3) << "rank " << rank;
    EXPECT_NEAR(shown.green(), expected[1], 3) << "rank " << rank;
    EXPECT_NEAR(shown.blue(), expected[2], 3) << "rank " << rank;
  }
}

}  // namespace
}  // namespace filterlens
