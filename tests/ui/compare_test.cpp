// Two panes over each other: split, flipped, subtracted.
#include <gtest/gtest.h>

#include <QTest>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::WindowTest;

/// Of the part of a view left of a column, or right of it.
QImage part(const CompareView* view, double from, double to) {
  const QImage all = view->first()->parentWidget()->grab().toImage();
  const int left = static_cast<int>(from * all.width());
  return all.copy(left, 0, static_cast<int>(to * all.width()) - left, all.height());
}

TEST_F(WindowTest, ASplitShowsOneMapOnEachSideOfItsLine) {
  openAnalysed("xs");
  window().grid()->focusPane(3);
  QTest::keyClick(&window(), Qt::Key_C);
  CompareView* view = window().compareView();
  ASSERT_TRUE(view->isVisible());
  EXPECT_FALSE(window().grid()->isVisible());
  QCoreApplication::processEvents();
  const QImage left = part(view, 0, 0.45);
  const QImage right = part(view, 0.55, 1);
  QTest::keyPress(view->first(), Qt::Key_X);
  EXPECT_EQ(differingPixels(right, part(view, 0.55, 1)), 0) << "the second was there already";
  EXPECT_GT(differingPixels(left, part(view, 0, 0.45)), 1000);
  QTest::keyRelease(view->first(), Qt::Key_X);
  EXPECT_EQ(differingPixels(left, part(view, 0, 0.45)), 0);

  SplitHandle* handle = view->handle();
  QTest::mousePress(handle, Qt::LeftButton, {}, {4, 50});
  QMouseEvent move(QEvent::MouseMove, QPointF(104, 50), handle->mapToGlobal(QPointF(104, 50)),
                   Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(handle, &move);
  EXPECT_NEAR(view->split(), 0.5 + 100.0 / view->first()->width(), 1e-9);
  QTest::keyClick(handle, Qt::Key_Left);
  EXPECT_NEAR(view->split(), 0.5 + 90.0 / view->first()->width(), 1e-9);

  QTest::keyClick(&window(), Qt::Key_B);
  EXPECT_TRUE(window().grid()->isVisible());
}

TEST_F(WindowTest, ADifferenceIsSignedWithZeroInTheMiddle) {
  openAnalysed("xs");
  window().grid()->focusPane(3);
  QTest::keyClick(&window(), Qt::Key_D);
  CompareView* view = window().compareView();
  const auto difference = view->difference();
  ASSERT_NE(difference, nullptr);
  EXPECT_EQ(difference->scale, HeatmapScale::Diverging);
  const OverlayStyle style = session().styleOf(PaneSpec(), difference).overlay;
  EXPECT_TRUE(style.colormap->diverging);
  EXPECT_EQ(style.range->low, -style.range->high);
  EXPECT_FALSE(view->second()->isVisible());
  window().actions()[ActionId::CompareSplit]->trigger();
  EXPECT_EQ(view->difference(), nullptr);
  EXPECT_TRUE(view->second()->isVisible()) << "the same two panes, split";
}

QAction* entryOf(QMenu* menu, const QString& text) {
  Q_EMIT menu->aboutToShow();
  for (QAction* action : menu->actions()) {
    if (action->text() == text) return action;
  }
  return nullptr;
}

TEST_F(WindowTest, AnyTwoPanesCanBeCompared) {
  openAnalysed("compact");
  Pane* rollout = paneOf("rollout");
  const Pane* mask = paneOf("importance");
  Q_EMIT rollout->menu()->aboutToShow();
  QMenu* with = entryOf(rollout->menu(), QStringLiteral("Compare with"))->menu();
  EXPECT_EQ(entryOf(with, rollout->header()->text()), nullptr) << "not with itself";
  QAction* entry = entryOf(with, mask->header()->text());
  ASSERT_NE(entry, nullptr);
  entry->trigger();
  const auto& comparison = session().choices().comparison;
  ASSERT_TRUE(comparison);
  EXPECT_EQ(comparison->first.pane.method, "rollout");
  EXPECT_EQ(comparison->second.pane.method, "importance");
  EXPECT_EQ(comparison->mode, CompareMode::Split);

  CompareView* view = window().compareView();
  EXPECT_TRUE(view->firstTitle()->text().startsWith(rollout->header()->text()));
  auto* menu = view->secondTitle()->findChild<QMenu*>();
  QAction* other = entryOf(menu, paneOf("gradcam")->header()->text());
  ASSERT_NE(other, nullptr);
  EXPECT_TRUE(entryOf(menu, mask->header()->text())->isChecked());
  entryOf(menu, paneOf("gradcam")->header()->text())->trigger();
  EXPECT_EQ(session().choices().comparison->second.pane.method, "gradcam");
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().choices().comparison->second.pane.method, "importance");
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_FALSE(session().choices().comparison);
}

