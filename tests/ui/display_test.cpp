// How maps are drawn, as a user chooses it: one display for all panes or one for a pane, ranges,
// thresholds, contours, token marks; linked and unlinked panes; all of it undone and saved.
#include <gtest/gtest.h>

#include <QTest>
#include <QWheelEvent>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/display_changes.h"
#include "ui/shown_figure.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::differingPixels;

class DisplayTest : public test::WindowTest {
 protected:
  DisplayPanel& panel() { return *window().displayPanel(); }
  History& history() { return window().workbench().history(); }
  [[nodiscard]] const DisplayChoices& all() { return session().choices().display; }

  [[nodiscard]] const PaneSpec& specOf(const Pane* pane) {
    const auto& panes = window().grid()->panes();
    const auto index = std::find(panes.begin(), panes.end(), pane) - panes.begin();
    return session().choices().layout.panes[static_cast<std::size_t>(index)];
  }
  OverlayStyle styleOf(const Pane* pane) {
    return session().styleOf(specOf(pane), pane->map()).overlay;
  }
  static QImage picture(const Pane* pane) { return pane->view()->grab().toImage(); }

  template <class Value>
  static void choose(QComboBox* box, Value value) {
    box->setCurrentIndex(box->findData(static_cast<int>(value)));
  }

  static void moveMouse(QWidget* widget, QPointF to, Qt::KeyboardModifiers keys = {}) {
    QMouseEvent move(QEvent::MouseMove, to, widget->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                     keys);
    QApplication::sendEvent(widget, &move);
  }
  static void drag(QWidget* widget, QPoint from, QPoint to, Qt::KeyboardModifiers keys = {}) {
    QTest::mousePress(widget, Qt::LeftButton, keys, from);
    moveMouse(widget, (from + to) / 2, keys);
    moveMouse(widget, to, keys);
    QTest::mouseRelease(widget, Qt::LeftButton, keys, to);
  }
  static void turnWheel(QWidget* widget, QPointF at, QPoint angle, Qt::KeyboardModifiers keys) {
    QWheelEvent wheel(at, widget->mapToGlobal(at), {}, angle, Qt::NoButton, keys, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &wheel);
  }
  static QPointF middleOf(const Pane* pane) {
    const ImageView* view = pane->view();
    return view->transform()->toFraction(QPointF(view->width() / 2.0, view->height() / 2.0));
  }

  /// The choices as a session file gives them back.
  Choices savedAndRead() {
    const auto file = folder_.path() / "kept.flens";
    EXPECT_TRUE(writeSession(file, savedFrom(session(), window().link().state())).ok());
    const auto read = readSession(file);
    EXPECT_TRUE(read.ok());
    return read->choices;
  }
};

TEST_F(DisplayTest, OnePaneCanBeDrawnInItsOwnWay) {
  openAnalysed("xs");
  Pane* gradcam = paneOf("gradcam");
  Pane* mask = paneOf("importance");
  QTest::mouseClick(gradcam->view(), Qt::LeftButton);
  ASSERT_TRUE(panel().thisPane()->isEnabled());
  panel().thisPane()->click();
  const QImage maskBefore = picture(mask);
  const QImage before = picture(gradcam);
  panel().colormap()->setCurrentIndex(panel().colormap()->findData(QStringLiteral("magma")));
  panel().opacity()->setValue(100);
  EXPECT_EQ(all().colormap, "");
  EXPECT_EQ(specOf(gradcam).display->colormap, "magma");
  EXPECT_GT(differingPixels(before, picture(gradcam)), 1000);
  EXPECT_EQ(differingPixels(maskBefore, picture(mask)), 0);
  EXPECT_TRUE(gradcam->bar()->captions().front().contains(QStringLiteral("display of its own")));

  QTest::mouseClick(mask->view(), Qt::LeftButton);  // the panel goes with the current pane
  EXPECT_TRUE(panel().allPanes()->isChecked());
  EXPECT_EQ(panel().colormap()->currentIndex(), 0);
  panel().opacity()->setValue(20);
  EXPECT_DOUBLE_EQ(specOf(gradcam).display->opacity, 1);
  QTest::mouseClick(gradcam->view(), Qt::LeftButton);
  EXPECT_TRUE(panel().thisPane()->isChecked());
  EXPECT_EQ(panel().opacity()->value(), 100);
  EXPECT_EQ(savedAndRead(), session().choices());

  panel().allPanes()->click();
  EXPECT_FALSE(specOf(gradcam).display.has_value());
  EXPECT_EQ(panel().opacity()->value(), 20);
  history().undo();
  EXPECT_EQ(specOf(gradcam).display->colormap, "magma");
}

