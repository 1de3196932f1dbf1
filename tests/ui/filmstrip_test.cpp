// The filmstrip: thumbnails of what is seen, made meanwhile, and the way to another photo.
#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QScrollBar>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;
constexpr int kPatience = 30'000;

class FilmstripTest : public test::WindowTest {
 protected:
  QListView* list() { return window().filmstrip()->list(); }
  FilmstripModel* photos() { return window().filmstrip()->photos(); }
  QImage thumbnail(int row) {
    return photos()->index(row).data(Qt::DecorationRole).value<QImage>();
  }
  void openThree() {
    (void)photoFile("p1.png", 80, 60);
    (void)photoFile("p2.jpg", 900, 300);
    (void)photoFile("p3.png", 60, 80);
    openWindow({{folder_.path()}, test::modelFile("xs")});
    waitUntilIdle();
  }
  void click(int row) {
    const QRect place = list()->visualRect(photos()->index(row));
    QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, place.center());
  }
};

TEST_F(FilmstripTest, OnePhotoNeedsNone) {
  openAnalysed();
  EXPECT_FALSE(window().filmstrip()->isVisible());
  EXPECT_FALSE(window().actions()[ActionId::FilmstripPanel]->isEnabled());
}

TEST_F(FilmstripTest, ShowsThumbnailsOfTheFolderAndFoldsWithAKey) {
  openThree();
  ASSERT_TRUE(window().filmstrip()->isVisible());
  EXPECT_EQ(photos()->rowCount(), 3);
  ASSERT_TRUE(QTest::qWaitFor([&] { return photos()->made() == 3; }, kPatience));
  EXPECT_EQ(thumbnail(0).size(), QSize(80, 60)) << "small photos are not blown up";
  EXPECT_EQ(thumbnail(1).size(), QSize(96, 32));
  // The photo's own colours: more red to the right, more green to the bottom.
  EXPECT_GT(qRed(thumbnail(1).pixel(90, 5)), qRed(thumbnail(1).pixel(5, 5)) + 150);
  EXPECT_GT(qGreen(thumbnail(1).pixel(5, 29)), qGreen(thumbnail(1).pixel(5, 2)) + 150);
  QTest::keyClick(&window(), Qt::Key_P);
  EXPECT_FALSE(window().filmstrip()->isVisible());
  EXPECT_TRUE(window().networkPanel()->isVisible());
  QTest::keyClick(&window(), Qt::Key_N);
  QTest::keyClick(&window(), Qt::Key_P);
  EXPECT_TRUE(window().filmstrip()->isVisible());
  EXPECT_FALSE(window().networkPanel()->isVisible());
}

TEST_F(FilmstripTest, AClickLeadsToThePhotoAndKeepsModelAndPanes) {
  openThree();
  session().setPane(0, {"gradcam", {}});
  waitUntilIdle();
  const Choices choices = session().choices();
  const auto model = session().model();
  QCoreApplication::processEvents();
  click(2);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->path.filename(), "p3.png");
  EXPECT_EQ(window().photoBar()->photoText(), QStringLiteral("p3.png (3/3)"));
  EXPECT_EQ(session().choices(), choices);
  EXPECT_EQ(session().model(), model);
  EXPECT_TRUE(session().analysis());
  QTest::keyClick(&window(), Qt::Key_PageUp);
  waitUntilIdle();
  EXPECT_EQ(list()->currentIndex().row(), 1) << "it follows the other ways to a photo";
}

TEST_F(FilmstripTest, ArrowKeysGoFromPhotoToPhoto) {
  openThree();
  list()->setFocus();
  QTest::keyClick(list(), Qt::Key_Right);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->path.filename(), "p2.jpg");
  QTest::keyClick(list(), Qt::Key_End);
  waitUntilIdle();
  EXPECT_EQ(session().photo()->path.filename(), "p3.png");
}

TEST_F(FilmstripTest, AFileThatCannotBeReadIsMarked) {
  (void)photoFile("p1.png", 80, 60);
  const auto broken = folder_.write("p2.png", "no picture");
  openWindow({{folder_.path()}, {}});
  waitUntilIdle();
  const QModelIndex index = photos()->index(1);
  ASSERT_TRUE(
      QTest::qWaitFor([&] { return index.data(FilmstripModel::FailedRole).toBool(); }, kPatience));
  EXPECT_TRUE(index.data(Qt::ToolTipRole).toString().contains(fromPath(broken)));
}

TEST_F(FilmstripTest, OfThousandsOnlyThoseAreMadeThatAreSeen) {
  constexpr int kMany = 3000;
  const auto one = photoFile("original.jpg", 64, 48);
  const auto many = folder_.path() / "many";
  const auto few = folder_.path() / "few";
  fs::create_directories(many);
  fs::create_directories(few);
  for (int i = 0; i < kMany; ++i) {
    fs::create_hard_link(one, many / ("p" + std::to_string(i) + ".jpg"));
  }
  for (int i = 0; i < 2; ++i) fs::create_hard_link(one, few / ("f" + std::to_string(i) + ".jpg"));
  openWindow({{many}, {}});
  waitUntilIdle();
  EXPECT_EQ(photos()->rowCount(), kMany);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !thumbnail(5).isNull(); }, kPatience));
  QTest::qWait(500);
  const QSize seen = list()->viewport()->size();
  const int places = (seen.width() / 56 + 1) * (seen.height() / 56 + 2);
  EXPECT_LE(photos()->made(), places);

  list()->verticalScrollBar()->setValue(list()->verticalScrollBar()->maximum());
  ASSERT_TRUE(QTest::qWaitFor([&] { return !thumbnail(kMany - 1).isNull(); }, kPatience));
  EXPECT_LE(photos()->made(), 2 * places);
  EXPECT_TRUE(thumbnail(kMany / 2).isNull());

  list()->verticalScrollBar()->setValue(list()->verticalScrollBar()->maximum() / 2);
  window().open({few});
  waitUntilIdle();
  ASSERT_TRUE(QTest::qWaitFor([&] { return photos()->made() == 2; }, kPatience));
  QTest::qWait(300);
  EXPECT_EQ(photos()->made(), 2) << "nothing more is made of the folder before";
}

TEST_F(FilmstripTest, TheModelKeepsItsContract) {
  openWindow();
  const QAbstractItemModelTester tester(photos(),
                                        QAbstractItemModelTester::FailureReportingMode::Warning);
  (void)photoFile("p1.png", 80, 60);
  (void)photoFile("p2.png", 60, 80);
  window().open({folder_.path()});
  waitUntilIdle();
  EXPECT_TRUE(QTest::qWaitFor([&] { return photos()->made() == 2; }, kPatience));
  QTest::keyClick(&window(), Qt::Key_PageDown);
  waitUntilIdle();
}

}  // namespace
}  // namespace filterlens