TEST_F(WindowTest, TheCompareMenuComparesThePaneWithTheFocus) {
  openAnalysed("compact");
  window().grid()->focusPane(paneOf("rollout")->index());
  QMenu* with = window().actions()[ActionId::CompareWith]->menu();
  QAction* entry = entryOf(with, paneOf("selection")->header()->text());
  ASSERT_NE(entry, nullptr);
  entry->trigger();
  EXPECT_EQ(session().choices().comparison->first.pane.method, "rollout");
  EXPECT_EQ(session().choices().comparison->second.pane.method, "selection");
}

TEST_F(WindowTest, SpaceHidesTheMapsOfAComparison) {
  openAnalysed("compact");
  window().grid()->focusPane(3);
  CompareView* view = window().compareView();
  for (const auto key : {Qt::Key_C, Qt::Key_D}) {
    QTest::keyClick(&window(), key);
    QCoreApplication::processEvents();
    const QImage shown = part(view, 0, 1);
    QTest::keyPress(view->first(), Qt::Key_Space);
    const QImage bare = part(view, 0, 1);
    EXPECT_GT(differingPixels(shown.copy(0, 0, shown.width() / 2, shown.height()),
                              bare.copy(0, 0, shown.width() / 2, shown.height())),
              1000);
    QTest::keyRelease(view->first(), Qt::Key_Space);
    EXPECT_EQ(differingPixels(shown, part(view, 0, 1)), 0);
  }
}

TEST_F(WindowTest, AClickInASplitViewInspectsTheCellOfThatSide) {
  openAnalysed("xs");
  window().grid()->focusPane(3);
  QTest::keyClick(&window(), Qt::Key_C);
  QCoreApplication::processEvents();
  CompareView* view = window().compareView();
  const auto& comparison = session().choices().comparison;
  const std::string left = session().shownMap(comparison->first)->layer;
  const std::string right = session().shownMap(comparison->second)->layer;
  ASSERT_NE(left, right);
  const QImage before = part(view, 0, 0.45);
  QTest::keyPress(view->first(), Qt::Key_X);
  const QImage flippedBefore = part(view, 0, 0.45);
  QTest::keyRelease(view->first(), Qt::Key_X);

  const QPoint middle = view->first()->rect().center();
  const QPoint at(middle.x() - view->first()->width() / 8, middle.y());
  QTest::mouseClick(view->first(), Qt::LeftButton, {}, at);
  waitUntilIdle();
  ASSERT_TRUE(session().choices().inspected);
  EXPECT_EQ(session().choices().inspected->layer, left);
  window().link().setCursor(std::nullopt);
  EXPECT_GT(differingPixels(before, part(view, 0, 0.45)), 20) << "it is marked";
  QTest::keyPress(view->first(), Qt::Key_X);
  EXPECT_GT(differingPixels(flippedBefore, part(view, 0, 0.45)), 20) << "in the other too";
  QTest::keyRelease(view->first(), Qt::Key_X);

  const InspectedCell cell = *session().choices().inspected;
  QTest::keyClick(view->first(), Qt::Key_Right);
  EXPECT_EQ(session().choices().inspected->cell, cell.cell + 1);
  QTest::keyClick(view->first(), Qt::Key_Escape);
  EXPECT_FALSE(session().choices().inspected);
  QTest::mouseClick(view->second(), Qt::LeftButton, {},
                    QPoint(middle.x() + view->first()->width() / 8, middle.y()));
  EXPECT_EQ(session().choices().inspected->layer, right);
  QTest::keyClick(&window(), Qt::Key_D);
  QTest::mouseClick(view->first(), Qt::LeftButton, {}, at);
  EXPECT_EQ(session().choices().inspected->layer, left) << "a difference: the first map's cells";
}

}  // namespace
}  // namespace filterlens
