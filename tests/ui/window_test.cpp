// The window as a user drives it.
#include <gtest/gtest.h>

#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::modelFile;
using test::WindowTest;

TEST_F(WindowTest, StartsWithAPageThatSaysWhatToDo) {
  openWindow();
  EXPECT_TRUE(window().startPage()->isVisible());
  EXPECT_TRUE(window().startPage()->photosButton()->isVisible());
  EXPECT_TRUE(window().startPage()->modelButton()->isVisible());
  EXPECT_FALSE(window().networkPanel()->isVisible());
  window().open({modelFile("xs")});
  waitUntilIdle();
  EXPECT_TRUE(window().startPage()->isVisible()) << "a model alone shows nothing yet";
  EXPECT_TRUE(window().startPage()->modelText().contains(QStringLiteral("xs.safetensors")));
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("xs.safetensors")));
}

TEST_F(WindowTest, APhotoWithoutModelSaysWhatIsMissing) {
  openWindow({{photoFile("photo.png", 300, 200)}, {}});
  waitUntilIdle();
  EXPECT_TRUE(window().grid()->isVisible());
  EXPECT_EQ(window().grid()->panes().size(), 1U);
  EXPECT_TRUE(window().photoBar()->modelText().contains(QStringLiteral("No model")));
}

TEST_F(WindowTest, ArgumentsAreAnalysedSideBySide) {
  openAnalysed("xs");
  EXPECT_EQ(window().windowTitle(), QStringLiteral("photo.png – FilterLens"));
  const auto& panes = window().grid()->panes();
  EXPECT_EQ(panes.size(), 9U) << "photo, Grad-CAM, rollout, three masks, three selections";
  for (Pane* pane : panes) {
    EXPECT_TRUE(pane->isVisible());
    EXPECT_EQ(pane->map() == nullptr, pane == paneOf(kPhotoMethod));
  }
  EXPECT_EQ(window().predictionPanel()->list()->model()->rowCount(), test::kClasses);
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("Analysed")));
  const auto top = session().className(session().analysis()->predictions.front().index);
  EXPECT_TRUE(top.startsWith(QStringLiteral("class-name-")));
  EXPECT_TRUE(paneOf("gradcam")->header()->text().endsWith(top));
}

TEST_F(WindowTest, EveryNetworkOpens) {
  openAnalysed("xs");
  for (const Architecture& network : architectures()) {
    window().open({modelFile(network.id)});
    waitUntilIdle();
    ASSERT_TRUE(session().network());
    EXPECT_EQ(session().network()->id, network.id);
    EXPECT_FALSE(session().missingMap());
    for (Pane* pane : window().grid()->panes()) {
      EXPECT_EQ(pane->map() == nullptr, pane == paneOf(kPhotoMethod)) << network.id;
    }
  }
  EXPECT_TRUE(problems().isEmpty());
}

TEST_F(WindowTest, DrawnTokensNameTheirSeed) {
  openAnalysed("dropout-xs");
  EXPECT_TRUE(paneOf("selection")->header()->text().endsWith(QStringLiteral("seed 0")));
}

TEST_F(WindowTest, ClickingAPredictionMakesItTheTarget) {
  openAnalysed("xs");
  const auto camBefore = paneOf("gradcam")->map();
  const auto maskBefore = paneOf("importance")->map();
  QListView* list = window().predictionPanel()->list();
  const QModelIndex third = list->model()->index(2, 0);
  const int chosen = third.data(PredictionModel::ClassRole).toInt();
  QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(third).center());
  EXPECT_EQ(session().choices().target, chosen);
  waitUntilIdle();
  EXPECT_EQ(session().analysis()->trace.targetClass, chosen);
  const auto camAfter = paneOf("gradcam")->map();
  EXPECT_EQ(camAfter->targetClass, chosen);
  EXPECT_NE(camAfter->values.values, camBefore->values.values);
  EXPECT_EQ(paneOf("importance")->map(), maskBefore) << "the network did not run again";
  EXPECT_TRUE(paneOf("gradcam")->header()->text().endsWith(session().className(chosen)));
  EXPECT_TRUE(third.data(PredictionModel::TargetRole).toBool());
  EXPECT_FALSE(list->model()->index(0, 0).data(PredictionModel::TargetRole).toBool());

  window().actions()[ActionId::MostProbableTarget]->trigger();
  waitUntilIdle();
  EXPECT_EQ(paneOf("gradcam")->map()->values.values, camBefore->values.values);
}

