// What-if as a user has it: the slider of K, brushed cells, a random choice, attention off; before
// and after; undo.
#include <gtest/gtest.h>

#include <QScrollArea>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTest>

#include "core/model/token_draw.h"
#include "tests/ui/window_fixture.h"
#include "ui/choices_json.h"
#include "ui/shown_command.h"
#include "ui/shown_figure.h"
#include "ui/what_if.h"

namespace filterlens {
namespace {

constexpr const char* kFilter = "leaky_att_network.3";  // of xs: 28 x 28 cells, K = 128
constexpr int kOwn = 128;
constexpr int kCells = 784;

class WhatIfTest : public test::WindowTest {
 protected:
  MainWindow& openWhatIf(std::string_view architecture = "xs") {
    openAnalysed(architecture);
    QTest::keyClick(&window(), Qt::Key_Q);
    EXPECT_TRUE(window().whatIfPanel()->isVisible());
    return window();
  }
  const WhatIfPanel::Block& block(std::string_view layer = kFilter) {
    const auto* found = window().whatIfPanel()->block(layer);
    if (!found) throw std::runtime_error("no such block");
    return *found;
  }
  const Trace& trace() { return session().analysis()->trace; }
  const LayerTrace& layer(std::string_view name = kFilter) {
    return trace().layers.at(static_cast<std::size_t>(trace().findLayer(name)));
  }
  /// The pane of a layer's selected tokens.
  Pane* selectionPane() {
    const auto& panes = session().choices().layout.panes;
    for (std::size_t i = 0; i < panes.size(); ++i) {
      if (panes[i].method == "selection" && panes[i].layer == kFilter) {
        return window().grid()->panes()[i];
      }
    }
    throw std::runtime_error("no pane of the selection");
  }
  /// Logits of the changed network, computed from the photo on.
  std::vector<float> logitsUnder(const Interventions& interventions) {
    RunOptions options;
    options.record = false;
    options.interventions = interventions;
    return session().model()->run(session().plainAnalysis()->input, options)->logits;
  }
  /// Where a cell of the filter layer lies on its pane.
  QPoint placeOf(int row, int col) {
    const auto& geometry = layer().inputGeometry;
    const auto& placement = session().analysis()->placement;
    return selectionPane()
        ->view()
        ->transform()
        ->toCanvas(QPointF(placement.photoX(geometry.x.centre(col)),
                           placement.photoY(geometry.y.centre(row))))
        .toPoint();
  }
  /// Drags the handle of a slider to a place between its ends.
  static void dragTo(QSlider* slider, double fraction) {
    QStyleOptionSlider option;
    option.initFrom(slider);
    option.state |= QStyle::State_Horizontal;
    option.minimum = slider->minimum();
    option.maximum = slider->maximum();
    option.sliderPosition = slider->value();
    option.sliderValue = slider->value();
    const QPoint from =
        slider->style()
            ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider)
            .center();
    const QPoint to(static_cast<int>(fraction * slider->width()), from.y());
    QTest::mousePress(slider, Qt::LeftButton, {}, from);
    for (int i = 1; i <= 8; ++i) QTest::mouseMove(slider, from + (to - from) * i / 8);
    QTest::mouseRelease(slider, Qt::LeftButton, {}, to);
  }
};

TEST_F(WhatIfTest, EveryBlockHasItsControls) {
  openWhatIf();
  const auto& blocks = window().whatIfPanel()->blocks();
  ASSERT_EQ(blocks.size(), trace().layers.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    EXPECT_EQ(blocks[i].layer, trace().layers[i].name);
    const bool selects = !trace().layers[i].selection.empty();
    EXPECT_EQ(blocks[i].tokens != nullptr, selects);
    EXPECT_TRUE(blocks[i].attention->isChecked());
    if (!selects) continue;
    EXPECT_EQ(blocks[i].tokens->value(), trace().layers[i].stage->k);
    EXPECT_EQ(blocks[i].tokens->maximum(), trace().layers[i].importance.size());
  }
  EXPECT_FALSE(session().changedAnalysis());
}

TEST_F(WhatIfTest, ADraggedSliderChangesKAndIsOneStepBack) {
  openWhatIf();
  const auto before = session().analysis();
  dragTo(block().tokens, 0.9);
  waitUntilIdle();
  const int k = block().tokens->value();
  EXPECT_GT(k, 2 * kOwn);
  EXPECT_EQ(block().count->value(), k);
  EXPECT_EQ(static_cast<int>(layer().selection.size()), k);
  EXPECT_EQ(trace().logits, logitsUnder({{kFilter, {.k = k}}}));
  EXPECT_EQ(static_cast<int>(std::count_if(selectionPane()->map()->values.values.begin(),
                                           selectionPane()->map()->values.values.end(),
                                           [](float rank) { return rank == rank; })),
            k)
      << "the pane shows the changed choice";
  EXPECT_FALSE(session().missingMap());
  EXPECT_EQ(session().plainAnalysis(), before) << "the network as it is stays";

  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
  EXPECT_EQ(session().analysis(), before) << "nothing runs again";
  EXPECT_EQ(block().tokens->value(), kOwn);
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
  waitUntilIdle();
  EXPECT_EQ(static_cast<int>(layer().selection.size()), k);
}

TEST_F(WhatIfTest, TheOwnKChangesNothing) {
  openWhatIf();
  block().count->setValue(100);
  waitUntilIdle();
  EXPECT_TRUE(session().changedAnalysis());
  block().count->setValue(kOwn);
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
  EXPECT_FALSE(session().changedAnalysis());
}

TEST_F(WhatIfTest, OnlyTheLayersBehindTheChangeRunAgain) {
  openWhatIf();
  const auto before = session().analysis();
  block("network.0").attention->click();
  waitUntilIdle();
  EXPECT_TRUE(layer("network.0").attentionOff);
  EXPECT_EQ(trace().logits, logitsUnder({{"network.0", {.attentionOff = true}}}));
  // What lies before it is the same memory, not computed anew.
  for (const auto& earlier : before->trace.layers) {
    if (earlier.name == "network.0") break;
    EXPECT_EQ(layer(earlier.name).output.data, earlier.output.data) << earlier.name;
  }
}

TEST_F(WhatIfTest, MapsOfEarlierLayersAreCompleteWhereTheyNeedTheGradient) {
  openWhatIf();
  block("network.1").attention->click();
  waitUntilIdle();
  session().setPane(0, {"gradcam", "leaky_att_network.1"});
  waitUntilIdle();
  const auto& map = window().grid()->panes()[0]->map();
  ASSERT_TRUE(map);
  RunOptions options;
  options.targetClass = trace().targetClass;
  options.interventions = {{"network.1", {.attentionOff = true}}};
  const auto whole = session().model()->run(session().analysis()->input, options);
  const auto expected = explain(*findExplainer("gradcam"), *whole, 1);
  EXPECT_EQ(map->values.values, expected->values.values);
}

TEST_F(WhatIfTest, ARandomChoiceIsDrawnWithItsSeed) {
  openWhatIf();
  QTest::mouseClick(block().random, Qt::LeftButton, {}, QPoint(8, block().random->height() / 2));
  waitUntilIdle();
  EXPECT_EQ(layer().selection, drawTokens(0, kFilter, kCells, kOwn));
  block().seed->setValue(12);
  waitUntilIdle();
  EXPECT_EQ(layer().selection, drawTokens(12, kFilter, kCells, kOwn));
  EXPECT_TRUE(QString::fromStdString(selectionPane()->map()->note).contains(QLatin1String("12")));
}

TEST_F(WhatIfTest, AStrokeForcesCellsInAndTheRightButtonOut) {
  openWhatIf();
  const std::set<int> own(layer().selection.begin(), layer().selection.end());
  QTest::keyClick(&window(), Qt::Key_E);
  ASSERT_TRUE(session().isBrushing());
  ImageView* canvas = selectionPane()->view();
  CellBrush* brush = selectionPane()->brush();
  ASSERT_TRUE(brush->isBrushing());
  const auto view = window().link().state();
  QTest::mousePress(brush, Qt::LeftButton, {}, placeOf(4, 4));
  QTest::mouseMove(brush, placeOf(4, 14));
  EXPECT_TRUE(session().choices().whatIf.empty()) << "the stroke goes on";
  QTest::mouseRelease(brush, Qt::LeftButton, {}, placeOf(4, 14));
  waitUntilIdle();
  const auto in = session().choices().whatIf.at(kFilter).forcedIn;
  for (int col = 4; col <= 14; ++col) EXPECT_TRUE(in.contains(4 * 28 + col)) << col;
  const std::set<int> selected(layer().selection.begin(), layer().selection.end());
  EXPECT_TRUE(std::includes(selected.begin(), selected.end(), in.begin(), in.end()));
  EXPECT_EQ(selected.size(), own.size());
  EXPECT_EQ(window().link().state().centre, view.centre) << "brushing moves no photo";

  QTest::mouseClick(brush, Qt::RightButton, {}, placeOf(20, 20));
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.at(kFilter).forcedOut.contains(20 * 28 + 20));
  EXPECT_EQ(trace().logits, logitsUnder(session().choices().whatIf));
  EXPECT_FALSE(block().forced->text().isEmpty());

  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);  // one stroke each
  EXPECT_TRUE(session().choices().whatIf.at(kFilter).forcedOut.empty());
  EXPECT_EQ(session().choices().whatIf.at(kFilter).forcedIn, in);
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
  EXPECT_TRUE(brush->cells() == ForcedCells());
  EXPECT_TRUE(canvas->isVisible());
}

