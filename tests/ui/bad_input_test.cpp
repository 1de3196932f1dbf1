// Odd and broken files: one clear sentence each, and the window goes on.
#include <gtest/gtest.h>

#include <QImageReader>
#include <QTest>
#include <string>

#include "tests/ui/window_fixture.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::contentOf;
using test::modelFile;
using test::WindowTest;

TEST_F(WindowTest, ABadPhotoIsSkippedWithASentence) {
  const auto good = photoFile("good.png", 50, 40);
  const auto text = folder_.write("text.png", "this is no picture");
  const auto empty = folder_.write("empty.jpg", "");
  const auto cut = folder_.write("cut.png", contentOf(good).substr(0, 200));
  openWindow({{text, empty, cut, folder_.path() / "absent.png", good}, modelFile("xs")});
  waitUntilIdle();
  ASSERT_EQ(problems().size(), 4);
  const char* names[] = {"text.png", "empty.jpg", "cut.png", "absent.png"};
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(problems()[i].contains(QLatin1String(names[i]))) << problems()[i].toStdString();
    EXPECT_TRUE(problems()[i].endsWith(QLatin1Char('.'))) << problems()[i].toStdString();
  }
  ASSERT_TRUE(session().photo());
  EXPECT_EQ(session().photo()->path, good);
  EXPECT_EQ(session().photos().size(), 1);
  EXPECT_TRUE(session().analysis());
}

TEST_F(WindowTest, ABadPhotoLeavesTheOneThatIsOpen) {
  openAnalysed("xs");
  const auto analysis = session().analysis();
  const test::TemporaryFolder elsewhere;
  window().open({elsewhere.write("text.png", "no picture")});
  waitUntilIdle();
  EXPECT_EQ(problems().size(), 1);
  EXPECT_EQ(session().analysis(), analysis);
  EXPECT_EQ(session().photos().current(), session().photo()->path);
}

TEST_F(WindowTest, NoPhotoAtAllLeavesTheStartPage) {
  openWindow({{folder_.write("text.png", "no picture")}, {}});
  waitUntilIdle();
  EXPECT_EQ(problems().size(), 1);
  EXPECT_TRUE(window().startPage()->isVisible());
}

TEST_F(WindowTest, AFolderWithoutPhotosIsSaid) {
  openWindow();
  window().open({folder_.path()});
  ASSERT_EQ(problems().size(), 1);
  EXPECT_TRUE(problems()[0].contains(fromPath(folder_.path())));
}

TEST_F(WindowTest, ABadCheckpointLeavesTheModelThatIsOpen) {
  openAnalysed("xs");
  const auto model = session().model();
  const auto analysis = session().analysis();
  const std::string whole = contentOf(modelFile("xs"));
  for (const auto& path : {folder_.write("text.pth", "no checkpoint"),
                           folder_.write("cut.safetensors", whole.substr(0, whole.size() / 2)),
                           folder_.path() / "absent.pth"}) {
    window().open({path});
    waitUntilIdle();
    ASSERT_FALSE(problems().isEmpty());
    EXPECT_TRUE(problems().last().contains(fileName(path))) << problems().last().toStdString();
    window().messageBar()->closeProblems();
  }
  EXPECT_EQ(session().model(), model);
  EXPECT_EQ(session().analysis(), analysis);
}

TEST_F(WindowTest, OnePixelPhoto) {
  openWindow({{photoFile("one.png", 1, 1)}, modelFile("xs")});
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty());
  ASSERT_TRUE(session().analysis());
  for (int i = 0; i < 8; ++i) QTest::keyClick(&window(), Qt::Key_Plus);
  EXPECT_FALSE(window().grab().isNull());
  exportAs("one");
  EXPECT_EQ(QImage(fromPath(folder_.path() / "one-pane.png")).size(), QSize(1, 1));
}

TEST_F(WindowTest, VeryNarrowPhotoIsShownOrSaid) {
  openWindow({{photoFile("narrow.png", 2000, 1)}, modelFile("xs")});
  waitUntilIdle();
  ASSERT_TRUE(session().photo());
  EXPECT_TRUE(session().analysis() || problems().size() == 1);
  EXPECT_FALSE(window().grab().isNull());
}

TEST_F(WindowTest, FortyMegapixelPhoto) {
  openWindow({{photoFile("large.jpg", 7744, 5168)}, modelFile("xs")});
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty());
  ASSERT_TRUE(session().analysis());
  const PhotoPyramid& pyramid = session().photo()->pyramid;
  EXPECT_EQ(pyramid.size(), QSize(7744, 5168));
  EXPECT_LE(pyramid.levels().back().width(), 512);
  // The centre crop lies in the middle at every zoom.
  QTest::keyClick(&window(), Qt::Key_1);
  EXPECT_NEAR(window().grid()->panes().front()->view()->transform()->scale(), 1, 1e-9);
  EXPECT_FALSE(window().grab().isNull());
  exportAs("large");
  QImageReader pane(fromPath(folder_.path() / "large-pane.png"));
  EXPECT_EQ(pane.size(), QSize(7744, 5168));
}

}  // namespace
}  // namespace filterlens