TEST_F(WindowTest, EnterMakesAPredictionTheTarget) {
  openAnalysed("xs");
  QListView* list = window().predictionPanel()->list();
  list->setFocus();
  QTest::keyClick(list, Qt::Key_Down);
  EXPECT_FALSE(session().choices().target.has_value()) << "moving is not choosing";
  QTest::keyClick(list, Qt::Key_Return);
  waitUntilIdle();
  EXPECT_EQ(session().analysis()->trace.targetClass, session().analysis()->predictions[1].index);
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

TEST_F(WindowTest, DropsOfPhotoAndCheckpointTogether) {
  openWindow();
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(fromPath(photoFile("dropped.png", 64, 48))),
                QUrl::fromLocalFile(fromPath(modelFile("xs")))});
  QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window(), &enter);
  EXPECT_TRUE(enter.isAccepted());
  QDropEvent drop({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window(), &drop);
  EXPECT_TRUE(drop.isAccepted());
  waitUntilIdle();
  ASSERT_TRUE(session().analysis());
  EXPECT_EQ(session().photo()->path.filename(), "dropped.png");
  EXPECT_TRUE(window().grid()->isVisible());
}

TEST_F(WindowTest, PageKeysGoFromPhotoToPhotoAndKeepTheModel) {
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  openWindow({{folder_.path()}, modelFile("xs")});
  waitUntilIdle();
  const auto model = session().model();
  EXPECT_TRUE(window().photoBar()->photoText().contains(QStringLiteral("p1.png (1/2)")));
  EXPECT_FALSE(window().actions()[ActionId::PreviousPhoto]->isEnabled());
  QTest::keyClick(&window(), Qt::Key_PageDown);
  waitUntilIdle();
  EXPECT_TRUE(window().photoBar()->photoText().contains(QStringLiteral("p2.png (2/2)")));
  EXPECT_EQ(session().photo()->path.filename(), "p2.png");
  EXPECT_EQ(session().model(), model);
  ASSERT_TRUE(session().analysis());
  EXPECT_EQ(session().analysis()->placement.photoHeight, 80);
  EXPECT_FALSE(window().actions()[ActionId::NextPhoto]->isEnabled());
  QTest::keyClick(&window(), Qt::Key_PageUp);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->path.filename(), "p1.png");
}

TEST_F(WindowTest, EscCancelsAndF5GoesOn) {
  openWindow({{photoFile("photo.png", 300, 200)}, {}});
  waitUntilIdle();
  QObject::connect(&session(), &Session::modelChanged, &window(),
                   [this] { QTest::keyClick(&window(), Qt::Key_Escape); });
  window().open({modelFile("xs")});
  waitUntilIdle();
  EXPECT_FALSE(session().analysis());
  EXPECT_FALSE(session().problem().isEmpty());
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("Cancelled")));
  EXPECT_TRUE(problems().isEmpty()) << "a cancelled job is no problem";
  ASSERT_TRUE(window().actions()[ActionId::AnalyseAgain]->isEnabled());
  QTest::keyClick(&window(), Qt::Key_F5);
  waitUntilIdle();
  EXPECT_TRUE(session().analysis());
  EXPECT_TRUE(session().problem().isEmpty());
  EXPECT_FALSE(window().actions()[ActionId::AnalyseAgain]->isEnabled());
}

TEST_F(WindowTest, ACancelledPhotoLeavesTheOneOnShow) {
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  openWindow({{folder_.path()}, {}});
  waitUntilIdle();
  QTest::keyClick(&window(), Qt::Key_PageDown);
  EXPECT_TRUE(window().photoBar()->photoText().contains(QStringLiteral("p2.png (2/2)")));
  QTest::keyClick(&window(), Qt::Key_Escape);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->path.filename(), "p1.png");
  EXPECT_TRUE(window().photoBar()->photoText().contains(QStringLiteral("p1.png (1/2)")));
}

