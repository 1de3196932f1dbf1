// The window as a user drives it: opening, choosing, stepping, cancelling.
#include <gtest/gtest.h>

#include <QDropEvent>
#include <QMimeData>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

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
  EXPECT_EQ(view.pixelColor(0, 0), theme::kCanvas);
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