TEST_F(WhatIfTest, CellsAreForcedByTheKeyboardToo) {
  openWhatIf();
  QTest::keyClick(&window(), Qt::Key_E);
  ImageView* canvas = selectionPane()->view();
  canvas->setFocus();
  QTest::keyClick(canvas, Qt::Key_Right);
  QTest::keyClick(canvas, Qt::Key_Return);
  waitUntilIdle();
  ASSERT_EQ(session().choices().whatIf.at(kFilter).forcedIn.size(), 1U);
  QTest::keyClick(canvas, Qt::Key_Return, Qt::ShiftModifier);
  waitUntilIdle();
  EXPECT_EQ(session().choices().whatIf.at(kFilter).forcedOut.size(), 1U);
  QTest::keyClick(canvas, Qt::Key_Delete);
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
}

TEST_F(WhatIfTest, BrushedCellsAreSeenOnThePane) {
  openWhatIf();
  const QImage without = selectionPane()->view()->grab().toImage();
  session().setWhatIf({{kFilter, {.forcedIn = {428, 456}, .forcedOut = {232, 260}}}});
  waitUntilIdle();
  const auto colourAt = [&](int cell) {
    const QImage picture = selectionPane()->view()->grab().toImage();
    return picture.pixelColor(placeOf(cell / 28, cell % 28) * picture.devicePixelRatio() +
                              QPoint(0, 3));
  };
  EXPECT_GT(colourAt(428).red(), colourAt(428).blue()) << "orange: in";
  EXPECT_GT(colourAt(232).blue(), colourAt(232).red()) << "blue: out";
}

