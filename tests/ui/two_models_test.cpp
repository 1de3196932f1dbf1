// Two models on one photo: the same panes one above the other, predictions side by side.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include "core/checkpoint/checkpoint.h"
#include "tests/support/formula_weights.h"
#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/cursor_model.h"
#include "ui/inspection.h"
#include "ui/pane_title.h"
#include "ui/shown_figure.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::modelFile;

constexpr auto kSecond = ModelSlot::Second;

class TwoModelsTest : public test::WindowTest {
 protected:
  /// A model whose classes are called so.
  [[nodiscard]] std::filesystem::path modelOf(std::string_view architecture,
                                              std::vector<std::string> classes, int seed) const {
    auto path = folder_.path() / ("named-" + std::to_string(seed) + ".safetensors");
    ModelMetadata metadata;
    metadata.classNames = std::move(classes);
    const auto count = static_cast<int>(metadata.classNames.size());
    EXPECT_TRUE(writeSafetensors(path,
                                 test::formulaWeights(*findArchitecture(architecture), count, seed),
                                 toStrings(metadata))
                    .ok());
    return path;
  }

  void openTwo(const std::filesystem::path& first, const std::filesystem::path& second) {
    openWindow({{photoFile("photo.png", 300, 200)}, first, second});
    waitUntilIdle();
    ASSERT_TRUE(session().analysis(kSecond));
    EXPECT_FALSE(session().missingMap());
    EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  }

  [[nodiscard]] const std::vector<Pane*>& secondPanes() { return window().grid()->panes(kSecond); }
  [[nodiscard]] Pane* secondPaneOf(std::string_view method) {
    return secondPanes()[static_cast<std::size_t>(paneOf(method)->index())];
  }
  void trigger(ActionId id) {
    ASSERT_TRUE(window().actions()[id]->isEnabled());
    window().actions()[id]->trigger();
  }
  /// The same, had the model been given the left half of the photo alone.
  [[nodiscard]] static std::shared_ptr<const Analysis> cutToTheLeft(Analysis analysis) {
    analysis.placement.scaleX /= 2;
    return std::make_shared<const Analysis>(std::move(analysis));
  }
  [[nodiscard]] static QImage pictureOf(const Pane* pane) { return pane->view()->grab().toImage(); }
};

TEST_F(TwoModelsTest, TheSamePanesStandBelowThoseOfTheFirst) {
  openTwo(modelFile("xs"), modelFile("dropout-xs"));
  const auto& panes = window().grid()->panes();
  ASSERT_EQ(secondPanes().size(), panes.size());
  for (std::size_t i = 0; i < panes.size(); ++i) {
    if (session().choices().layout.panes[i].method == kPhotoMethod) {
      EXPECT_FALSE(secondPanes()[i]->isVisible()) << "the photo stands once";
      continue;
    }
    EXPECT_EQ(secondPanes()[i]->x(), panes[i]->x()) << i;
    EXPECT_GE(secondPanes()[i]->y(), panes[i]->geometry().bottom()) << i;
    EXPECT_TRUE(panes[i]->header()->text().startsWith(QStringLiteral("A · "))) << i;
    EXPECT_TRUE(secondPanes()[i]->header()->text().startsWith(QStringLiteral("B · "))) << i;
  }
  const Pane* cam = secondPaneOf("gradcam");
  ASSERT_NE(cam->map(), nullptr);
  EXPECT_EQ(cam->map()->layer, paneOf("gradcam")->map()->layer);
  EXPECT_EQ(cam->map()->targetClass, paneOf("gradcam")->map()->targetClass);
  EXPECT_NE(cam->map()->values.values, paneOf("gradcam")->map()->values.values);
  EXPECT_EQ(secondPaneOf("importance")->map(), nullptr) << "a DropoutViT has no masks";
}

