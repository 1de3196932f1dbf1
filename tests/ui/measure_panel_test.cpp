// Measuring a pane's map in the window.
#include <gtest/gtest.h>

#include <QApplication>
#include <QDragEnterEvent>
#include <QMimeData>
#include <QTest>
#include <QUrl>
#include <cmath>

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
  EXPECT_TRUE(panel()->boxesNote()->text().startsWith(QStringLiteral("The object is in one box")));
  EXPECT_TRUE(problems().isEmpty());

  session().setPhoto(nullptr);
  EXPECT_TRUE(panel()->state()->text().contains(QStringLiteral("have changed")));
}

TEST_F(MeasurePanelTest, AListOfBoxesCanBeDroppedOrOpened) {
  openAnalysed("compact");
  const QString head = QStringLiteral("file,class,xmin,ymin,xmax,ymax,width,height\n");
  const auto list = [&](const char* name, const QString& lines) {
    return folder_.write(name, (head + lines).toStdString());
  };
  measure("gradcam");
  waitUntilIdle();
  EXPECT_TRUE(std::isnan(valueIn(0, QStringLiteral("Energy"))));
  EXPECT_FALSE(panel()->boxesNote()->isVisible());

  const auto drop = [&](const std::filesystem::path& file) {
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(fromPath(file))});
    QDragEnterEvent enter({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    enter.ignore();
    QApplication::sendEvent(panel(), &enter);
    if (!enter.isAccepted()) return false;
    QDropEvent event({9, 9}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(panel(), &event);
    return true;
  };
  EXPECT_FALSE(drop(folder_.write("notes.txt", "no list")));
  EXPECT_TRUE(drop(list("half.csv", QStringLiteral("photo.png,any,0,0,150,200,300,200\n"))));
  waitUntilIdle();
  EXPECT_NEAR(valueIn(1, QStringLiteral("Energy")), 0.5, 0.02);
  EXPECT_FALSE(std::isnan(valueIn(0, QStringLiteral("IoU"))));

  // What is wrong with a list is said at once, and the other measures are taken all the same.
  for (const auto& [lines, words] :
       {std::pair{"other.png,any,0,0,150,200,300,200\n", "lists no box for photo.png"},
        {"photo.png,any,0,0,150,200,600,400\n",
         "drawn on 600 x 400 pixels; the photo has 300 x 200"},
        {"photo.png,any,0,0,1,200,300,200\n", "outside the part of the photo"},
        {"photo.png,any,0,0,150\n", "line 2"}}) {
    panel()->openBoxes(list("wrong.csv", QString::fromUtf8(lines)));
    ASSERT_TRUE(QTest::qWaitFor([&] { return panel()->table()->rowCount() > 0; }, 60'000));
    EXPECT_TRUE(panel()->boxesNote()->text().contains(QString::fromUtf8(words)))
        << panel()->boxesNote()->text().toStdString();
    EXPECT_EQ(panel()->table()->columnCount(), 6);
    window().jobs().cancelAll();
  }
  EXPECT_TRUE(problems().isEmpty());
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