TEST_F(WhatIfTest, BeforeAndAfterStandBesideEachOther) {
  openWhatIf();
  const auto before = session().analysis();
  const auto* model = window().predictionPanel()->list()->model();
  EXPECT_FALSE(model->index(0, 0).data(PredictionModel::BeforeRole).isValid());
  block("network.0").attention->click();
  waitUntilIdle();
  const QModelIndex first = model->index(0, 0);
  const int index = first.data(PredictionModel::ClassRole).toInt();
  const auto then = std::find_if(before->predictions.begin(), before->predictions.end(),
                                 [&](const Prediction& p) { return p.index == index; });
  EXPECT_EQ(first.data(PredictionModel::BeforeRole).toDouble(), double{then->probability});
  Pane* pane = paneOf("gradcam");
  EXPECT_TRUE(pane->header()->text().contains(QLatin1String("what if")));
  const auto after = pane->map();

  QTest::keyClick(&window(), Qt::Key_O);
  waitUntilIdle();
  EXPECT_EQ(session().analysis(), before);
  EXPECT_NE(pane->map(), after);
  EXPECT_TRUE(pane->header()->text().contains(QLatin1String("before")));
  EXPECT_FALSE(session().choices().whatIf.empty());
  QTest::keyClick(&window(), Qt::Key_O);
  waitUntilIdle();
  EXPECT_EQ(pane->map(), after) << "nothing is computed again";

  QTest::keyClick(&window(), Qt::Key_O);
  block("network.1").attention->click();
  waitUntilIdle();
  EXPECT_FALSE(session().isBeforeShown()) << "a new change is shown";
}

TEST_F(WhatIfTest, BeforeIsShownForAsLongAsItsKeyIsHeld) {
  openWhatIf();
  block("network.0").attention->click();
  waitUntilIdle();
  QTest::keyPress(&window(), Qt::Key_O);
  EXPECT_TRUE(session().isBeforeShown());
  QTest::qWait(450);
  EXPECT_TRUE(session().isBeforeShown());
  QTest::keyRelease(&window(), Qt::Key_O);
  EXPECT_FALSE(session().isBeforeShown());
}

TEST_F(WhatIfTest, OneTokenHasARankAndNoRange) {
  openWhatIf();
  block().count->setValue(1);
  waitUntilIdle();
  const auto& map = selectionPane()->map();
  const ValueRange range = *session().styleOf(PaneSpec(), map).overlay.range;
  EXPECT_EQ(range.low, 0) << "no rank is negative";
  EXPECT_EQ(selectionPane()->bar()->captions().front(), QStringLiteral("rank 0, the only token"));
}

