// The attention inspector as a user drives it: clicks, keys, undo.
#include <gtest/gtest.h>

#include <QClipboard>
#include <QTest>

#include "core/explain/inspected_cell.h"
#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/inspection.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::WindowTest;

class InspectionTest : public WindowTest {
 protected:
  const LayerTrace& layer(const std::string& name) {
    const Trace& trace = session().analysis()->trace;
    return trace.layers[static_cast<std::size_t>(trace.findLayer(name))];
  }
  /// The middle of a cell on a pane's canvas.
  QPoint onCanvas(const Pane* pane, const InspectedCell& cell) {
    const auto rect = photoRectOf(*session().analysis(), cell);
    EXPECT_TRUE(rect);
    return pane->view()->transform()->toCanvas(rect->center()).toPoint();
  }
  void click(Pane* pane, const InspectedCell& cell) {
    QTest::mouseClick(pane->view(), Qt::LeftButton, {}, onCanvas(pane, cell));
  }
  std::optional<InspectedCell> inspected() { return session().choices().inspected; }
  void inspectAttention() {
    window().actions()[ActionId::InspectAttention]->trigger();
    waitUntilIdle();
  }
};

TEST_F(InspectionTest, AClickInspectsTheCellAndMarksItInEveryPane) {
  openAnalysed("xs");
  Pane* pane = paneOf("selection");
  const std::string name = pane->map()->layer;
  const InspectedCell token{name, layer(name).selection[3]};
  std::vector<QImage> before;
  QTest::mouseMove(pane->view(), onCanvas(pane, token));  // the cross is there before and after
  for (Pane* each : window().grid()->panes()) before.push_back(each->view()->grab().toImage());
  click(pane, token);
  EXPECT_EQ(inspected(), token);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const QImage after = window().grid()->panes()[i]->view()->grab().toImage();
    EXPECT_GT(differingPixels(before[i], after), 20) << i;
  }
  window().workbench().history().undo();
  EXPECT_FALSE(inspected());
}

TEST_F(InspectionTest, ShowsWhomTheCellAttendsToWhoAttendsToItAndItsAncestry) {
  openAnalysed("xs");
  session().chooseLayer("leaky_att_network.1");
  inspectAttention();
  ASSERT_EQ(window().grid()->panes().size(), 4U);
  const LayerTrace& filter = layer("leaky_att_network.1");
  EXPECT_EQ(inspected(), (InspectedCell{filter.name, filter.selection[0]})) << "the first token";

  const InspectedCell token{filter.name, filter.selection[7]};
  click(window().grid()->panes()[0], token);  // the photo: the layer that is inspected
  waitUntilIdle();
  EXPECT_EQ(inspected(), token);
  Parameters cell;
  cell.set("cell", static_cast<double>(token.cell));
  const Trace& trace = session().analysis()->trace;
  for (const char* method : {"attends_to", "attended_by", "ancestry"}) {
    const auto expected = explain(*findExplainer(method), trace, 1, cell);
    ASSERT_TRUE(expected);
    const auto shown = paneOf(method)->map();
    ASSERT_NE(shown, nullptr);
    EXPECT_EQ(shown->parameters.number("cell"), token.cell);
    EXPECT_TRUE(test::sameFloats(shown->values.values, expected->values.values)) << method;
    const int cols = filter.tokenGeometry.cols();
    EXPECT_TRUE(paneOf(method)->header()->text().contains(
        QStringLiteral("(%1, %2), rank 7").arg(token.cell / cols).arg(token.cell % cols)))
        << paneOf(method)->header()->text().toStdString();
  }
}

TEST_F(InspectionTest, ArrowKeysMoveTheCellAndEscapeLetsItGo) {
  openAnalysed("xs");
  inspectAttention();
  const auto start = *inspected();
  const int cols = layer(start.layer).tokenGeometry.cols();
  QWidget* view = QApplication::focusWidget();
  ASSERT_NE(qobject_cast<ImageView*>(view), nullptr) << "the keys work at once";
  QTest::keyClick(view, Qt::Key_Left);
  EXPECT_EQ(inspected()->cell, start.cell - 1);
  QTest::keyClick(view, Qt::Key_Up);
  EXPECT_EQ(inspected()->cell, start.cell - 1 - cols);
  QTest::keyClick(view, Qt::Key_Up, Qt::ShiftModifier);
  EXPECT_EQ(inspected()->cell / cols, 0) << "no further than there are cells";
  waitUntilIdle();
  EXPECT_EQ(paneOf("ancestry")->map()->parameters.number("cell"), inspected()->cell);
  const auto rect = photoRectOf(*session().analysis(), *inspected());
  const auto cursor = window().link().state().cursor;
  ASSERT_TRUE(cursor) << "it goes along";
  EXPECT_TRUE(rect->contains(cursor->x() * 300, cursor->y() * 200));
  window().workbench().history().undo();
  EXPECT_EQ(inspected(), start) << "held keys are one step";

  QTest::keyClick(view, Qt::Key_Escape);
  EXPECT_FALSE(inspected());
  const auto before = *window().link().state().cursor;
  QTest::keyClick(view, Qt::Key_Right);
  EXPECT_FALSE(inspected()) << "the keys move the cursor again";
  EXPECT_NE(*window().link().state().cursor, before);
  QTest::keyClick(view, Qt::Key_Return);
  EXPECT_TRUE(inspected()) << "Enter inspects what is under it";
}

