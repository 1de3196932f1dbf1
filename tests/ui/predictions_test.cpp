// The predictions: a thousand classes, finding one by name, and when a network counts as unsure.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QTest>

#include "core/checkpoint/checkpoint.h"
#include "core/model/model_metadata.h"
#include "tests/support/formula_weights.h"
#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::WindowTest;

class PredictionsTest : public WindowTest {
 protected:
  PredictionPanel* panel() { return window().predictionPanel(); }
  QAbstractItemModel* shown() { return panel()->list()->model(); }

  void openThousandClasses() {
    const auto path = folder_.path() / "thousand.safetensors";
    ModelMetadata metadata;
    for (int i = 0; i < 1000; ++i) metadata.classNames.push_back("Name-" + std::to_string(i));
    ASSERT_TRUE(writeSafetensors(path, test::formulaWeights(*findArchitecture("xs"), 1000, 1),
                                 toStrings(metadata))
                    .ok());
    openWindow({{photoFile("photo.png", 300, 200)}, path});
    waitUntilIdle();
    ASSERT_TRUE(session().analysis());
  }
};

TEST_F(PredictionsTest, AThousandClassesAreFoundByName) {
  openThousandClasses();
  const QAbstractItemModelTester tester(shown(),
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  QLineEdit* search = panel()->search();
  ASSERT_TRUE(search->isVisible());
  EXPECT_EQ(shown()->rowCount(), 1000);
  const int rowHeight = panel()->list()->sizeHintForRow(0);
  EXPECT_LE(panel()->list()->height(), 10 * rowHeight) << "ten of them at once";

  search->setFocus();
  QTest::keyClicks(search, QStringLiteral("name-77"));
  EXPECT_EQ(shown()->rowCount(), 11) << "77 and 770 to 779, whatever the case";
  QTest::keyClick(search, Qt::Key_Return);
  const int first = shown()->index(0, 0).data(PredictionModel::ClassRole).toInt();
  EXPECT_EQ(session().choices().target, first) << "the most probable of them";
  waitUntilIdle();
  EXPECT_TRUE(paneOf("gradcam")->header()->text().contains(session().className(first)));

  QTest::keyClick(search, Qt::Key_Down);
  EXPECT_EQ(QApplication::focusWidget(), panel()->list());
  QTest::keyClick(panel()->list(), Qt::Key_Down);
  QTest::keyClick(panel()->list(), Qt::Key_Return);
  EXPECT_EQ(session().choices().target,
            shown()->index(1, 0).data(PredictionModel::ClassRole).toInt());

  search->setFocus();
  QTest::keyClicks(search, QStringLiteral("x"));
  EXPECT_EQ(shown()->rowCount(), 0);
  QTest::keyClick(search, Qt::Key_Return);  // nothing to take
  QTest::keyClick(search, Qt::Key_Escape);
  EXPECT_EQ(shown()->rowCount(), 1000);
}

TEST_F(PredictionsTest, FewClassesNeedNoSearch) {
  openAnalysed("xs");
  EXPECT_FALSE(panel()->search()->isVisible());
  EXPECT_EQ(shown()->rowCount(), test::kClasses);
}

TEST_F(PredictionsTest, UnsureIsWhatTheUserCallsSo) {
  openAnalysed("xs");
  const double first = session().analysis()->predictions.front().probability;
  const int percent = static_cast<int>(100 * first);
  ASSERT_LT(percent, 99);
  const auto unsure = [this] { return panel()->summary().contains(QStringLiteral("Unsure")); };
  panel()->unsureBelow()->setValue(percent + 1);
  EXPECT_TRUE(unsure());
  EXPECT_TRUE(panel()->summary().contains(percentText(first)));
  EXPECT_TRUE(panel()->summary().contains(QStringLiteral("Margin")));
  EXPECT_TRUE(panel()->summary().contains(QStringLiteral("Entropy")));
  window().workbench().history().endGesture();
  panel()->unsureBelow()->setValue(0);
  EXPECT_FALSE(unsure());
  EXPECT_EQ(panel()->unsureBelow()->text(), QStringLiteral("never"));
  window().workbench().history().undo();
  EXPECT_TRUE(unsure());
  EXPECT_EQ(panel()->unsureBelow()->value(), percent + 1);
}

}  // namespace
}  // namespace filterlens