TEST_F(DisplayTest, ThePhotosPaneHasNothingToDrawInItsOwnWay) {
  openAnalysed("xs");
  QTest::mouseClick(paneOf("photo")->view(), Qt::LeftButton);
  EXPECT_FALSE(panel().thisPane()->isEnabled());
  EXPECT_TRUE(panel().low()->text().isEmpty());
}

TEST_F(DisplayTest, TheColourBarSaysWhereItsRangeComesFrom) {
  openAnalysed("xs");
  const ColorBar* mask = paneOf("importance")->bar();
  const ColorBar* gradcam = paneOf("gradcam")->bar();
  EXPECT_EQ(mask->captions().front(), QStringLiteral("range of Filter mask in %1 panes").arg(3));
  EXPECT_EQ(gradcam->captions().front(), QStringLiteral("own range"));
  EXPECT_TRUE(mask->accessibleName().contains(mask->captions().front()));
  choose(panel().range(), RangeChoice::Percentile);
  panel().percentile()->setValue(2.5);
  EXPECT_EQ(mask->captions().front(), QStringLiteral("percentile 2.5–97.5"));
  const ValueRange expected = percentileRange(*paneOf("importance")->map(), 2.5);
  EXPECT_EQ(*styleOf(paneOf("importance")).range, expected);
  EXPECT_EQ(savedAndRead(), session().choices());
}

TEST_F(DisplayTest, DraggingAnEndOfTheBarSetsTheRangeOfTheMethod) {
  openAnalysed("xs");
  Pane* mask = paneOf("importance");
  Pane* other = window().grid()->panes()[4];
  ASSERT_EQ(specOf(other).method, "importance");
  const ValueRange before = *styleOf(mask).range;
  const ValueRange gradcam = *styleOf(paneOf("gradcam")).range;
  const QImage shown = picture(other);
  ColorBar* bar = mask->bar();
  const int width = bar->width();
  drag(bar, {width - 2, 3}, {width - 2 - width / 4, 3});
  const float length = before.high - before.low;
  const double moved = static_cast<double>(width / 4) / width;
  EXPECT_NEAR(styleOf(mask).range->high, before.high - length * moved, 1e-4 * length);
  EXPECT_EQ(styleOf(mask).range->low, before.low);
  EXPECT_EQ(*styleOf(other).range, *styleOf(mask).range) << "one range for its method";
  EXPECT_EQ(*styleOf(paneOf("gradcam")).range, gradcam);
  EXPECT_GT(differingPixels(shown, picture(other)), 100);
  EXPECT_EQ(bar->captions().front(), QStringLiteral("manual range"));
  EXPECT_EQ(savedAndRead(), session().choices());

  history().endGesture();
  drag(bar, {2, 3}, {2 - width / 10, 3});  // out over the end: more than there is
  EXPECT_LT(styleOf(mask).range->low, before.low);
  history().undo();
  EXPECT_EQ(styleOf(mask).range->low, before.low) << "a drag is one step";
  EXPECT_LT(styleOf(mask).range->high, before.high);
  QTest::mouseDClick(bar, Qt::LeftButton, {}, {width / 2, 3});
  EXPECT_EQ(*styleOf(mask).range, before);
  EXPECT_TRUE(all().fixedRanges.empty());
}

TEST_F(DisplayTest, TheMiddleOfTheBarAndRanksAreNotDragged) {
  openAnalysed("xs");
  const Choices before = session().choices();
  ColorBar* mask = paneOf("importance")->bar();
  drag(mask, {mask->width() / 2, 3}, {mask->width() / 3, 3});
  ColorBar* ranks = paneOf("selection")->bar();
  drag(ranks, {2, 3}, {40, 3});
  EXPECT_EQ(session().choices(), before);
}

TEST_F(DisplayTest, ASignedMapKeepsZeroInTheMiddle) {
  openAnalysed("xs");
  Parameters isSigned;
  isSigned.set("evidence", std::string_view("signed"));
  const auto at = std::find(window().grid()->panes().begin(), window().grid()->panes().end(),
                            paneOf("gradcam")) -
                  window().grid()->panes().begin();
  session().setPane(static_cast<int>(at), {"gradcam", {}, isSigned});
  waitUntilIdle();
  Pane* pane = paneOf("gradcam");
  ASSERT_EQ(pane->map()->scale, HeatmapScale::Diverging);
  drag(pane->bar(), {2, 3}, {2 + pane->bar()->width() / 4, 3});
  const ValueRange range = *styleOf(pane).range;
  EXPECT_EQ(range.low, -range.high);
  EXPECT_LT(range.high, displayRange(*pane->map()).high);
  EXPECT_TRUE(all().fixedRanges.contains("gradcam:signed"));
}

