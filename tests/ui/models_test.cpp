// The lists of the side panels keep the contract of Qt's models while everything changes.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>

#include "tests/ui/window_fixture.h"
#include "ui/cursor_model.h"
#include "ui/prediction_model.h"
#include "ui/stage_model.h"

namespace filterlens {
namespace {

using test::modelFile;
using test::WindowTest;

// The tester speaks through Qt's warnings, which fail the test.
TEST_F(WindowTest, ModelsKeepTheirContract) {
  constexpr auto kMode = QAbstractItemModelTester::FailureReportingMode::Warning;
  openWindow();
  StageModel stages(session());
  PredictionModel predictions(session());
  CursorModel cursor(session(), window().link());
  const QAbstractItemModelTester testers[] = {QAbstractItemModelTester(&stages, kMode),
                                              QAbstractItemModelTester(&predictions, kMode),
                                              QAbstractItemModelTester(&cursor, kMode)};
  EXPECT_EQ(stages.rowCount(), 0);
  EXPECT_EQ(predictions.rowCount(), 0);

  window().open({photoFile("photo.png", 300, 200), modelFile("xs")});
  waitUntilIdle();
  EXPECT_EQ(stages.rowCount(), static_cast<int>(session().network()->stages.size()));
  EXPECT_EQ(predictions.rowCount(), test::kClasses);
  EXPECT_EQ(cursor.rowCount(), 0);
  window().link().setCursor(QPointF(0.5, 0.5));
  const int rows = cursor.rowCount();
  EXPECT_GT(rows, 9);
  window().link().setCursor(QPointF(0.6, 0.4));
  EXPECT_EQ(cursor.rowCount(), rows);
  session().chooseLayer("leaky_att_network.3");
  waitUntilIdle();
  session().setTarget(3);
  waitUntilIdle();
  window().open({modelFile("s2")});
  waitUntilIdle();
  EXPECT_EQ(stages.rowCount(), static_cast<int>(session().network()->stages.size()));
  window().link().setCursor(std::nullopt);
  EXPECT_EQ(cursor.rowCount(), 0);
}

TEST_F(WindowTest, OnlyLayersCanBeChosen) {
  openAnalysed("xs");
  StageModel stages(session());
  int layers = 0;
  for (int row = 0; row < stages.rowCount(); ++row) {
    const QModelIndex index = stages.index(row);
    const bool layer = session().network()->stages[static_cast<std::size_t>(row)].isLayer();
    EXPECT_EQ(stages.flags(index).testFlag(Qt::ItemIsSelectable), layer);
    layers += layer;
  }
  EXPECT_EQ(layers, 8);
  const QModelIndex second = stages.indexOf("leaky_att_network.1");
  EXPECT_EQ(second.data().toString(), QStringLiteral("block 2 · filter"));
  EXPECT_EQ(second.data(StageModel::DetailRole).toString(), QStringLiteral("55×55 · K 256"));
}

}  // namespace
}  // namespace filterlens