TEST_F(TwoModelsTest, WhatTheOtherNetworkLacksIsSaid) {
  openTwo(modelFile("xs"), modelFile("xxs"));
  session().setPane(0, {"gradcam", "leaky_att_network.4"});  // xxs ends at .3
  waitUntilIdle();
  EXPECT_EQ(whyNoMap(session(), {{"gradcam", "leaky_att_network.4"}, kSecond}),
            QStringLiteral("FilterViT xxs has no layer called leaky_att_network.4."));
  EXPECT_EQ(secondPanes()[0]->map(), nullptr);
  session().chooseLayer("leaky_att_network.2");  // pooled in xs, filter in xxs
  waitUntilIdle();
  trigger(ActionId::SwapModels);
  waitUntilIdle();
  EXPECT_EQ(whyNoMap(session(), {{"importance", "leaky_att_network.2"}, kSecond}),
            QStringLiteral("FilterViT xs has nothing to show for Filter mask at block 3."));
}

TEST_F(TwoModelsTest, TheTargetIsTheClassOfTheSameName) {
  openTwo(modelOf("xs", {"ant", "bee", "cat", "dog"}, 1), modelOf("compact", {"dog", "cat"}, 2));
  session().setTarget(3);
  waitUntilIdle();
  EXPECT_EQ(session().analysis()->trace.targetClass, 3);
  EXPECT_EQ(session().analysis(kSecond)->trace.targetClass, 0);
  EXPECT_TRUE(secondPaneOf("gradcam")->header()->text().contains(QStringLiteral("dog")));
  session().setTarget(1);
  waitUntilIdle();
  EXPECT_FALSE(session().missingMap());
  EXPECT_EQ(session().target(kSecond), -1);
  EXPECT_EQ(secondPaneOf("gradcam")->map(), nullptr);
  EXPECT_EQ(whyNoMap(session(), {{"gradcam", {}}, kSecond}),
            QStringLiteral("FilterViT compact has no class called bee."));
  EXPECT_NE(secondPaneOf("importance")->map(), nullptr) << "needs no class";
}

TEST_F(TwoModelsTest, ASecondModelIsPlacedByItsOwnPreprocessing) {
  openTwo(modelFile("xs"), modelFile("compact"));
  const PhotoPlacement& first = session().analysis()->placement;
  const PhotoPlacement& second = session().analysis(kSecond)->placement;
  ASSERT_NE(first.inputWidth, second.inputWidth) << "224 and 128 pixels";
  Pane* pane = secondPaneOf("importance");
  const QPointF at(0.5, 0.5);
  window().link().setCursor(at);
  const auto map = pane->map();
  const int row = map->geometry.y.cellContaining(second.inputY(100));
  const int col = map->geometry.x.cellContaining(second.inputX(150));
  EXPECT_EQ(pane->header()->value(), numberText(map->values.at(row, col)));
}

TEST_F(TwoModelsTest, PredictionsStandSideBySide) {
  openTwo(modelOf("xs", {"ant", "bee", "cat"}, 1), modelOf("compact", {"cat", "dog"}, 2));
  EXPECT_FALSE(window().predictionPanel()->isVisible());
  ClassComparisonPanel* panel = window().classComparison();
  ASSERT_TRUE(panel->isVisible());
  const auto* table = panel->table()->model();
  ASSERT_EQ(table->rowCount(), 4) << "ant, bee, cat, and the other's dog";
  double first = 0;
  double second = 0;
  for (int row = 0; row < table->rowCount(); ++row) {
    const auto probability = [&](int column) {
      return table->index(row, column).data(ClassComparison::ProbabilityRole);
    };
    const QString name = table->index(row, 0).data().toString();
    EXPECT_EQ(probability(1).isValid(), name != QStringLiteral("dog"));
    EXPECT_EQ(probability(2).isValid(),
              name == QStringLiteral("dog") || name == QStringLiteral("cat"));
    first += probability(1).toDouble();
    second += probability(2).toDouble();
  }
  EXPECT_NEAR(first, 1, 1e-4);
  EXPECT_NEAR(second, 1, 1e-4);

  const auto rowOf = [&](const QString& name) {
    int row = 0;
    while (table->index(row, 0).data().toString() != name) ++row;
    return row;
  };
  const auto click = [&](const QString& name) {
    QTest::mouseClick(panel->table()->viewport(), Qt::LeftButton, {},
                      panel->table()->visualRect(table->index(rowOf(name), 0)).center());
    waitUntilIdle();
  };
  click(QStringLiteral("cat"));
  EXPECT_EQ(session().choices().target, 2);
  EXPECT_EQ(session().analysis(kSecond)->trace.targetClass, 0);
  click(QStringLiteral("dog"));
  EXPECT_EQ(session().choices().target, 2) << "no class of the first model";
}