TEST_F(DisplayTest, NumbersInThePanelFixTheRange) {
  openAnalysed("xs");
  Pane* mask = paneOf("importance");
  QTest::mouseClick(mask->view(), Qt::LeftButton);
  const ValueRange before = *styleOf(mask).range;
  EXPECT_EQ(panel().low()->text(), numberText(before.low, 4));
  panel().high()->setFocus();
  panel().high()->selectAll();
  QTest::keyClicks(panel().high(), QStringLiteral("0.75"));
  QTest::keyClick(panel().high(), Qt::Key_Return);
  EXPECT_EQ(styleOf(mask).range->high, 0.75F);
  EXPECT_EQ(styleOf(mask).range->low, before.low) << "not what four digits say";
  panel().low()->setFocus();
  panel().low()->selectAll();
  QTest::keyClicks(panel().low(), QStringLiteral("7"));
  QTest::keyClick(panel().low(), Qt::Key_Return);
  EXPECT_EQ(styleOf(mask).range->low, before.low) << "above the other end";
  EXPECT_EQ(panel().low()->text(), numberText(before.low, 4)) << "put back";
}

TEST_F(DisplayTest, LockedRangesStayWhereTheyAre) {
  openAnalysed("xs");
  Pane* gradcam = paneOf("gradcam");
  const ValueRange before = *styleOf(gradcam).range;
  panel().locked()->click();
  EXPECT_EQ(panel().locked()->checkState(), Qt::Checked);
  session().chooseLayer("leaky_att_network.3");
  waitUntilIdle();
  EXPECT_NE(displayRange(*gradcam->map()), before);
  EXPECT_EQ(*styleOf(gradcam).range, before);
  EXPECT_EQ(savedAndRead(), session().choices());
  panel().locked()->click();
  EXPECT_EQ(panel().locked()->checkState(), Qt::Unchecked);
  EXPECT_EQ(*styleOf(gradcam).range, displayRange(*gradcam->map()));
  setFixedRange(session(), {3}, ValueRange{0, 1});
  EXPECT_EQ(panel().locked()->checkState(), Qt::PartiallyChecked) << "some are";
}

TEST_F(DisplayTest, TheThresholdLeavesLowValuesUnpainted) {
  openAnalysed("xs");
  Pane* mask = paneOf("importance");
  choose(panel().range(), RangeChoice::Map);  // so that there is something above one half
  const QImage full = picture(mask);
  const QImage barBefore = mask->bar()->grab().toImage();
  panel().opacity()->setValue(0);
  const QImage bare = picture(mask);
  panel().opacity()->setValue(60);
  panel().threshold()->setValue(50);
  EXPECT_DOUBLE_EQ(all().threshold, 0.5);
  const QImage half = picture(mask);
  EXPECT_GT(differingPixels(full, half), 500);
  // What is not painted is the photo, what is painted is as it was.
  int photo = 0;
  int map = 0;
  for (int y = 0; y < half.height(); ++y) {
    for (int x = 0; x < half.width(); ++x) {
      const QRgb pixel = half.pixel(x, y);
      ASSERT_TRUE(pixel == bare.pixel(x, y) || pixel == full.pixel(x, y)) << x << " " << y;
      photo += pixel == bare.pixel(x, y) && pixel != full.pixel(x, y);
      map += pixel == full.pixel(x, y) && pixel != bare.pixel(x, y);
    }
  }
  EXPECT_GT(photo, 500);
  EXPECT_GT(map, 100);
  EXPECT_GT(differingPixels(barBefore, mask->bar()->grab().toImage()), 50);
  EXPECT_EQ(savedAndRead(), session().choices());
  history().undo();
  EXPECT_DOUBLE_EQ(all().threshold, 0);
}

TEST_F(DisplayTest, ContoursLieOverMapsAndStandOnTheBar) {
  openAnalysed("xs");
  Pane* mask = paneOf("importance");
  const Pane* tokens = paneOf("selection");
  const QImage plain = picture(mask);
  const QImage tokensBefore = picture(tokens);
  const QImage barBefore = mask->bar()->grab().toImage();
  choose(panel().contours(), 3);
  const QImage three = picture(mask);
  EXPECT_GT(differingPixels(plain, three), 100);
  EXPECT_GT(differingPixels(barBefore, mask->bar()->grab().toImage()), 10);
  EXPECT_EQ(differingPixels(tokensBefore, picture(tokens)), 0) << "ranks have none";
  choose(panel().contours(), 5);
  EXPECT_GT(differingPixels(three, picture(mask)), 50);
  EXPECT_EQ(savedAndRead(), session().choices());
  history().undo();
  EXPECT_EQ(differingPixels(three, picture(mask)), 0);
}