TEST_F(WindowTest, CancellingTheFirstPhotoLeadsBackToTheStartPage) {
  openWindow();
  waitUntilIdle();
  window().open({photoFile("photo.png", 300, 200)});
  EXPECT_TRUE(window().grid()->isVisible()) << "the photo is on its way";
  QTest::keyClick(&window(), Qt::Key_Escape);
  EXPECT_TRUE(window().startPage()->isVisible());
  EXPECT_TRUE(session().photos().empty());
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

TEST_F(WindowTest, SidePanelsFoldWithAKey) {
  openAnalysed("xs");
  const int before = paneOf("gradcam")->width();
  QTest::keyClick(&window(), Qt::Key_N);
  QTest::keyClick(&window(), Qt::Key_I);
  EXPECT_FALSE(window().networkPanel()->isVisible());
  EXPECT_FALSE(window().predictionPanel()->isVisible());
  QCoreApplication::processEvents();
  EXPECT_GT(paneOf("gradcam")->width(), before + 60);
  QTest::keyClick(&window(), Qt::Key_N);
  EXPECT_TRUE(window().networkPanel()->isVisible());
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
  EXPECT_NEAR(view->scale(), std::max(1.0, view->scale() / window().link().state().zoom), 1e-9);
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
    return session().styleOf(*window().grid()->panes()[pane]->map());
  };
  ASSERT_EQ(session().choices().layout.panes[3].method, "importance");
  ASSERT_EQ(session().choices().layout.panes[4].method, "importance");
  EXPECT_EQ(styleOf(3).range->high, styleOf(4).range->high);
  EXPECT_EQ(styleOf(3).range->low, styleOf(4).range->low);
  window().displayPanel()->sharedRange()->setChecked(false);
  const ValueRange own = displayRange(*window().grid()->panes()[4]->map());
  EXPECT_EQ(styleOf(4).range->high, own.high);
  EXPECT_EQ(styleOf(4).range->low, own.low);
}

// Rank 0 of the real network's selection, in the middle of its cell, in its colour.
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

TEST_F(WindowTest, FollowsADarkPalette) {
  const QPalette before = QApplication::palette();
  QPalette dark = before;
  dark.setColor(QPalette::Window, QColor(40, 40, 42));
  dark.setColor(QPalette::WindowText, QColor(235, 235, 235));
  dark.setColor(QPalette::Base, QColor(30, 30, 32));
  dark.setColor(QPalette::Text, QColor(235, 235, 235));
  QApplication::setPalette(dark);
  openAnalysed("xs");
  const QImage image = window().grab().toImage();
  EXPECT_EQ(image.pixelColor(3, image.height() / 2), QColor(40, 40, 42));
  const QImage header = paneOf("gradcam")->header()->grab().toImage();
  int bright = 0;
  for (int x = 0; x < header.width(); ++x) {
    for (int y = 0; y < header.height(); ++y) bright += header.pixelColor(x, y).lightness() > 180;
  }
  EXPECT_GT(bright, 50) << "words on a dark ground";
  const QImage view = paneOf(kPhotoMethod)->view()->grab().toImage();
  EXPECT_EQ(view.pixelColor(view.width() / 2, 0), theme::kCanvas);
  QApplication::setPalette(before);
}

TEST_F(WindowTest, WorksIn1024By700) {
  openAnalysed("xs");
  window().resize(1024, 700);
  QCoreApplication::processEvents();
  EXPECT_EQ(window().size(), QSize(1024, 700));
  for (Pane* pane : window().grid()->panes()) {
    EXPECT_GE(pane->view()->width(), 160);
    EXPECT_GE(pane->view()->height(), 120);
  }
  const QRect inside = window().centralWidget()->rect();
  for (const QWidget* part : {static_cast<QWidget*>(window().displayPanel()),
                              static_cast<QWidget*>(window().messageBar())}) {
    EXPECT_TRUE(
        inside.contains(QRect(part->mapTo(window().centralWidget(), QPoint()), part->size())));
  }
}

}  // namespace
}  // namespace filterlens