TEST_F(TwoModelsTest, TheComparisonOfClassesKeepsTheContractOfModels) {
  openAnalysed("xs");
  ClassComparison classes(session());
  const QAbstractItemModelTester tester(&classes,
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  EXPECT_EQ(classes.rowCount(), 0) << "one model alone";
  trigger(ActionId::KeepAsSecondModel);
  waitUntilIdle();
  EXPECT_EQ(classes.rowCount(), test::kClasses);
  session().setTarget(4);
  waitUntilIdle();
  trigger(ActionId::CloseSecondModel);
  EXPECT_EQ(classes.rowCount(), 0);
}

TEST_F(TwoModelsTest, OneModelKeptSaysTheSameTwice) {
  openAnalysed("xs");
  trigger(ActionId::KeepAsSecondModel);
  waitUntilIdle();
  EXPECT_EQ(secondPaneOf("gradcam")->map()->values.values, paneOf("gradcam")->map()->values.values);
  EXPECT_EQ(secondPaneOf("importance")->map()->values.values,
            paneOf("importance")->map()->values.values);
  trigger(ActionId::CloseSecondModel);
  EXPECT_TRUE(secondPanes().empty());
  EXPECT_TRUE(window().predictionPanel()->isVisible());
  EXPECT_FALSE(paneOf("gradcam")->header()->text().startsWith(QStringLiteral("A")));
}

TEST_F(TwoModelsTest, SwappingComputesNothingAnew) {
  openTwo(modelOf("xs", {"ant", "bee", "cat"}, 1), modelOf("xs", {"cat", "ant", "bee"}, 2));
  session().setTarget(0);
  waitUntilIdle();
  const auto first = session().analysis();
  const auto second = session().analysis(kSecond);
  trigger(ActionId::SwapModels);
  for (const JobKind kind : {JobKind::Analysis, JobKind::Target}) {  // layers' pictures may be new
    EXPECT_FALSE(window().jobs().busyWith(kind));
  }
  EXPECT_EQ(session().analysis(), second);
  EXPECT_EQ(session().analysis(kSecond), first);
  EXPECT_EQ(session().choices().target, 1) << "ant, in the other's order";
  EXPECT_NE(paneOf("gradcam")->map(), nullptr);
}

TEST_F(TwoModelsTest, SplitComparesThePaneWithTheOtherModels) {
  openTwo(modelFile("xs"), modelFile("compact"));
  window().grid()->focusPane(3);
  QTest::keyClick(&window(), Qt::Key_C);
  ASSERT_TRUE(session().choices().comparison);
  EXPECT_EQ(session().choices().comparison->second.model, kSecond);
  EXPECT_EQ(session().choices().comparison->first.pane,
            session().choices().comparison->second.pane);
  QTest::keyClick(&window(), Qt::Key_D);
  const CompareView* view = window().compareView();
  ASSERT_NE(view->difference(), nullptr);
  EXPECT_EQ(view->difference()->geometry.rows(), paneOf("importance")->map()->geometry.rows())
      << "on the finer grid";
  trigger(ActionId::CloseSecondModel);
  EXPECT_FALSE(session().choices().comparison) << "it has lost a pane";
  EXPECT_TRUE(window().grid()->isVisible());
}

TEST_F(TwoModelsTest, CopiesThePaneThatHasTheFocusWhicheverModelsItIs) {
  openTwo(modelFile("xs"), modelFile("dropout-xs"));
  const auto cam = paneOf("gradcam")->index();
  const auto copied = [&](ModelSlot slot) {
    window().grid()->focusPane(cam, slot);
    trigger(ActionId::CopyValues);
    return QApplication::clipboard()->text();
  };
  EXPECT_NE(copied(ModelSlot::First), copied(kSecond));
}

TEST_F(TwoModelsTest, APaneWhoseModelHasSeenNothingYetIsNotCopied) {
  openTwo(modelFile("compact"), modelFile("xs"));
  QApplication::clipboard()->setText(QStringLiteral("as before"));
  trigger(ActionId::SwapModels);
  window().jobs().cancelAll();
  session().setAnalysis(nullptr, kSecond);
  for (const ActionId copy : {ActionId::CopyValues, ActionId::CopyProvenance}) {
    window().grid()->focusPane(paneOf("gradcam")->index(), kSecond);
    EXPECT_EQ(window().grid()->currentPane()->map(), nullptr);
    window().actions()[copy]->trigger();
    EXPECT_EQ(QApplication::clipboard()->text(), QStringLiteral("as before"));
    EXPECT_FALSE(window().messageBar()->result().isEmpty());
  }
}

TEST_F(TwoModelsTest, APaneOfEitherModelMovesAndStandsAlone) {
  openTwo(modelFile("xs"), modelFile("compact"));
  const auto before = session().choices().layout.panes;
  PaneHeader* header = secondPanes()[3]->header();
  const Pane* target = window().grid()->panes()[1];
  dragTitle(header, target);
  EXPECT_EQ(session().choices().layout.panes[1], before[3]);
  EXPECT_EQ(secondPanes()[1]->map()->layer, window().grid()->panes()[1]->map()->layer);

  QTest::mouseDClick(secondPanes()[1]->view(), Qt::LeftButton);
  QCoreApplication::processEvents();
  EXPECT_TRUE(window().grid()->panes()[1]->isVisible()) << "both models' panes, to compare them";
  EXPECT_TRUE(secondPanes()[1]->isVisible());
  EXPECT_FALSE(window().grid()->panes()[2]->isVisible());
  EXPECT_FALSE(secondPanes()[2]->isVisible());
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_TRUE(secondPanes()[2]->isVisible());
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().choices().layout.panes, before);
}

