// What the window writes: figures, comparisons as they are shown, folders, and the command line
// that gives the same files.
#include <gtest/gtest.h>

#include <QClipboard>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>
#include <QXmlStreamReader>
#include <cmath>
#include <set>

#include "tests/ui/window_fixture.h"
#include "ui/shown_command.h"
#include "ui/shown_figure.h"
#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

class ExportTest : public test::WindowTest {
 protected:
  Exporter& exporter() { return window().workbench().exporter(); }
  void trigger(ActionId id) {
    ASSERT_TRUE(window().actions()[id]->isEnabled());
    window().actions()[id]->trigger();
    waitUntilIdle();
  }
  QImage exportedPane(std::size_t pane, const std::string& name) {
    exporter().exportPane(pane, folder_.path() / name);
    waitUntilIdle();
    EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
    return QImage(fromPath(folder_.path() / name)).convertToFormat(QImage::Format_RGB32);
  }
  /// Runs the command line that the window copies, in the test's folder; returns it.
  QString runCopiedCommand() {
    const QString folder = QDir::currentPath();
    EXPECT_TRUE(QDir::setCurrent(fromPath(folder_.path())));
    trigger(ActionId::CopyCommand);
    QDir::setCurrent(folder);
    const QString command = QApplication::clipboard()->text();
    QProcess shell;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("PATH"), QCoreApplication::applicationDirPath() +
                                                   QLatin1Char(':') +
                                                   environment.value(QStringLiteral("PATH")));
    shell.setProcessEnvironment(environment);
    shell.start(QStringLiteral("sh"), {QStringLiteral("-c"), command});
    EXPECT_TRUE(shell.waitForFinished(120'000));
    EXPECT_EQ(shell.exitCode(), 0) << shell.readAllStandardError().toStdString();
    return command;
  }
  QJsonObject jsonAt(const fs::path& path) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(test::contentOf(path))).object();
  }
};

TEST_F(ExportTest, AnSvgHoldsTheTextAsTextAndEveryPicture) {
  openAnalysed();
  const auto file = folder_.path() / "figure.svg";
  exporter().exportFigure(file, 150);
  waitUntilIdle();
  ASSERT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  QXmlStreamReader svg(QByteArray::fromStdString(test::contentOf(file)));
  QString text;
  int pictures = 0;
  while (!svg.atEnd()) {
    if (svg.readNext() != QXmlStreamReader::StartElement) continue;
    if (svg.name() == QLatin1String("text")) text += svg.readElementText() + QLatin1Char('\n');
    if (svg.name() == QLatin1String("image")) ++pictures;
  }
  EXPECT_FALSE(svg.hasError()) << svg.errorString().toStdString();
  EXPECT_TRUE(text.contains(QStringLiteral("photo.png")));
  EXPECT_TRUE(text.contains(QStringLiteral("Grad-CAM")));
  EXPECT_TRUE(text.contains(QStringLiteral("SHA-256")));
  const int panes = static_cast<int>(window().grid()->panes().size());
  EXPECT_EQ(pictures, panes + panes - 1) << "a picture each, and a colour bar below each map";
  EXPECT_TRUE(fs::exists(folder_.path() / "figure.json"));
}

TEST_F(ExportTest, AFigureHasTheResolutionThatWasAskedFor) {
  openAnalysed();
  QSize sizes[2];
  for (const int dots : {150, 300}) {
    const auto file = folder_.path() / (std::to_string(dots) + ".png");
    exporter().exportFigure(file, dots);
    waitUntilIdle();
    const QImage figure(fromPath(file));
    EXPECT_NEAR(figure.dotsPerMeterX() * 0.0254, dots, 0.05);
    sizes[dots / 300] = figure.size();
  }
  EXPECT_NEAR(sizes[1].width(), 2 * sizes[0].width(), 2);
}

