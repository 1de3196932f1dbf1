// Working with the window for a day: sessions, what a crash leaves, clipboard, export, palette.
#include <gtest/gtest.h>

#include <QClipboard>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QTest>

#include "core/export/analysis_record.h"
#include "tests/ui/window_fixture.h"
#include "ui/clipboard.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::modelFile;

QByteArray contentOf(const std::filesystem::path& path) {
  QFile file(fromPath(path));
  EXPECT_TRUE(file.open(QIODevice::ReadOnly)) << path;
  return file.readAll();
}

class WorkingTest : public test::WindowTest {
 protected:
  void trigger(ActionId id) {
    ASSERT_TRUE(window().actions()[id]->isEnabled());
    window().actions()[id]->trigger();
  }
  void dimMaps() {
    DisplayChoices display = session().choices().display;
    display.opacity = 0.25;
    session().setDisplay(display);
  }
};

TEST_F(WorkingTest, CtrlZTakesBackAPane) {
  openAnalysed();
  EXPECT_FALSE(window().actions()[ActionId::Undo]->isEnabled()) << "nothing was chosen yet";
  const Choices before = session().choices();
  session().setPane(0, {"gradcam", {}});
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().choices(), before);
  trigger(ActionId::Redo);
  EXPECT_EQ(session().choices().layout.panes[0].method, "gradcam");
}

TEST_F(WorkingTest, ASessionComesBackAsItWas) {
  openAnalysed();
  dimMaps();
  session().setTarget(4);
  session().setPane(0, {"gradcam", {}});
  waitUntilIdle();
  window().link().setView({0.25, 0.75}, 3);
  const Choices choices = session().choices();
  const auto file = folder_.path() / "kept.flens";
  window().workbench().keeper().save(file);
  EXPECT_TRUE(problems().isEmpty());

  openWindow({{file}, {}});
  waitUntilIdle();
  QCoreApplication::processEvents();
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  EXPECT_EQ(session().choices(), choices);
  EXPECT_EQ(window().link().state().centre, QPointF(0.25, 0.75));
  EXPECT_EQ(window().link().state().zoom, 3);
  EXPECT_EQ(session().photo()->path.filename(), "photo.png");
  EXPECT_EQ(session().analysis()->trace.targetClass, 4);
}

TEST_F(WorkingTest, AFileThatIsNoSessionIsAProblemInWords) {
  openWindow();
  const auto file = folder_.path() / "broken.flens";
  QFile broken(fromPath(file));
  ASSERT_TRUE(broken.open(QIODevice::WriteOnly));
  broken.write("{ nothing");
  broken.close();
  window().open({file});
  ASSERT_EQ(problems().size(), 1);
  EXPECT_TRUE(problems().front().contains(QStringLiteral("broken.flens")));
  EXPECT_TRUE(window().workbench().log()->text().contains(QStringLiteral("broken.flens")));
}