TEST_F(TwoModelsTest, SpaceHidesTheSecondModelsMapsToo) {
  openTwo(modelFile("xs"), modelFile("compact"));
  const Pane* pane = secondPaneOf("importance");
  pane->view()->setFocus();
  const QImage shown = pictureOf(pane);
  QTest::keyPress(pane->view(), Qt::Key_Space);
  EXPECT_GT(test::differingPixels(shown, pictureOf(pane)), 100);
  QTest::keyRelease(pane->view(), Qt::Key_Space);
  EXPECT_EQ(test::differingPixels(shown, pictureOf(pane)), 0);
}

TEST_F(TwoModelsTest, ASessionKeepsBothModels) {
  openTwo(modelFile("xs"), modelFile("dropout-xs"));
  window().grid()->focusPane(1);
  QTest::keyClick(&window(), Qt::Key_C);
  const Choices choices = session().choices();
  ASSERT_TRUE(choices.comparison);
  const auto file = folder_.path() / "two.flens";
  window().workbench().keeper().save(file);
  openWindow({{file}, {}});
  waitUntilIdle();
  QCoreApplication::processEvents();
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  ASSERT_TRUE(session().hasSecondModel());
  EXPECT_EQ(session().modelInfo(kSecond)->architecture->id, "dropout-xs");
  EXPECT_EQ(session().choices(), choices);
  EXPECT_TRUE(window().compareView()->isVisible());
}

TEST_F(TwoModelsTest, TheSecondStaysWhileTheFirstIsAnalysedAnew) {
  openAnalysed("compact");
  trigger(ActionId::KeepAsSecondModel);
  waitUntilIdle();
  const auto cam = secondPaneOf("gradcam")->map();
  const auto mask = secondPaneOf("importance")->map();
  session().setAnalysis(nullptr);
  EXPECT_EQ(secondPaneOf("gradcam")->map(), cam);
  EXPECT_EQ(secondPaneOf("importance")->map(), mask);
  EXPECT_TRUE(whyNoMap(session(), {{"gradcam", {}}, kSecond}).isEmpty());
}