TEST_F(ExportTest, ASplitIsExportedAsItIsShown) {
  openAnalysed();
  window().grid()->focusPane(3);
  trigger(ActionId::CompareSplit);
  Q_EMIT window().compareView()->handle()->movedBy(-window().compareView()->first()->width() / 4);
  const double split = window().compareView()->split();
  EXPECT_NEAR(split, 0.25, 0.01);
  const Comparison comparison = *session().choices().comparison;
  const QImage both = exportedPane(0, "split.png");
  exporter().exportFigure(folder_.path() / "split-figure.png", 72);
  waitUntilIdle();
  EXPECT_EQ(jsonAt(folder_.path() / "split-figure.json")[QLatin1String("maps")].toArray().size(),
            2);
  trigger(ActionId::BackToPanes);
  const auto& panes = session().choices().layout.panes;
  const auto indexOf = [&](const PaneSpec& pane) {
    return static_cast<std::size_t>(std::find(panes.begin(), panes.end(), pane) - panes.begin());
  };
  const QImage first = exportedPane(indexOf(comparison.first.pane), "first.png");
  const QImage second = exportedPane(indexOf(comparison.second.pane), "second.png");
  ASSERT_EQ(both.size(), QSize(300, 200));
  const int line = static_cast<int>(std::lround(split * both.width()));
  EXPECT_EQ(both.copy(0, 0, line - 4, 200), first.copy(0, 0, line - 4, 200));
  EXPECT_EQ(both.copy(line + 4, 0, 290 - line, 200), second.copy(line + 4, 0, 290 - line, 200));
  EXPECT_NE(first, second);
}

TEST_F(ExportTest, ADifferenceIsExportedAsItIsShown) {
  openAnalysed();
  window().grid()->focusPane(3);
  trigger(ActionId::CompareDifference);
  const auto difference = window().compareView()->difference();
  ASSERT_NE(difference, nullptr);
  const QImage exported = exportedPane(0, "difference.png");
  // Where the first map is the stronger one, the colours lean to the map's upper end.
  const auto& placement = session().analysis()->placement;
  const Colormap& colours = defaultColormap(HeatmapScale::Diverging);
  int seen = 0;
  for (int y = 10; y < 200; y += 20) {
    for (int x = 60; x < 240; x += 20) {
      const float value = valueAt(*difference, placement, x + 0.5, y + 0.5, Interpolation::Smooth);
      const ValueRange range = displayRange(*difference);
      if (std::isnan(value) || std::abs(value) < 0.3 * range.high) continue;
      const Rgb colour = colours.at((value - range.low) / (range.high - range.low));
      const QColor pixel = exported.pixelColor(x, y);
      const QColor photo = test::patternedPicture(300, 200).pixelColor(x, y);
      const double opacity = session().choices().display.opacity;
      EXPECT_NEAR(pixel.red(), opacity * colour[0] + (1 - opacity) * photo.red(), 6);
      EXPECT_NEAR(pixel.blue(), opacity * colour[2] + (1 - opacity) * photo.blue(), 6);
      ++seen;
    }
  }
  EXPECT_GT(seen, 5);
}

TEST_F(ExportTest, AFolderShowsWhatTheWindowShowsAndSharesRanges) {
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  openWindow({{folder_.path()}, test::modelFile("xs")});
  waitUntilIdle();
  const Shown like = shownIn(session());
  const auto photo = openPhoto(folder_.path() / "p2.png", {});
  ASSERT_TRUE(photo);
  const auto analysis = analyse(*session().model(), **photo, {}, {});
  ASSERT_TRUE(analysis);
  const auto shown = shownFor(like, *photo, *analysis, {});
  ASSERT_TRUE(shown);
  std::optional<ValueRange> range;
  int masks = 0;
  for (const ShownPane& pane : shown->panes) {
    if (!pane.map || pane.map->method != "importance") continue;
    ++masks;
    if (!range) range = pane.style.overlay.range;
    EXPECT_EQ(pane.style.overlay.range->low, range->low);
    EXPECT_EQ(pane.style.overlay.range->high, range->high);
    EXPECT_LE(range->low, displayRange(*pane.map).low);
    EXPECT_GE(range->high, displayRange(*pane.map).high);
  }
  EXPECT_EQ(masks, 3);
}