TEST_F(InspectionTest, ChoosingALayerTakesTheCellToTheSamePlace) {
  openAnalysed("xs");
  session().chooseLayer("leaky_att_network.1");
  inspectAttention();
  const auto before = photoRectOf(*session().analysis(), *inspected());
  session().chooseLayer("leaky_att_network.3");
  waitUntilIdle();
  EXPECT_EQ(inspected()->layer, "leaky_att_network.3");
  const auto after = photoRectOf(*session().analysis(), *inspected());
  EXPECT_TRUE(after->intersects(*before));
  EXPECT_EQ(paneOf("attends_to")->map()->layer, "leaky_att_network.3");
  EXPECT_EQ(paneOf("attends_to")->map()->parameters.number("cell"), inspected()->cell);
}

TEST_F(InspectionTest, EveryLayerCanBeInspected) {
  openAnalysed("xs");
  inspectAttention();
  for (const LayerTrace& recorded : session().analysis()->trace.layers) {
    session().chooseLayer(recorded.name);
    waitUntilIdle();
    for (const char* method : {"attends_to", "attended_by", "ancestry"}) {
      ASSERT_NE(paneOf(method)->map(), nullptr);
      EXPECT_EQ(paneOf(method)->map()->layer, recorded.name);
    }
  }
  EXPECT_TRUE(problems().isEmpty());
}

TEST_F(InspectionTest, NeitherDragNorDoubleClickInspects) {
  openAnalysed("xs");
  ImageView* view = paneOf("selection")->view();
  QTest::keyClick(&window(), Qt::Key_Plus);
  const QPoint from = view->rect().center();
  QTest::mousePress(view, Qt::LeftButton, {}, from);
  QTest::mouseMove(view, from + QPoint(30, 20));
  QTest::mouseRelease(view, Qt::LeftButton, {}, from + QPoint(30, 20));
  EXPECT_FALSE(inspected());
  EXPECT_NE(window().link().state().centre, QPointF(0.5, 0.5)) << "it moved the photo";

  QTest::mouseClick(view, Qt::LeftButton, {}, from);  // the first half of a double-click
  EXPECT_TRUE(inspected());
  QTest::mouseDClick(view, Qt::LeftButton, {}, from);
  EXPECT_TRUE(session().choices().layout.alone);
  EXPECT_FALSE(inspected());
}

TEST_F(InspectionTest, MapsOfEarlierCellsAreNotKept) {
  openAnalysed("xs");
  inspectAttention();
  const auto first = *inspected();
  PaneSpec pinned{"ancestry", first.layer};
  pinned.parameters.set("cell", static_cast<double>(first.cell));
  EXPECT_NE(session().mapFor(pinned), nullptr);
  QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
  waitUntilIdle();
  EXPECT_EQ(session().mapFor(pinned), nullptr);
}

TEST_F(InspectionTest, AnotherNetworkForgetsTheCellAnotherPhotoDoesNot) {
  openAnalysed("xs");
  inspectAttention();
  const auto cell = inspected();
  window().open({photoFile("second.png", 200, 300)});
  waitUntilIdle();
  EXPECT_EQ(inspected(), cell);
  EXPECT_EQ(paneOf("ancestry")->map()->parameters.number("cell"), cell->cell);
  window().open({test::modelFile("s2")});
  waitUntilIdle();
  EXPECT_FALSE(inspected());
}

TEST_F(InspectionTest, HowAPaneWasMadeCanBeCopied) {
  openAnalysed("xs");
  paneOf("gradcam")->view()->setFocus();
  window().actions()[ActionId::CopyProvenance]->trigger();
  const QString copied = QApplication::clipboard()->text();
  const ModelInfo& model = *session().modelInfo();
  EXPECT_TRUE(copied.startsWith(QStringLiteral("Made by Grad-CAM at network.1 for class \"%1\"")
                                    .arg(session().className(session().target()))))
      << copied.toStdString();
  for (const QString& part :
       {QStringLiteral("evidence positive"), QStringLiteral("xs.safetensors"),
        QString::fromStdString(model.sha256).left(12), QStringLiteral("with seed 0.")}) {
    EXPECT_TRUE(copied.contains(part)) << copied.toStdString();
  }
  EXPECT_TRUE(paneOf("gradcam")->whatsThis().contains(copied.toHtmlEscaped()));

  paneOf(kPhotoMethod)->view()->setFocus();
  QApplication::clipboard()->clear();
  window().actions()[ActionId::CopyProvenance]->trigger();
  EXPECT_TRUE(QApplication::clipboard()->text().isEmpty());
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("nothing was made")));
}

}  // namespace
}  // namespace filterlens
