// Small parts of the window: colour bar, texts, actions, message bar, list of photos.
#include <gtest/gtest.h>

#include <QApplication>
#include <QTest>
#include <limits>
#include <set>

#include "tests/support/temporary_folder.h"
#include "ui/actions.h"
#include "ui/color_bar.h"
#include "ui/message_bar.h"
#include "ui/photo_list.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

TEST(Text, NumbersHaveThreeDigits) {
  QLocale::setDefault(QLocale::c());
  EXPECT_EQ(numberText(0), QStringLiteral("0"));
  EXPECT_EQ(numberText(0.7314), QStringLiteral("0.731"));
  EXPECT_EQ(numberText(0.04567), QStringLiteral("0.0457"));
  EXPECT_EQ(numberText(12.34), QStringLiteral("12.3"));
  EXPECT_EQ(numberText(-1234.2), QStringLiteral("-1234"));
  EXPECT_EQ(numberText(3.14e-6), QStringLiteral("3.1e-06"));
  EXPECT_EQ(numberText(std::numeric_limits<double>::quiet_NaN()), QStringLiteral("–"));
}

TEST(Text, PercentNeverClaimsCertainty) {
  QLocale::setDefault(QLocale::c());
  EXPECT_EQ(percentText(0.934), QStringLiteral("93 %"));
  EXPECT_EQ(percentText(0.0523), QStringLiteral("5.2 %"));
  EXPECT_EQ(percentText(0.00001), QStringLiteral("< 0.1 %"));
  EXPECT_EQ(percentText(0.99999), QStringLiteral("> 99.9 %"));
  EXPECT_EQ(percentText(0.997), QStringLiteral("99.7 %"));
}

TEST(Text, RanksAreWords) {
  EXPECT_EQ(valueText(14, HeatmapScale::Ranks, 256), QStringLiteral("rank 14 of 256"));
  EXPECT_EQ(valueText(std::numeric_limits<double>::quiet_NaN(), HeatmapScale::Ranks, 256),
            QStringLiteral("not selected"));
}

TEST(Text, PathsKeepEveryByte) {
  const std::filesystem::path odd("/photos/пример ü.png");
  EXPECT_EQ(toPath(fromPath(odd)), odd);
}

TEST(ColorBar, ShowsTheTableFromEndToEnd) {
  ColorBar bar;
  bar.resize(256, bar.sizeHint().height());
  MapStyle style;
  style.overlay.colormap = &defaultColormap(HeatmapScale::Sequential);
  style.overlay.range = ValueRange{0.25F, 1};
  bar.setScale(style, HeatmapScale::Sequential, {});
  const QImage image = bar.grab().toImage();
  const auto expectColour = [&](int x, double fraction) {
    const Rgb colour = style.overlay.colormap->at(fraction);
    const QColor shown = image.pixelColor(x, bar.barRect().center().y());
    EXPECT_NEAR(shown.red(), colour[0], 3);
    EXPECT_NEAR(shown.green(), colour[1], 3);
    EXPECT_NEAR(shown.blue(), colour[2], 3);
  };
  expectColour(0, 0);
  expectColour(128, 128 / 255.0);
  expectColour(255, 1);
  EXPECT_TRUE(bar.accessibleName().contains(numberText(0.25)));
  EXPECT_TRUE(bar.accessibleName().contains(numberText(1)));
}

TEST(Theme, NoTextIsUnderNinePoints) {
  const QFont before = QApplication::font();
  QFont small = before;
  small.setPointSizeF(6);
  QApplication::setFont(small);
  EXPECT_GE(theme::captionFont().pointSizeF(), 9);
  EXPECT_GE(theme::headingFont().pointSizeF(), 9);
  QApplication::setFont(before);
}

TEST(Actions, HaveWordsHelpAndKeysOfTheirOwn) {
  QWidget window;
  const Actions actions(&window);
  std::set<QString> taken;
  for (const ActionSpec& spec : actionSpecs()) {
    EXPECT_FALSE(actions.plainText(spec.id).isEmpty());
    EXPECT_TRUE(actions[spec.id]->whatsThis().endsWith(QLatin1Char('.'))) << spec.help;
    for (const QKeySequence& keys : actions[spec.id]->shortcuts()) {
      EXPECT_FALSE(keys.isEmpty()) << spec.shortcuts;
      EXPECT_TRUE(taken.insert(keys.toString()).second) << keys.toString().toStdString();
    }
  }
}