TEST_F(ExportTest, AFigureWrittenMeanwhileDoesNotStopAFolder) {
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  openWindow({{folder_.path()}, test::modelFile("xs")});
  waitUntilIdle();
  const auto out = folder_.path() / "out";
  exporter().exportAll(out);
  exporter().exportFigure(folder_.path() / "meanwhile.png", 72);
  waitUntilIdle();
  EXPECT_FALSE(exporter().exportingAll());
  EXPECT_TRUE(fs::exists(folder_.path() / "meanwhile.png"));
  for (const char* name : {"p1.png.maps", "p2.png.maps"}) {
    EXPECT_TRUE(fs::exists(out / name / "figure.png")) << name;
  }
}

std::set<std::string> namesIn(const fs::path& folder, const std::string& ending) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ending) names.insert(entry.path().filename().string());
  }
  return names;
}

TEST_F(ExportTest, TheCopiedCommandWritesTheMapsOfThePanesAndNoOthers) {
  openAnalysed();
  Parameters parameters;
  parameters.set("discard", 0.123456789);
  PaneLayout layout{{{std::string(kPhotoMethod), {}},
                     {"rollout", "input"},
                     {"rollout", "input", parameters},
                     {"importance", "leaky_att_network.1"},
                     {"importance", "leaky_att_network.3"},
                     {"importance", "leaky_att_network.3"},
                     {"attention_received", "leaky_att_network.1"}},
                    3};
  session().setLayout(layout);
  session().setTarget(4);
  waitUntilIdle();
  ASSERT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  exporter().exportMaps(folder_.path() / "maps");
  waitUntilIdle();
  const QString command = runCopiedCommand();

  const auto ours = folder_.path() / "maps";
  const auto theirs = folder_.path() / "filterlens-out" / "photo" / "maps";
  const auto names = namesIn(ours, ".npy");
  EXPECT_EQ(names.size(), 5U);
  EXPECT_TRUE(names.contains("input.rollout-2.npy"));
  EXPECT_EQ(namesIn(theirs, ".npy"), names);
  for (const auto& name : names) {
    EXPECT_EQ(test::contentOf(theirs / name), test::contentOf(ours / name)) << name;
  }
  // The overlays have the range that the panes share, and not one of their own.
  const auto json = jsonAt(folder_.path() / "filterlens-out" / "photo" / "analysis.json");
  EXPECT_EQ(json[QLatin1String("maps")].toArray().size(), 5);
  EXPECT_TRUE(command.contains(QStringLiteral("range="))) << command.toStdString();
}

// Each pane has a display of its own; two show the same map.
TEST_F(ExportTest, TheCopiedCommandDrawsEachMapAsItsPaneDoes) {
  openAnalysed();
  const std::string layer = "leaky_att_network.1";
  DisplayChoices rich;
  rich.colormap = "magma";
  rich.opacity = 0.9;
  rich.threshold = 0.3;
  rich.contours = 4;
  rich.interpolation = Interpolation::Cells;
  DisplayChoices percentile;
  percentile.range = RangeChoice::Percentile;
  percentile.percentile = 5;
  percentile.colormap = "turbo";
  DisplayChoices dots;
  dots.tokens = TokenMarks::Dots;
  DisplayChoices byHand;
  byHand.fixedRanges["importance"] = {0.25F, 0.75F};
  const std::vector<std::pair<PaneSpec, std::string>> panes{
      {{"importance", layer, {}, rich}, layer + ".importance"},
      {{"importance", layer}, layer + ".importance-2"},
      {{"selection", layer, {}, dots}, layer + ".selection"},
      {{"selection", layer}, layer + ".selection-2"},
      {{"gradcam", layer, {}, percentile}, layer + ".gradcam"},
      {{"importance", "leaky_att_network.3", {}, byHand}, "leaky_att_network.3.importance"},
      {{"rollout", "input"}, "input.rollout"}};
  PaneLayout layout{{}, 3};
  for (const auto& [pane, name] : panes) layout.panes.push_back(pane);
  session().setLayout(layout);
  waitUntilIdle();
  const QString command = runCopiedCommand();
  const auto theirs = folder_.path() / "filterlens-out" / "photo" / "overlays";
  std::vector<QImage> pictures;
  for (std::size_t i = 0; i < panes.size(); ++i) {
    const std::string& name = panes[i].second;
    pictures.push_back(exportedPane(i, name + ".png"));
    const QImage picture =
        QImage(fromPath(theirs / (name + ".png"))).convertToFormat(QImage::Format_RGB32);
    EXPECT_EQ(picture, pictures.back()) << name << ": " << command.toStdString();
  }
  EXPECT_NE(pictures[0], pictures[1]);
  EXPECT_NE(pictures[2], pictures[3]);
  EXPECT_EQ(namesIn(theirs, ".png").size(), panes.size());
}