TEST_F(WorkingTest, WhatACrashLeftIsOfferedAndOpened) {
  openAnalysed();
  const auto left = autosaveFolder() / "autosave-0-0.flens";
  ASSERT_TRUE(writeSession(left, savedFrom(session(), window().link().state())).ok());
  openWindow();
  waitUntilIdle();
  OfferLine* offer = window().messageBar()->offer(QStringLiteral("restore"));
  ASSERT_TRUE(offer);
  QTest::mouseClick(offer->acceptButton(), Qt::LeftButton);
  waitUntilIdle();
  ASSERT_TRUE(session().photo());
  EXPECT_EQ(session().photo()->path.filename(), "photo.png");
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(WorkingTest, AnAutosavedSessionGoesWithItsWindow) {
  openAnalysed();
  window().workbench().autosave().flush();
  const auto file = window().workbench().autosave().file();
  EXPECT_TRUE(std::filesystem::exists(file));
  openWindow();
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(WorkingTest, OpenedFilesAreInTheRecentLists) {
  openAnalysed();
  EXPECT_EQ(RecentFiles(RecentFiles::Kind::Photos).paths().front().filename(), "photo.png");
  EXPECT_EQ(RecentFiles(RecentFiles::Kind::Models).paths().front().filename(), "xs.safetensors");
}

TEST_F(WorkingTest, TheRecentMenusOpenAgainWhatWasOpen) {
  openAnalysed();
  openWindow();
  for (const ActionId id : {ActionId::RecentPhotos, ActionId::RecentModels}) {
    QMenu* menu = window().actions()[id]->menu();
    ASSERT_NE(menu, nullptr);
    menu->popup({10, 10});
    ASSERT_TRUE(menu->isVisible());
    ASSERT_FALSE(menu->actions().isEmpty());
    QTest::keyClick(menu, Qt::Key_Down);
    QTest::keyClick(menu, Qt::Key_Return);
    waitUntilIdle();
  }
  ASSERT_TRUE(session().photo());
  EXPECT_EQ(session().photo()->path.filename(), "photo.png");
  EXPECT_EQ(session().modelInfo()->path.filename(), "xs.safetensors");
  EXPECT_TRUE(session().analysis());
}

TEST_F(WorkingTest, NothingThatIsOpenedStopsTheUser) {
  openAnalysed();
  for (const ActionId id :
       {ActionId::CommandPalette, ActionId::MessageLog, ActionId::Shortcuts, ActionId::About}) {
    trigger(id);
    EXPECT_EQ(QApplication::activeModalWidget(), nullptr);
    window().activateWindow();
  }
}

TEST_F(WorkingTest, ACheckpointThatChangesIsOfferedAgain) {
  const auto model = folder_.path() / "changing.safetensors";
  std::filesystem::copy_file(modelFile("xs"), model);
  openWindow({{photoFile("photo.png", 60, 40)}, model});
  waitUntilIdle();
  const auto newer = folder_.path() / "newer.safetensors";
  std::filesystem::copy_file(modelFile("xs"), newer);
  std::filesystem::rename(newer, model);
  const auto offered = [this] { return window().messageBar()->offer(QStringLiteral("reload")); };
  ASSERT_TRUE(QTest::qWaitFor([&] { return offered() != nullptr; }, 20'000));
  const auto before = session().model();
  QTest::mouseClick(offered()->acceptButton(), Qt::LeftButton);
  waitUntilIdle();
  EXPECT_NE(session().model(), before);
  EXPECT_TRUE(session().analysis());
}

TEST_F(WorkingTest, PastedFilesAndPicturesAreOpened) {
  openWindow();
  QApplication::clipboard()->setText(fromPath(photoFile("named.png", 60, 40)));
  trigger(ActionId::Paste);
  waitUntilIdle();
  ASSERT_TRUE(session().photo());
  EXPECT_EQ(session().photo()->path.filename(), "named.png");
  QApplication::clipboard()->setImage(test::patternedPicture(50, 30));
  QTest::keyClick(&window(), Qt::Key_V, Qt::ControlModifier);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->pyramid.size(), QSize(50, 30));
}

TEST_F(WorkingTest, PastingNothingSaysSo) {
  openWindow();
  QApplication::clipboard()->clear();
  trigger(ActionId::Paste);
  EXPECT_EQ(window().messageBar()->result(),
            QStringLiteral("The clipboard holds no picture and no files."));
}

TEST_F(WorkingTest, CopiesPictureValuesAndCommand) {
  openAnalysed();
  trigger(ActionId::CopyPane);
  waitUntilIdle();
  EXPECT_EQ(QApplication::clipboard()->image().size(), QSize(300, 200)) << "the photo's own size";
  trigger(ActionId::CopyGrid);
  waitUntilIdle();
  EXPECT_GT(QApplication::clipboard()->image().width(), 600);
  trigger(ActionId::CopyValues);
  const auto lines = QApplication::clipboard()->text().split(QLatin1Char('\n'));
  EXPECT_EQ(lines.size(), test::kClasses + 2) << "a heading, the classes, and the last line's end";
  EXPECT_EQ(lines.front().count(QLatin1Char('\t')), 3);
  const Heatmap& map = *paneOf("gradcam")->map();
  EXPECT_EQ(delimited(map, QLatin1Char('\t')).count(QLatin1Char('\t')),
            map.values.rows * (map.values.cols - 1));
  trigger(ActionId::CopyCommand);
  const QString command = QApplication::clipboard()->text();
  EXPECT_TRUE(command.startsWith(QStringLiteral("filterlens explain "))) << command.toStdString();
  EXPECT_TRUE(command.contains(QStringLiteral("--show gradcam:"))) << command.toStdString();
}

TEST_F(WorkingTest, ExportsFigurePaneAndNumbers) {
  openAnalysed();
  Exporter& exporter = window().workbench().exporter();
  const auto out = folder_.path() / "out";
  for (const char* name : {"figure.png", "figure.pdf"}) {
    exporter.exportFigure(out / name, 72);
    waitUntilIdle();
  }
  exporter.exportPane(1, out / "pane.png");
  waitUntilIdle();
  exporter.exportMaps(out / "maps");
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  EXPECT_TRUE(contentOf(out / "figure.pdf").startsWith("%PDF"));
  EXPECT_GT(QImage(fromPath(out / "figure.png")).width(), 400);
  EXPECT_EQ(QImage(fromPath(out / "pane.png")).size(), QSize(300, 200));
  const auto json = QJsonDocument::fromJson(contentOf(out / "figure.json")).object();
  EXPECT_TRUE(json[QLatin1String("command")].toString().contains(QLatin1String("explain")));
  const std::string stem = mapName(*paneOf("gradcam")->map());
  for (const char* ending : {".npy", ".tiff", ".csv"}) {
    EXPECT_TRUE(std::filesystem::exists(out / "maps" / (stem + ending))) << ending;
  }
}

TEST_F(WorkingTest, ExportsEveryPhotoAndStopsWhenAsked) {
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  openWindow({{folder_.path()}, modelFile("xs")});
  waitUntilIdle();
  Exporter& exporter = window().workbench().exporter();
  const auto out = folder_.path() / "out";
  exporter.exportAll(out);
  waitUntilIdle();
  EXPECT_TRUE(std::filesystem::exists(out / "p1.png.maps" / "figure.png"));
  EXPECT_TRUE(std::filesystem::exists(out / "p2.png.maps" / "analysis.json"));
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("2")));
  exporter.exportAll(folder_.path() / "never");
  trigger(ActionId::Cancel);
  waitUntilIdle();
  EXPECT_FALSE(exporter.exportingAll());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "never" / "p2.png.maps"));
}

TEST_F(WorkingTest, ThePaletteFindsAndRunsCommands) {
  openAnalysed();
  trigger(ActionId::CommandPalette);
  CommandPalette* palette = window().workbench().palette();
  ASSERT_TRUE(palette->isVisible());
  QTest::keyClicks(palette->line(), QStringLiteral("inspector"));
  EXPECT_EQ(palette->line()->text(), QStringLiteral("inspector"));
  ASSERT_EQ(palette->list()->model()->rowCount(), 1);
  QTest::keyClick(palette->line(), Qt::Key_Return);
  EXPECT_FALSE(palette->isVisible());
  EXPECT_FALSE(window().actions()[ActionId::InspectorPanel]->isChecked());
  trigger(ActionId::CommandPalette);
  QTest::keyClick(palette->line(), Qt::Key_Escape);
  EXPECT_FALSE(palette->isVisible());
}

}  // namespace
}  // namespace filterlens