TEST(Actions, AnEmptyWindowOffersOnlyWhatWorks) {
  QWidget window;
  Actions actions(&window);
  const Session empty;
  actions.update({empty});
  EXPECT_TRUE(actions[ActionId::OpenModel]->isEnabled());
  for (const ActionId id : {ActionId::NextPhoto, ActionId::PreviousPhoto, ActionId::Fit,
                            ActionId::Cancel, ActionId::AnalyseAgain, ActionId::NextLayer}) {
    EXPECT_FALSE(actions[id]->isEnabled()) << actions.plainText(id).toStdString();
  }
}

TEST(MessageBar, ProblemsStayUntilClosed) {
  MessageBar bar;
  bar.show();
  EXPECT_FALSE(bar.closeButton()->isVisible());
  bar.showProblem(QStringLiteral("a.png is not a picture."));
  bar.showResult(QStringLiteral("Analysed in 84 ms"));
  bar.showProblem(QStringLiteral("b.png is empty."));
  EXPECT_TRUE(bar.closeButton()->isVisible());
  EXPECT_EQ(bar.problems().size(), 2);
  QTest::mouseClick(bar.closeButton(), Qt::LeftButton);
  EXPECT_FALSE(bar.closeButton()->isVisible());
  EXPECT_TRUE(bar.problems().isEmpty());
  EXPECT_EQ(bar.result(), QStringLiteral("Analysed in 84 ms"));
}

TEST(PhotoList, OneFileBringsItsNeighboursInPeoplesOrder) {
  const test::TemporaryFolder folder;
  for (const char* name : {"p10.jpg", "p9.PNG", "p1.jpg"})
    ASSERT_FALSE(folder.write(name, "").empty());
  ASSERT_FALSE(folder.write("notes.txt", "").empty());
  PhotoList list = PhotoList::from({folder.path() / "p9.PNG"});
  ASSERT_EQ(list.size(), 3);
  EXPECT_EQ(list.index(), 1);
  EXPECT_EQ(list.current().filename(), "p9.PNG");
  list.step(1);
  EXPECT_EQ(list.current().filename(), "p10.jpg");
  EXPECT_FALSE(list.canStep(1));
  list.step(1);
  EXPECT_EQ(list.index(), 2);
}

TEST(PhotoList, SeveralFilesAndFoldersAreTakenAsGiven) {
  const test::TemporaryFolder folder;
  const auto b = folder.write("b.jpg", "");
  const auto a = folder.write("a.jpg", "");
  EXPECT_EQ(PhotoList::from({b, a}).paths(), (std::vector{b, a}));
  EXPECT_EQ(PhotoList::from({folder.path()}).paths(), (std::vector{a, b}));
  EXPECT_TRUE(PhotoList::from({}).empty());
  const test::TemporaryFolder empty;
  EXPECT_TRUE(PhotoList::from({empty.path()}).empty());
}

TEST(PhotoList, SkipsInTheDirectionOfTheLastStep) {
  PhotoList list = PhotoList::from({"/p/1.jpg", "/p/2.jpg", "/p/3.jpg", "/p/4.jpg"});
  list.step(1);
  list.step(1);
  list.step(-1);  // on 2, coming from 3
  EXPECT_TRUE(list.skipCurrent());
  EXPECT_EQ(list.current(), "/p/1.jpg");
  list.step(1);
  EXPECT_TRUE(list.skipCurrent());
  EXPECT_EQ(list.current(), "/p/4.jpg");
  EXPECT_TRUE(list.skipCurrent());
  EXPECT_EQ(list.current(), "/p/1.jpg");
  EXPECT_FALSE(list.skipCurrent());
}

TEST(PhotoList, TellsCheckpointsFromPhotos) {
  EXPECT_TRUE(looksLikeCheckpoint("a/B.PTH"));
  EXPECT_TRUE(looksLikeCheckpoint("model.safetensors"));
  EXPECT_FALSE(looksLikeCheckpoint("a.jpeg"));
  EXPECT_TRUE(looksLikePhoto("a.JPEG"));
  EXPECT_FALSE(looksLikePhoto("a.pth"));
}

}  // namespace
}  // namespace filterlens
