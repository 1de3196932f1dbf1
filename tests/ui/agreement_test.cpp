// The table of agreement: what it says, when it computes, and where its cells lead.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "tests/ui/window_fixture.h"
#include "ui/pane_title.h"

namespace filterlens {
namespace {

using test::modelFile;

class AgreementTableTest : public test::WindowTest {
 protected:
  void openTable() {
    QTest::keyClick(&window(), Qt::Key_G);
    ASSERT_TRUE(window().agreementPanel()->isVisible());
    waitUntilKnown();
  }
  /// Until no cell waits for its number.
  void waitUntilKnown() {
    const auto known = [this] {
      const auto* model = window().agreementPanel()->model();
      for (int row = 0; row < model->rowCount(); ++row) {
        for (int column = 0; column < model->columnCount(); ++column) {
          if (textAt(row, column) == QStringLiteral("…")) return false;
        }
      }
      return model->rowCount() > 0 && !window().jobs().busy();
    };
    EXPECT_TRUE(QTest::qWaitFor(known, 60'000));
  }
  [[nodiscard]] QString textAt(int row, int column) {
    return window().agreementPanel()->model()->index(row, column).data().toString();
  }
  [[nodiscard]] double valueAt(int row, int column) {
    const auto* model = window().agreementPanel()->model();
    return model->index(row, column).data(AgreementModel::ValueRole).toDouble();
  }
};

TEST_F(AgreementTableTest, SaysWhatTheMapsOfThePanesAgreeOn) {
  openAnalysed("compact");
  openTable();
  const auto* model = window().agreementPanel()->model();
  const auto open = session().choices().layout.panes.size();
  ASSERT_EQ(static_cast<std::size_t>(model->rowCount()), open - 1) << "all but the photo";
  const PhotoPlacement& placement = session().analysis()->placement;
  for (int row = 0; row < model->rowCount(); ++row) {
    for (int column = 0; column < model->rowCount(); ++column) {
      if (row == column) {
        EXPECT_TRUE(textAt(row, column).isEmpty());
        continue;
      }
      const auto first = session().shownMap(model->pane(row));
      const auto second = session().shownMap(model->pane(column));
      const Agreement expected =
          agreementOf(PlacedMap{*first, placement}, PlacedMap{*second, placement});
      if (std::isnan(expected.rankCorrelation)) {
        EXPECT_EQ(textAt(row, column), QStringLiteral("–"));
      } else {
        EXPECT_NEAR(valueAt(row, column), expected.rankCorrelation, 1e-9);
        EXPECT_NEAR(valueAt(row, column), valueAt(column, row), 1e-9);
      }
    }
  }
  QComboBox* measures = window().agreementPanel()->measures();
  ASSERT_EQ(measures->count(), 3);
  const double correlation = valueAt(0, 1);
  measures->setCurrentIndex(1);
  EXPECT_NE(valueAt(0, 1), correlation);
  EXPECT_GE(valueAt(0, 1), 0);
  EXPECT_FALSE(window().jobs().busy()) << "all three are known";
}

TEST_F(AgreementTableTest, ACellOpensItsTwoPanes) {
  openAnalysed("compact");
  openTable();
  QTableView* table = window().agreementPanel()->table();
  const auto* model = window().agreementPanel()->model();
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                    table->visualRect(model->index(1, 3)).center());
  ASSERT_TRUE(session().choices().comparison);
  EXPECT_EQ(session().choices().comparison->first, model->pane(1));
  EXPECT_EQ(session().choices().comparison->second, model->pane(3));
  EXPECT_TRUE(window().compareView()->isVisible());
  EXPECT_TRUE(table->hasFocus()) << "to go on to the next pair";
  QTest::keyClick(table, Qt::Key_Down);
  QTest::keyClick(table, Qt::Key_Return);
  EXPECT_EQ(session().choices().comparison->first, model->pane(2));
  QTest::keyPress(table, Qt::Key_X);
  EXPECT_FALSE(window().compareView()->handle()->isVisible()) << "flipped from here too";
  QTest::keyRelease(table, Qt::Key_X);
  QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                    table->visualRect(model->index(2, 2)).center());
  EXPECT_EQ(session().choices().comparison->second, model->pane(3)) << "nothing with itself";
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().choices().comparison->first, model->pane(1));
}

TEST_F(AgreementTableTest, EveryCellSpeaksInWords) {
  openAnalysed("compact");
  openTable();
  const auto* model = window().agreementPanel()->model();
  const QString spoken = model->index(0, 1).data(Qt::AccessibleTextRole).toString();
  for (const int row : {0, 1}) {
    EXPECT_TRUE(spoken.contains(paneTitle(session(), model->pane(row)))) << spoken.toStdString();
  }
  EXPECT_TRUE(spoken.contains(QStringLiteral("SSIM")));
  window().agreementPanel()->table()->setCurrentIndex(model->index(0, 1));
  EXPECT_EQ(window().agreementPanel()->sentence()->text(), spoken);
}

TEST_F(AgreementTableTest, FollowsThePanesAndOnlyWhileItIsOpen) {
  openAnalysed("compact");
  AgreementModel* model = window().agreementPanel()->model();
  EXPECT_EQ(model->rowCount(), 0) << "nobody looks";
  openTable();
  session().setLayout({{{"gradcam", {}}, {"importance", "leaky_att_network.1"}}, 2});
  EXPECT_TRUE(QTest::qWaitFor([&] { return model->rowCount() == 2; }, 10'000));
  waitUntilKnown();
  const double before = valueAt(0, 1);
  session().chooseLayer("leaky_att_network.0");
  waitUntilIdle();
  EXPECT_TRUE(QTest::qWaitFor([&] { return !qFuzzyCompare(valueAt(0, 1), before); }, 10'000));
  QTest::keyClick(&window(), Qt::Key_G);
  EXPECT_FALSE(window().agreementPanel()->isVisible());
  session().setLayout({{{"gradcam", {}}}, 1});
  QTest::qWait(150);
  EXPECT_EQ(model->rowCount(), 2);
}

TEST_F(AgreementTableTest, ComparesTheMapsOfTwoModels) {
  openWindow({{photoFile("photo.png", 300, 200)}, modelFile("compact"), modelFile("xs")});
  waitUntilIdle();
  session().setLayout({{{"importance", "leaky_att_network.1"}}, 1});
  waitUntilIdle();
  openTable();
  const auto* model = window().agreementPanel()->model();
  ASSERT_EQ(model->rowCount(), 2);
  EXPECT_EQ(model->pane(1).model, ModelSlot::Second);
  const auto placed = [&](int row) {
    return session().analysis(model->pane(row).model)->placement;
  };
  const auto first = session().shownMap(model->pane(0));
  const auto second = session().shownMap(model->pane(1));
  const PhotoPlacement a = placed(0);
  const PhotoPlacement b = placed(1);
  EXPECT_NEAR(valueAt(0, 1),
              agreementOf(PlacedMap{*first, a}, PlacedMap{*second, b}).rankCorrelation, 1e-9);
}

TEST_F(AgreementTableTest, KeepsTheContractOfModelsAndNamesConstantMaps) {
  openAnalysed("compact");
  AgreementModel model(session(), window().jobs());
  const QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  session().setLayout({{{"gradcam", {}}, {"importance", "leaky_att_network.1"}}, 2});
  waitUntilIdle();
  model.setActive(true);
  waitUntilIdle();
  ASSERT_EQ(model.rowCount(), 2);
  // The map of the first pane becomes one that says the same everywhere.
  const auto request = session().requestFor({"gradcam", {}});
  Heatmap flat = *session().shownMap({{"gradcam", {}}, ModelSlot::First});
  std::fill(flat.values.values.begin(), flat.values.values.end(), 0.25F);
  session().setMap(request->key, std::make_shared<const Heatmap>(std::move(flat)));
  EXPECT_TRUE(QTest::qWaitFor(
      [&] { return model.index(0, 1).data().toString() == QStringLiteral("–"); }, 10'000));
  EXPECT_TRUE(model.index(0, 1)
                  .data(Qt::AccessibleTextRole)
                  .toString()
                  .contains(QStringLiteral("the same value everywhere")));
  EXPECT_TRUE(model.headerData(0, Qt::Vertical, Qt::DisplayRole)
                  .toString()
                  .contains(QStringLiteral("the same everywhere")));
  session().setLayout({{{"photo", {}}}, 1});
  EXPECT_TRUE(QTest::qWaitFor([&] { return model.rowCount() == 0; }, 10'000));
}

}  // namespace
}  // namespace filterlens