TEST_F(DisplayTest, TokensCanBeMarkedInFiveWays) {
  openAnalysed("xs");
  const Pane* tokens = paneOf("selection");
  std::vector<QImage> pictures;
  const Heatmap& map = *tokens->map();
  const auto& ranks = map.values.values;
  const int strongest =
      static_cast<int>(std::find(ranks.begin(), ranks.end(), 0.0F) - ranks.begin());
  const RectF cell = session().analysis()->placement.cellRect(
      map.geometry, strongest / map.values.cols, strongest % map.values.cols);
  window().link().setView({cell.x / 300, cell.y / 200}, 20);  // there is room for numbers
  for (const auto marks : {TokenMarks::Colours, TokenMarks::Outlines, TokenMarks::Dots,
                           TokenMarks::Dimmed, TokenMarks::Numbers}) {
    choose(panel().tokens(), marks);
    for (const QImage& other : pictures) EXPECT_GT(differingPixels(other, picture(tokens)), 50);
    pictures.push_back(picture(tokens));
    EXPECT_EQ(savedAndRead(), session().choices());
  }
}

// What a pane draws is in its export too, at the photo's resolution, and in the figure.
TEST_F(DisplayTest, ExportsAreDrawnLikeThePanes) {
  openAnalysed("xs");
  const auto exported = [this](std::string_view method) {
    const Shown shown = shownIn(session());
    const auto& panes = session().choices().layout.panes;
    const auto at = std::find_if(panes.begin(), panes.end(),
                                 [method](const auto& pane) { return pane.method == method; });
    return paneImage(shown, shown.panes[static_cast<std::size_t>(at - panes.begin())]);
  };
  const auto figure = [this] { return figureImage(shownFigure(shownIn(session()), 72), 72); };
  const QImage mask = exported("importance");
  const QImage tokens = exported("selection");
  const QImage plain = figure();
  choose(panel().contours(), 5);
  EXPECT_GT(differingPixels(mask, exported("importance")), 50);
  EXPECT_GT(differingPixels(plain, figure()), 50);
  choose(panel().contours(), 0);
  choose(panel().tokens(), TokenMarks::Dots);
  EXPECT_GT(differingPixels(tokens, exported("selection")), 50);
  EXPECT_GT(differingPixels(plain, figure()), 50);
  choose(panel().tokens(), TokenMarks::Colours);
  QTest::mouseClick(paneOf("importance")->view(), Qt::LeftButton);
  panel().thisPane()->click();
  panel().opacity()->setValue(0);
  EXPECT_EQ(exported("selection"), tokens) << "a display of its own";
  const QImage bare = exported("importance");
  EXPECT_EQ(bare, exported("photo"));
}

TEST_F(DisplayTest, AnUnlinkedPaneStaysWhereItIs) {
  openAnalysed("xs");
  Pane* pane = paneOf("gradcam");
  Pane* other = paneOf("importance");
  window().link().setView({0.4, 0.6}, 4);
  QTest::mouseClick(pane->view(), Qt::LeftButton);
  QAction* link = window().actions()[ActionId::LinkPane];
  EXPECT_TRUE(link->isChecked());
  QTest::keyClick(&window(), Qt::Key_L);
  EXPECT_FALSE(link->isChecked());
  EXPECT_TRUE(pane->header()->text().contains(QStringLiteral("not linked")));
  const QPointF stays = middleOf(pane);
  const double scale = pane->view()->transform()->scale();
  window().link().setView({0.7, 0.3}, 2);
  EXPECT_NEAR(middleOf(pane).x(), stays.x(), 1e-9);
  EXPECT_NEAR(pane->view()->transform()->scale(), scale, 1e-9);

  const ViewState shared = window().link().state();
  drag(pane->view(), {60, 60}, {50, 55});  // moves it alone
  EXPECT_GT(middleOf(pane).x(), stays.x());
  EXPECT_EQ(window().link().state().centre, shared.centre);
  EXPECT_EQ(savedAndRead(), session().choices());
  QTest::keyClick(&window(), Qt::Key_F);
  EXPECT_NEAR(middleOf(pane).x(), 0.5, 1e-9);
  EXPECT_EQ(window().link().state().zoom, 2) << "the others are not fitted";

  QTest::mouseClick(other->view(), Qt::LeftButton);
  EXPECT_TRUE(link->isChecked()) << "this one is linked";
  QTest::mouseClick(pane->view(), Qt::LeftButton);
  EXPECT_FALSE(link->isChecked());
  QTest::keyClick(&window(), Qt::Key_L);
  EXPECT_NEAR(middleOf(pane).x(), middleOf(other).x(), 1e-6);
  history().undo();
  EXPECT_TRUE(specOf(pane).view.has_value());
}