TEST_F(ExportTest, ADisplayThatAllPanesShareIsSaidOnce) {
  openAnalysed();
  DisplayChoices display;
  display.colormap = "cividis";
  display.opacity = 0.4;
  session().setDisplay(display);
  const std::string command = explainCommand(shownIn(session()));
  EXPECT_NE(command.find("--colormap cividis --opacity 0.4"), std::string::npos) << command;
  EXPECT_EQ(command.find(":opacity="), std::string::npos) << command;
  EXPECT_EQ(command.find(":colormap="), std::string::npos) << command;
}

TEST_F(ExportTest, AFigureSaysHowItsColoursAreToBeRead) {
  openAnalysed();
  DisplayChoices percentile;
  percentile.range = RangeChoice::Percentile;
  percentile.threshold = 0.3;
  DisplayChoices byHand;
  byHand.fixedRanges["importance"] = {0.25F, 0.75F};
  DisplayChoices own;
  own.range = RangeChoice::Map;
  session().setLayout({{{"importance", "leaky_att_network.1", {}, percentile},
                        {"importance", "leaky_att_network.2", {}, byHand},
                        {"importance", "leaky_att_network.3", {}, own},
                        {"gradcam", "leaky_att_network.1"},
                        {"gradcam", "leaky_att_network.3"},
                        {"selection", "leaky_att_network.1", {}, percentile}},
                       6});
  waitUntilIdle();
  const Figure figure = shownFigure(shownIn(session()), 72);
  QStringList captions;
  for (const FigurePanel& panel : figure.rows.front().panels) {
    captions << panel.caption.section(QLatin1Char('\n'), 0, 0);
  }
  EXPECT_EQ(captions, QStringList({QStringLiteral("percentile 1–99 · lowest 30 % not painted"),
                                   QStringLiteral("manual range"), QStringLiteral("own range"),
                                   QStringLiteral("range of Grad-CAM in 2 panes"),
                                   QStringLiteral("range of Grad-CAM in 2 panes"),
                                   QStringLiteral("rank, 0 is the strongest")}))
      << captions.join(QLatin1Char('\n')).toStdString();
}

// What is locked on one photo is locked on all.
TEST_F(ExportTest, AFixedRangeIsThatOfEveryPhotoOfAFolder) {
  openAnalysed();
  DisplayChoices display;
  display.fixedRanges["importance"] = {0.25F, 0.75F};
  session().setDisplay(display);
  const auto photo = openPhoto(photoFile("other.png", 60, 80), {});
  ASSERT_TRUE(photo);
  const auto analysis = analyse(*session().model(), **photo, {}, {});
  ASSERT_TRUE(analysis);
  const auto shown = shownFor(shownIn(session()), *photo, *analysis, {});
  ASSERT_TRUE(shown);
  int masks = 0;
  for (const ShownPane& pane : shown->panes) {
    if (!pane.map || pane.map->method != "importance") continue;
    ++masks;
    EXPECT_EQ(pane.style.origin, RangeOrigin::Fixed);
    EXPECT_EQ(pane.style.overlay.range->low, 0.25F);
    EXPECT_EQ(pane.style.overlay.range->high, 0.75F);
  }
  EXPECT_EQ(masks, 3);
}

}  // namespace
}  // namespace filterlens
