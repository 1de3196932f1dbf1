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

}  // namespace
}  // namespace filterlens