TEST_F(DisplayTest, AltMovesOnePaneWhichThenFollowsBesideTheOthers) {
  openAnalysed("xs");
  Pane* pane = paneOf("gradcam");
  Pane* other = paneOf("importance");
  window().link().setView({0.5, 0.5}, 4);
  const ViewState shared = window().link().state();
  drag(pane->view(), {100, 100}, {80, 90}, Qt::AltModifier);
  EXPECT_EQ(window().link().state().centre, shared.centre);
  const QPointF away = middleOf(pane) - middleOf(other);
  EXPECT_GT(away.x(), 0.005);
  EXPECT_GT(away.y(), 0.005);
  ASSERT_TRUE(specOf(pane).view.has_value());
  EXPECT_TRUE(specOf(pane).view->follows);
  EXPECT_TRUE(pane->header()->text().contains(QStringLiteral("moved")));

  window().link().setView({0.45, 0.55}, 6);  // it goes along, as far away as before
  EXPECT_NEAR((middleOf(pane) - middleOf(other)).x(), away.x(), 1e-6);
  EXPECT_NEAR((middleOf(pane) - middleOf(other)).y(), away.y(), 1e-6);
  drag(pane->view(), {60, 60}, {70, 66});  // and takes the others along
  EXPECT_NEAR((middleOf(pane) - middleOf(other)).x(), away.x(), 1e-6);
  EXPECT_LT(window().link().state().centre.x(), 0.45);
  EXPECT_EQ(savedAndRead(), session().choices());

  history().undo();
  EXPECT_FALSE(specOf(pane).view.has_value()) << "the whole drag is one step";
  history().redo();
  Q_EMIT pane->menu()->linkWanted(true);
  EXPECT_NEAR(middleOf(pane).x(), middleOf(other).x(), 1e-6);
}

TEST_F(DisplayTest, AltAndTheWheelZoomOnePane) {
  openAnalysed("xs");
  Pane* pane = paneOf("gradcam");
  const double before = pane->view()->transform()->scale();
  turnWheel(pane->view(), {50, 50}, {240, 0}, Qt::AltModifier);  // turned sideways by the platform
  EXPECT_NEAR(pane->view()->transform()->scale() / before, 1.44, 1e-6);
  EXPECT_EQ(window().link().state().zoom, 1);
  turnWheel(pane->view(), {50, 50}, {0, 120}, {});
  EXPECT_NEAR(window().link().state().zoom, 1.2, 1e-6);
  EXPECT_NEAR(pane->view()->transform()->scale() / before, 1.44 * 1.2, 1e-6);
}

TEST_F(DisplayTest, TheCrossAndTheReadingAreInEveryPane) {
  openAnalysed("xs");
  const Trace& trace = session().analysis()->trace;
  const Pane* mask = paneOf("importance");
  const LayerTrace& layer =
      trace.layers[static_cast<std::size_t>(trace.findLayer(mask->map()->layer))];
  const PhotoPlacement& placement = session().analysis()->placement;
  const int cell = layer.selection[3];
  const int cols = layer.inputGeometry.cols();
  const RectF rect = placement.cellRect(layer.inputGeometry, cell / cols, cell % cols);
  window().link().setCursor(
      QPointF((rect.x + rect.width / 2) / 300, (rect.y + rect.height / 2) / 200));
  EXPECT_EQ(mask->header()->value(), numberText(mask->map()->values.at(cell / cols, cell % cols)));
  const QString place = mask->bar()->place().front();
  EXPECT_TRUE(place.contains(QStringLiteral("(%1, %2)").arg(cell / cols).arg(cell % cols)));
  EXPECT_TRUE(place.contains(QStringLiteral("rank 3"))) << place.toStdString();
  EXPECT_TRUE(place.startsWith(QStringLiteral("x "))) << place.toStdString();
  EXPECT_EQ(paneOf("selection")->header()->value(), QStringLiteral("rank 3"));
  for (const Pane* pane : window().grid()->panes()) {
    EXPECT_TRUE(pane->bar()->place().front().contains(QStringLiteral("  y ")));
  }
  window().link().setCursor(std::nullopt);
  EXPECT_TRUE(mask->bar()->place().isEmpty());
}

}  // namespace
}  // namespace filterlens