TEST_F(TwoModelsTest, TheCursorReadsTheMapsOfBoth) {
  openTwo(modelFile("compact"), modelFile("xs"));
  CursorModel cursor(session(), window().link());
  window().link().setCursor(QPointF(0.5, 0.5));
  QStringList headings;
  for (int row = 0; row < cursor.rowCount(); ++row) {
    const QModelIndex name = cursor.index(row, CursorModel::NameColumn);
    if (name.data(CursorModel::HeadingRole).toBool()) headings << name.data().toString();
  }
  EXPECT_TRUE(headings.contains(QStringLiteral("A · block 2")));
  EXPECT_TRUE(headings.contains(QStringLiteral("B · block 2")));
}

TEST_F(TwoModelsTest, ASecondModelThatChangesOnDiskIsOffered) {
  const auto second = modelOf("compact", {"ant", "bee"}, 3);
  openTwo(modelFile("compact"), second);
  const auto before = session().model(kSecond);
  const auto newer = folder_.path() / "newer.safetensors";
  std::filesystem::copy_file(second, newer);
  std::filesystem::rename(newer, second);
  const auto offered = [this] {
    return window().messageBar()->offer(QStringLiteral("reload-second"));
  };
  ASSERT_TRUE(QTest::qWaitFor([&] { return offered() != nullptr; }, 20'000));
  QTest::mouseClick(offered()->acceptButton(), Qt::LeftButton);
  waitUntilIdle();
  EXPECT_NE(session().model(kSecond), before);
  EXPECT_TRUE(session().analysis(kSecond));
}

TEST_F(TwoModelsTest, ASecondModelThatCannotBeReadLeavesTheFirst) {
  openWindow({{photoFile("photo.png", 60, 40)}, modelFile("xs"), folder_.path() / "none.pth"});
  waitUntilIdle();
  ASSERT_EQ(problems().size(), 1);
  EXPECT_TRUE(problems().front().contains(QStringLiteral("none.pth")));
  EXPECT_TRUE(session().analysis());
  EXPECT_FALSE(session().hasSecondModel());
}

TEST_F(TwoModelsTest, TheFirstModelsPanesDoNotWaitForTheSecond) {
  openTwo(modelFile("xs"), modelFile("compact"));
  int lacking = -1;  // panes of the first without a map, when the second has been asked
  QObject::connect(&session(), &Session::analysisChanged, &session(), [&] {
    if (lacking >= 0 || !session().analysis() || !session().analysis(kSecond)) return;
    lacking = 0;
    for (const PaneSpec& pane : session().choices().layout.panes) {
      if (session().requestFor(pane) && !session().mapFor(pane)) ++lacking;
    }
  });
  window().open({photoFile("another.png", 200, 300)});
  waitUntilIdle();
  EXPECT_EQ(lacking, 0);
  EXPECT_FALSE(session().missingMap());
}

TEST_F(TwoModelsTest, ChangesAreMadeInTheFirstAloneAndThePanelSaysSo) {
  openTwo(modelOf("xs", {"ant", "bee", "cat"}, 1), modelOf("xs", {"ant", "bee", "cat"}, 2));
  QTest::keyClick(&window(), Qt::Key_Q);
  QTest::keyClick(&window(), Qt::Key_E);
  const auto said = [this] {
    QString all;
    for (const QLabel* label : window().whatIfPanel()->findChildren<QLabel*>()) {
      all += label->text();
    }
    return all;
  };
  EXPECT_TRUE(said().contains(QStringLiteral("model A")));
  ASSERT_TRUE(paneOf("selection")->brush()->isBrushing());
  EXPECT_FALSE(secondPaneOf("selection")->brush()->isBrushing());
  const auto second = session().analysis(kSecond);
  const auto first = session().analysis();
  session().setWhatIf({{paneOf("selection")->map()->layer, {.forcedIn = {3}}}});
  waitUntilIdle();
  EXPECT_NE(session().analysis(), first);
  EXPECT_EQ(session().analysis(kSecond), second);
  EXPECT_TRUE(secondPaneOf("selection")->brush()->cells() == ForcedCells());
}

TEST_F(TwoModelsTest, TheInspectedCellLiesAtTheSamePlaceInBoth) {
  openTwo(modelFile("xs"), modelFile("compact"));
  std::optional<InspectedCell> own;
  std::optional<InspectedCell> other;
  for (const LayerTrace& layer : session().analysis()->trace.layers) {
    own = cellAt(*session().analysis(), layer.name, {150, 100});
    other = cellAt(*session().analysis(kSecond), layer.name, {150, 100});
    if (own && other) break;
  }
  ASSERT_TRUE(own && other);
  ASSERT_NE(own->cell, other->cell) << "other grids";
  session().setInspected(own);
  waitUntilIdle();
  const auto rect = photoRectOf(*session().analysis(kSecond), *session().inspectedIn(kSecond));
  ASSERT_TRUE(rect);
  EXPECT_TRUE(rect->contains(photoRectOf(*session().analysis(), *own)->center()));
}

TEST_F(TwoModelsTest, RangesOfTheSecondsPanesAreThoseOfItsMaps) {
  openTwo(modelFile("dropout-xs"), modelFile("xs"));
  session().setPane(1, {"importance", "leaky_att_network.1"});
  session().setPane(2, {"gradcam", {}});
  waitUntilIdle();
  ASSERT_EQ(window().grid()->panes()[1]->map(), nullptr) << "a DropoutViT has no masks";
  Q_EMIT secondPanes()[1]->bar()->rangeDragged(ValueRange{0, 0.25F});
  EXPECT_EQ(session().choices().display.fixedRanges.at("importance").high, 0.25F);
  Q_EMIT secondPanes()[1]->bar()->rangeReset();
  EXPECT_TRUE(session().choices().display.fixedRanges.empty());

  DisplayChoices display = session().choices().display;
  display.range = RangeChoice::Map;
  session().setDisplay(display);
  window().grid()->focusPane(2, kSecond);
  const auto& map = secondPanes()[2]->map();
  const auto& other = window().grid()->panes()[2]->map();
  EXPECT_EQ(window().displayPanel()->high()->text(), numberText(displayRange(*map).high, 4));
  QTest::mouseClick(window().displayPanel()->locked(), Qt::LeftButton, {}, QPoint(8, 8));
  const auto& fixed = session().choices().display.fixedRanges;
  EXPECT_TRUE(fixed.contains("importance"));
  EXPECT_EQ(fixed.at(rangeKey(*map)).high,
            std::max(displayRange(*map).high, displayRange(*other).high));
}

TEST_F(TwoModelsTest, ThePhotosFrameIsThatOfTheCurrentPanesModel) {
  openTwo(modelFile("xs"), modelFile("compact"));
  session().setPane(0, {std::string(kPhotoMethod), {}});
  session().setAnalysis(cutToTheLeft(*session().analysis(kSecond)), kSecond);
  waitUntilIdle();
  window().grid()->focusPane(1);
  const QImage first = pictureOf(window().grid()->panes()[0]);
  window().grid()->focusPane(1, kSecond);
  EXPECT_GT(test::differingPixels(first, pictureOf(window().grid()->panes()[0])), 100);
  window().grid()->focusPane(1);
  EXPECT_EQ(test::differingPixels(first, pictureOf(window().grid()->panes()[0])), 0);
}

TEST_F(TwoModelsTest, AFigureShowsTheRowsOfBoth) {
  openTwo(modelFile("xs"), modelFile("compact"));
  const Figure figure = shownFigure(shownIn(session()), 72);
  const auto columns = static_cast<std::size_t>(shownIn(session()).columns);
  const std::size_t panes = session().choices().layout.panes.size();
  ASSERT_EQ(figure.rows.size(), 2 * ((panes + columns - 1) / columns));
  for (std::size_t i = 0; i < figure.rows.size(); i += 2) {
    EXPECT_EQ(figure.rows[i].heading, QStringLiteral("A · xs"));
    EXPECT_EQ(figure.rows[i + 1].heading, QStringLiteral("B · compact"));
    EXPECT_EQ(figure.rows[i].panels.size(), figure.rows[i + 1].panels.size());
  }
  EXPECT_FALSE(figure.rows[0].panels[0].picture.isNull()) << "the photo";
  EXPECT_TRUE(figure.rows[1].panels[0].picture.isNull()) << "stands once";
  const QStringList footer = figure.footer.split(QLatin1Char('\n'));
  ASSERT_EQ(footer.size(), 2);
  EXPECT_TRUE(footer[0].contains(QStringLiteral("xs.safetensors")));
  EXPECT_TRUE(footer[1].contains(QStringLiteral("compact.safetensors")));
}

TEST_F(TwoModelsTest, WhatIsExportedSaysWhichModelAMapIsOf) {
  openTwo(modelFile("xs"), modelFile("compact"));
  Exporter& exporter = window().workbench().exporter();
  exporter.exportFigure(folder_.path() / "both.png", 72);
  exporter.exportMaps(folder_.path() / "maps");
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  const auto json = [this](const char* file) {
    return QJsonDocument::fromJson(
               QByteArray::fromStdString(test::contentOf(folder_.path() / file)))
        .object();
  };
  const QJsonObject record = json("both.json");
  const QJsonObject second = record[QLatin1String("second_model")].toObject();
  const auto network = [](const QJsonObject& of) {
    return of[QLatin1String("model")].toObject()[QLatin1String("architecture")].toString();
  };
  EXPECT_EQ(network(record), QStringLiteral("xs"));
  EXPECT_EQ(network(second), QStringLiteral("compact"));
  const auto maps = second[QLatin1String("maps")].toArray();
  ASSERT_FALSE(maps.isEmpty());
  for (const auto& map : maps) {
    EXPECT_TRUE(map.toObject()[QLatin1String("provenance")].toString().contains(
        QStringLiteral("compact.safetensors")));
  }
  const QStringList commands = record[QLatin1String("command")].toString().split(QLatin1Char('\n'));
  ASSERT_EQ(commands.size(), 2);
  EXPECT_TRUE(commands[0].contains(QStringLiteral("xs.safetensors")));
  EXPECT_TRUE(commands[1].contains(QStringLiteral("compact.safetensors")));
  for (const char* name : {"analysis.json", "leaky_att_network.1.importance.npy",
                           "second/leaky_att_network.1.importance.npy"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "maps" / name)) << name;
  }
}

TEST_F(TwoModelsTest, HowAPaneWasMadeNamesItsOwnModel) {
  openTwo(modelFile("xs"), modelFile("compact"));
  window().grid()->focusPane(paneOf("gradcam")->index(), kSecond);
  trigger(ActionId::CopyProvenance);
  const QString sentence = QApplication::clipboard()->text();
  EXPECT_TRUE(sentence.contains(QStringLiteral("compact.safetensors"))) << sentence.toStdString();
}

TEST_F(TwoModelsTest, TheSecondModelIsAskedOncePerPhotoOfAFolder) {
  openTwo(modelOf("xs", {"ant", "bee", "cat"}, 1), modelOf("compact", {"cat", "ant", "bee"}, 2));
  const auto photo = openPhoto(photoFile("other.png", 60, 80), {});
  ASSERT_TRUE(photo);
  const auto analysis = analyse(*session().model(), **photo, 0, {});
  ASSERT_TRUE(analysis);
  const auto shown = shownFor(shownIn(session()), *photo, *analysis, {});
  ASSERT_TRUE(shown) << shown.error().sentence;
  const auto& first = shown->second.front().analysis;
  EXPECT_EQ(first->trace.targetClass, 1) << "ant, in the order of the second";
  for (const ShownPane& pane : shown->second) {
    EXPECT_EQ(pane.analysis, first);
    EXPECT_TRUE(!pane.map || pane.title.startsWith(QStringLiteral("B · ")));
  }
}

}  // namespace
}  // namespace filterlens