TEST_F(WhatIfTest, MoreCellsForcedInThanKAreSaid) {
  openWhatIf();
  session().setWhatIf({{kFilter, {.k = 2, .forcedIn = {1, 2, 3}}}});
  waitUntilIdle();
  EXPECT_EQ(layer().selection.size(), 3U);
  EXPECT_EQ(block().count->value(), 2);
  EXPECT_EQ(block().forced->text(), QStringLiteral("3 cells in: more than K, so K is 3"));
  session().setWhatIf({{kFilter, {.forcedIn = {1, 2, 3}}}});
  EXPECT_EQ(block().forced->text(), QStringLiteral("3 cells in"));
}

TEST_F(WhatIfTest, ResetTakesAllBack) {
  openWhatIf();
  block().count->setValue(20);
  block("network.1").attention->click();
  waitUntilIdle();
  ASSERT_EQ(session().choices().whatIf.size(), 2U);
  window().actions()[ActionId::ResetWhatIf]->trigger();
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
  EXPECT_FALSE(session().changedAnalysis());
  EXPECT_TRUE(block("network.1").attention->isChecked());
  EXPECT_FALSE(window().actions()[ActionId::ResetWhatIf]->isEnabled());
  EXPECT_FALSE(window().actions()[ActionId::ShowBefore]->isEnabled());
}

TEST_F(WhatIfTest, AnotherPhotoIsAnalysedWithTheSameChanges) {
  openWhatIf();
  block().count->setValue(20);
  waitUntilIdle();
  window().open({photoFile("second.png", 200, 300)});
  waitUntilIdle();
  EXPECT_EQ(layer().selection.size(), 20U);
  EXPECT_EQ(trace().logits, logitsUnder({{kFilter, {.k = 20}}}));
  EXPECT_TRUE(session().plainAnalysis()->trace.interventions.empty());
}

TEST_F(WhatIfTest, AnotherNetworkStartsAsItIs) {
  openWhatIf();
  block().count->setValue(20);
  waitUntilIdle();
  window().open({test::modelFile("xxs")});
  waitUntilIdle();
  EXPECT_TRUE(session().choices().whatIf.empty());
  EXPECT_FALSE(session().changedAnalysis());
  EXPECT_EQ(window().whatIfPanel()->blocks().size(), trace().layers.size());
  EXPECT_TRUE(problems().isEmpty());
}

TEST_F(WhatIfTest, ExportsAndCommandSayWhatWasChanged) {
  openWhatIf();
  session().setWhatIf(
      {{kFilter, {.k = 20, .forcedOut = {3, 4}}}, {"network.0", {.attentionOff = true}}});
  waitUntilIdle();
  const Shown shown = shownIn(session());
  const auto command = explainCommand(shown);
  EXPECT_NE(command.find("--what-if leaky_att_network.3:k=20,out=3-4"), std::string::npos)
      << command;
  EXPECT_NE(command.find("--what-if network.0:attention=off"), std::string::npos);
  EXPECT_TRUE(shownFigure(shown, 100).footer.contains(QLatin1String("K 20")));
  EXPECT_TRUE(paneOf("gradcam")->whatsThis().contains(QLatin1String("network.0:attention=off")));
}

TEST(WhatIfChoices, AreWrittenAndReadWithEverySetting) {
  Choices choices;
  choices.layout.panes = {{std::string(kPhotoMethod), {}}};
  choices.whatIf = {{"network.0", {.attentionOff = true}},
                    {kFilter, {.k = 3, .forcedIn = {1, 2}, .forcedOut = {9}, .randomSeed = 4}}};
  EXPECT_EQ(choicesFrom(choicesJson(choices)).whatIf, choices.whatIf);
  QJsonObject older = choicesJson(choices);
  older.remove(QLatin1String("whatIf"));
  EXPECT_TRUE(choicesFrom(older).whatIf.empty());
  QJsonObject strange = choicesJson(choices);
  strange[QLatin1String("whatIf")] = QJsonObject{
      {QStringLiteral("a.1"), QJsonObject{{QStringLiteral("k"), QStringLiteral("many")},
                                          {QStringLiteral("random"), QStringLiteral("5")}}}};
  EXPECT_EQ(choicesFrom(strange).whatIf, (Interventions{{"a.1", {.randomSeed = 5}}}));
}

TEST(WhatIfChoices, OnlyWhatAModelHasIsAskedOfIt) {
  ModelInfo info;
  info.architecture = findArchitecture("xs");
  const Interventions all{{kFilter, {.k = 20}},
                          {"leaky_att_network.1", {.k = 9999}},
                          {"network.0", {.k = 3}},
                          {"network.7", {.attentionOff = true}},
                          {"network.1", {}}};
  EXPECT_EQ(fittingInterventions(all, info), (Interventions{{kFilter, {.k = 20}}}));
}

}  // namespace
}  // namespace filterlens
