// Measuring a pane's map in the window.
#include <gtest/gtest.h>

#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::WindowTest;

class MeasurePanelTest : public WindowTest {
 protected:
  /// Hundreds of short runs, and a machine that may be busy: threads that wait for each other make
  /// it slower.
  MeasurePanelTest() { (*loadEngine())->setThreads(1); }

  /// Asks for the measures of a method's pane.
  void measure(std::string_view method) {
    window().grid()->focusPane(paneNumber(method));
    window().actions()[ActionId::MeasureMap]->trigger();
  }
  int paneNumber(std::string_view method) {
    const auto& panes = session().choices().layout.panes;
    for (std::size_t i = 0; i < panes.size(); ++i) {
      if (panes[i].method == method) return static_cast<int>(i);
    }
    ADD_FAILURE() << "no pane shows " << method;
    return 0;
  }
  [[nodiscard]] MeasurePanel* panel() { return window().measurePanel(); }
  /// The number in a column; NaN where there is none.
  double valueIn(int row, const QString& title) {
    const QTableWidget* table = panel()->table();
    for (int i = 0; i < table->columnCount(); ++i) {
      if (!table->horizontalHeaderItem(i)->text().startsWith(title)) continue;
      const auto* item = table->item(row, i);
      return item ? item->text().toDouble() : NAN;
    }
    return NAN;
  }
};

TEST_F(MeasurePanelTest, AMapStandsBesideMapsThatKnowNothing) {
  openAnalysed("compact");
  ASSERT_TRUE(folder_
                  .write("boxes.csv",
                         "file,class,xmin,ymin,xmax,ymax,width,height\n"
                         "photo.png,any,0,0,150,200,300,200\n")
                  .has_filename());
  measure("gradcam");
  EXPECT_TRUE(panel()->isVisible());
  waitUntilIdle();
  const QTableWidget* table = panel()->table();
  ASSERT_EQ(table->rowCount(), 4);
  EXPECT_TRUE(table->verticalHeaderItem(0)->text().startsWith(QStringLiteral("Grad-CAM")));
  EXPECT_EQ(table->verticalHeaderItem(1)->text(), QStringLiteral("Random map"));
  EXPECT_TRUE(table->verticalHeaderItem(3)->text().contains(QStringLiteral("block 5")));
  for (int row = 0; row < 4; ++row) {
    for (int column = 0; column < table->columnCount(); ++column) {
      ASSERT_NE(table->item(row, column), nullptr) << row << " " << column;
      EXPECT_FALSE(table->item(row, column)->text().isEmpty());
    }
  }
  // Half of the photo is the box.
  EXPECT_NEAR(valueIn(1, QStringLiteral("Energy")), 0.5, 0.02);
  EXPECT_NEAR(valueIn(2, QStringLiteral("Energy")), 0.5, 0.02);
  EXPECT_GT(valueIn(2, QStringLiteral("Gini")), 0.3);
  EXPECT_EQ(panel()->state()->text(), QStringLiteral("Measured."));
  EXPECT_TRUE(problems().isEmpty());

  session().setPhoto(nullptr);
  EXPECT_TRUE(panel()->state()->text().contains(QStringLiteral("have changed")));
}

TEST_F(MeasurePanelTest, WhatIsNoMapIsAnsweredWithASentence) {
  openAnalysed("compact");
  measure(kPhotoMethod);
  EXPECT_TRUE(panel()->state()->text().startsWith(QStringLiteral("Choose a pane")));
  EXPECT_EQ(panel()->table()->rowCount(), 0);
  session().setPane(0, {"selection", {}});
  waitUntilIdle();
  measure("selection");
  EXPECT_TRUE(panel()->state()->text().contains(QStringLiteral("which cells are selected")));
  EXPECT_FALSE(window().jobs().busy());
}

TEST_F(MeasurePanelTest, CanBeCancelledAndAskedAgain) {
  openAnalysed("compact");
  measure("gradcam");
  EXPECT_TRUE(window().jobs().busyWith(JobKind::Measure));
  QTest::mouseClick(panel()->button(), Qt::LeftButton);
  EXPECT_FALSE(window().jobs().busyWith(JobKind::Measure));
  EXPECT_EQ(panel()->state()->text(), QStringLiteral("Cancelled."));
  QTest::mouseClick(panel()->button(), Qt::LeftButton);
  EXPECT_TRUE(window().jobs().busyWith(JobKind::Measure));
  window().jobs().cancelAll();  // what Esc does
  EXPECT_EQ(panel()->state()->text(), QStringLiteral("Cancelled."));
  EXPECT_TRUE(problems().isEmpty());
}

}  // namespace
}  // namespace filterlens
