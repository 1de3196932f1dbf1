// The shared view: link, transform, pyramid.
#include <gtest/gtest.h>

#include <QSignalSpy>

#include "tests/ui/synthetic.h"
#include "ui/view_link.h"
#include "ui/view_transform.h"

namespace filterlens {
namespace {

void expectNear(QPointF a, QPointF b) {
  EXPECT_NEAR(a.x(), b.x(), 1e-9);
  EXPECT_NEAR(a.y(), b.y(), 1e-9);
}

TEST(ViewTransform, FitsTheWholePhotoInTheMiddle) {
  const ViewTransform wide(QSize(400, 200), QSizeF(100, 100), {});
  EXPECT_DOUBLE_EQ(wide.scale(), 0.25);
  expectNear(wide.toCanvas(QPointF(0, 0)), {0, 25});
  expectNear(wide.toCanvas(QPointF(400, 200)), {100, 75});
  const ViewTransform tall(QSize(10, 40), QSizeF(100, 80), {});
  EXPECT_DOUBLE_EQ(tall.scale(), 2);
  expectNear(tall.toCanvas(QPointF(0, 0)), {40, 0});
}

TEST(ViewTransform, GoesBackAndForth) {
  const ViewTransform view(QSize(640, 427), QSizeF(211, 173), {{0.3, 0.8}, 3.7, {}});
  for (const QPointF at : {QPointF(0, 0), QPointF(17.5, 400.25), QPointF(640, 427)}) {
    expectNear(view.toPhoto(view.toCanvas(at)), at);
    expectNear(view.fromFraction(view.toFraction(at)), at);
  }
}

TEST(ViewTransform, ZoomLeavesWhatIsUnderThePointerThere) {
  const QSize photo(640, 427);
  const QSizeF canvas(300, 240);
  ViewState state{{0.4, 0.6}, 4, {}};
  const QPointF pointer(80, 200);
  const QPointF under = ViewTransform(photo, canvas, state).toPhoto(pointer);
  state = ViewTransform(photo, canvas, state).zoomed(pointer, 2.5);
  EXPECT_DOUBLE_EQ(state.zoom, 10);
  expectNear(ViewTransform(photo, canvas, state).toPhoto(pointer), under);
}

// Also from the whole photo on, where it is narrower than the pane.
TEST(ViewTransform, WhatIsPointedAtNeverDrifts) {
  const QSize photo(160, 160);
  const QSizeF canvas(285, 191);
  const QPointF pointer(175, 107);
  ViewState state;
  const QPointF under = ViewTransform(photo, canvas, state).toPhoto(pointer);
  for (int notch = 0; notch < 12; ++notch) {
    state = ViewTransform(photo, canvas, state).zoomed(pointer, 1.2);
    expectNear(ViewTransform(photo, canvas, state).toPhoto(pointer), under);
  }
  // Back out the photo returns to the middle.
  for (int notch = 0; notch < 20; ++notch) {
    state = ViewTransform(photo, canvas, state).zoomed({10, 10}, 1 / 1.2);
  }
  expectNear(ViewTransform(photo, canvas, state).toCanvas(QPointF(80, 80)), {142.5, 95.5});
}

TEST(ViewTransform, ZoomStopsAtThePhotoAndAtPixels) {
  const QSize photo(1000, 1000);
  const QSizeF canvas(500, 500);
  EXPECT_DOUBLE_EQ(ViewTransform(photo, canvas, {}).zoomed({0, 0}, 0.1).zoom, 1);
  const ViewState closest = ViewTransform(photo, canvas, {}).zoomed({0, 0}, 1e9);
  EXPECT_DOUBLE_EQ(ViewTransform(photo, canvas, closest).scale(), 64);
}

TEST(ViewTransform, PansWithThePointerAndNotBeyondTheEdge) {
  const QSize photo(100, 100);
  const QSizeF canvas(100, 100);
  ViewState state{{0.5, 0.5}, 4, {}};
  const ViewTransform before(photo, canvas, state);
  state = before.panned({12, -30});
  const ViewTransform after(photo, canvas, state);
  expectNear(after.toCanvas(QPointF(50, 50)), before.toCanvas(QPointF(50, 50)) + QPointF(12, -30));
  state = after.panned({1e6, 1e6});
  const ViewTransform corner(photo, canvas, state);
  expectNear(corner.toCanvas(QPointF(0, 0)), {0, 0});
  // At the edge the view answers at once to the way back.
  const ViewTransform back(photo, canvas, corner.panned({-10, 0}));
  expectNear(back.toCanvas(QPointF(0, 0)), {-10, 0});
}

TEST(ViewLink, KeepsValuesInRangeAndSpeaksOnlyOfChanges) {
  ViewLink link;
  const QSignalSpy views(&link, &ViewLink::viewChanged);
  const QSignalSpy cursors(&link, &ViewLink::cursorChanged);
  link.setView({2, -1}, 0.2);
  EXPECT_EQ(link.state().centre, QPointF(1, 0));
  EXPECT_EQ(link.state().zoom, 1);
  link.setView({1, 0}, 1);
  EXPECT_EQ(views.count(), 1);
  link.setCursor(QPointF(0.25, 0.75));
  link.setCursor(QPointF(0.25, 0.75));
  EXPECT_EQ(cursors.count(), 1);
  link.setCursor(QPointF(1.01, 0.5));
  EXPECT_FALSE(link.state().cursor.has_value());
  link.fit();
  EXPECT_EQ(link.state(), ViewState());
}

TEST(PhotoPyramid, HalvesWithTheMeanOfFourPixels) {
  // 1024 x 3: columns of 0 and 200 in turn; the last row stands alone.
  std::vector<std::uint8_t> pixels;
  for (int i = 0; i < 1024 * 3; ++i) pixels.insert(pixels.end(), 3, i % 2 == 0 ? 0 : 200);
  const PhotoPyramid pyramid(Image(1024, 3, std::move(pixels)));
  ASSERT_EQ(pyramid.levels().size(), 2U);
  EXPECT_EQ(pyramid.size(), QSize(1024, 3));
  const QImage& half = pyramid.levels()[1];
  EXPECT_EQ(half.size(), QSize(512, 2));
  for (const QPoint at : {QPoint(0, 0), QPoint(511, 0), QPoint(300, 1)}) {
    EXPECT_EQ(half.pixel(at), qRgb(100, 100, 100));
  }
}

TEST(PhotoPyramid, PaintsEveryLevelInItsPlace) {
  // Left half red, right half blue; the border stays in the middle at every scale.
  const int width = 4000;
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < 40; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      pixels.push_back(left ? 255 : 0);
      pixels.push_back(0);
      pixels.push_back(left ? 0 : 255);
    }
  }
  const PhotoPyramid pyramid(Image(width, 40, std::move(pixels)));
  EXPECT_GE(pyramid.levels().size(), 3U);
  for (const double zoom : {1.0, 2.0, 4.0, 16.0, 300.0}) {
    QImage canvas(200, 20, QImage::Format_RGB32);
    canvas.fill(Qt::black);
    QPainter painter(&canvas);
    const ViewTransform view(pyramid.size(), QSizeF(200, 20), {{0.5, 0.5}, zoom, {}});
    pyramid.paint(painter, view, canvas.size(), 1);
    EXPECT_EQ(canvas.pixel(90, 10), qRgb(255, 0, 0)) << zoom;
    EXPECT_EQ(canvas.pixel(110, 10), qRgb(0, 0, 255)) << zoom;
  }
}

}  // namespace
}  // namespace filterlens
