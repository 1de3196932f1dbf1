// One pane's canvas: what it paints where, and how it answers to mouse and keyboard.
#include "ui/image_view.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QApplication>
#include <QMouseEvent>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <limits>

#include "tests/ui/synthetic.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::mapOverInput;
using test::plainPhoto;
using test::stretched;

constexpr int kInput = 224;
const QColor kPhotoColour(200, 100, 50);

class ImageViewTest : public testing::Test {
 protected:
  ImageViewTest() {
    view_.resize(kInput, kInput);
    view_.setOpacity(1);
  }

  void showPhoto(int width, int height) {
    view_.setPhoto(plainPhoto(width, height, kPhotoColour));
    view_.setPlacement(stretched(width, height, kInput));
  }

  void showMap(Heatmap map, Interpolation interpolation = Interpolation::Cells) {
    OverlayStyle style;
    style.colormap = &defaultColormap(map.scale);
    style.range = displayRange(map);
    style.opacity = 1;
    style.interpolation = interpolation;
    view_.setMap(ShownMap{std::make_shared<const Heatmap>(std::move(map)), style, 0, tokens_});
  }

  QImage painted() { return view_.grab().toImage().convertToFormat(QImage::Format_RGB32); }

  /// As the window system would say it; QTest::mouseMove reaches only views that are on the screen.
  void movePointer(QPoint to) {
    QMouseEvent move(QEvent::MouseMove, to, view_.mapToGlobal(to), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QApplication::sendEvent(&view_, &move);
  }

  static QRgb colourOf(HeatmapScale scale, double fraction) {
    const Rgb colour = defaultColormap(scale).at(fraction);
    return qRgb(colour[0], colour[1], colour[2]);
  }

  ViewLink link_;
  ImageView view_{link_};
  TokenMarks tokens_ = TokenMarks::Colours;
};

TEST_F(ImageViewTest, WithoutPhotoShowsTheCanvasAndItsMessage) {
  const QImage bare = painted();
  EXPECT_EQ(bare.pixel(5, 5), theme::kCanvas.rgb());
  view_.setMessage(QStringLiteral("Open a model to see this."));
  EXPECT_GT(differingPixels(bare, painted()), 100);
}

TEST_F(ImageViewTest, LetsTheCanvasShowBesideThePhoto) {
  showPhoto(100, 50);
  const QImage image = painted();
  EXPECT_EQ(image.pixel(112, 112), kPhotoColour.rgb());
  EXPECT_EQ(image.pixel(112, 50), theme::kCanvas.rgb());
  EXPECT_EQ(image.pixel(112, 60), kPhotoColour.rgb());
}

// The one cell that differs lies where the network's strides put it, not where a stretch would.
TEST_F(ImageViewTest, PlacesCellsByTheNetworksGeometry) {
  showPhoto(kInput, kInput);
  Heatmap map = mapOverInput(kInput, 64);  // centres at pixels 2, 66, 130, 194
  ASSERT_EQ(map.geometry.rows(), 4);
  map.values.at(2, 1) = 1;
  showMap(map);
  const QImage image = painted();
  const QRgb high = colourOf(HeatmapScale::Sequential, 1);
  const QRgb low = colourOf(HeatmapScale::Sequential, 0);
  // Column 1 reaches from 34.5 to 98.5, row 2 from 98.5 to 162.5.
  EXPECT_EQ(image.pixel(66, 130), high);
  EXPECT_EQ(image.pixel(36, 101), high);
  EXPECT_EQ(image.pixel(96, 160), high);
  EXPECT_EQ(image.pixel(32, 130), low);
  EXPECT_EQ(image.pixel(101, 130), low);
  EXPECT_EQ(image.pixel(66, 96), low);
  EXPECT_EQ(image.pixel(66, 165), low);
}

/// Two cells out of 16 x 16: (3, 5) is the first by rank, (9, 1) the second.
Heatmap twoTokens() {
  Heatmap map = mapOverInput(kInput, 16);
  map.scale = HeatmapScale::Ranks;
  std::fill(map.values.values.begin(), map.values.values.end(),
            std::numeric_limits<float>::quiet_NaN());
  map.values.at(3, 5) = 0;
  map.values.at(9, 1) = 1;
  return map;
}

TEST_F(ImageViewTest, DrawsSelectedTokensWhereTheyAreAndDimsTheRest) {
  showPhoto(kInput, kInput);
  showMap(twoTokens());
  const QImage image = painted();
  const QPoint first(16 * 5 + 2, 16 * 3 + 2);
  const QPoint second(16 * 1 + 2, 16 * 9 + 2);
  EXPECT_EQ(image.pixel(first), colourOf(HeatmapScale::Ranks, 0));
  EXPECT_EQ(image.pixel(second), colourOf(HeatmapScale::Ranks, 1));
  const QColor rest = image.pixelColor(120, 120);
  EXPECT_LT(rest.red(), kPhotoColour.red());
  EXPECT_NEAR(rest.red() / static_cast<double>(rest.blue()), 4, 0.5) << "the photo, darker";
}

TEST_F(ImageViewTest, MarksTokensAsChosen) {
  showPhoto(kInput, kInput);
  const Heatmap map = twoTokens();
  const QPoint middle(16 * 5 + 2, 16 * 3 + 2);
  const QPoint edge(16 * 5 + 2 + 7, 16 * 3 + 2);
  const QPoint rest(120, 120);
  const QRgb strongest = colourOf(HeatmapScale::Ranks, 0);
  const auto shown = [&](TokenMarks marks) {
    tokens_ = marks;
    showMap(map);
    return painted();
  };
  const QImage outlines = shown(TokenMarks::Outlines);
  EXPECT_EQ(outlines.pixel(middle), kPhotoColour.rgb());
  EXPECT_EQ(outlines.pixel(rest), kPhotoColour.rgb());
  EXPECT_GT(qGreen(outlines.pixel(edge)), qGreen(kPhotoColour.rgb()) + 50) << "yellow";
  const QImage dots = shown(TokenMarks::Dots);
  EXPECT_EQ(dots.pixel(middle), strongest);
  EXPECT_EQ(dots.pixel(edge), kPhotoColour.rgb());
  EXPECT_EQ(dots.pixel(rest), kPhotoColour.rgb());
  const QImage dimmed = shown(TokenMarks::Dimmed);
  EXPECT_EQ(dimmed.pixel(middle), kPhotoColour.rgb());
  EXPECT_LT(qRed(dimmed.pixel(rest)), 120);
  const QImage colours = shown(TokenMarks::Colours);
  EXPECT_EQ(colours.pixel(middle), strongest);
  EXPECT_LT(qRed(colours.pixel(rest)), 120);
}

TEST_F(ImageViewTest, NumbersTokensWhereThereIsRoom) {
  showPhoto(kInput, kInput);
  Heatmap map = mapOverInput(kInput, 4);
  map.scale = HeatmapScale::Ranks;
  std::fill(map.values.values.begin(), map.values.values.end(),
            std::numeric_limits<float>::quiet_NaN());
  for (int i = 0; i < 12; ++i) map.values.at(20, 20 + i) = static_cast<float>(i);
  const auto shown = [&](TokenMarks marks, double zoom) {
    link_.setView({0.45, 0.37}, zoom);
    tokens_ = marks;
    showMap(map);
    return painted();
  };
  EXPECT_EQ(differingPixels(shown(TokenMarks::Colours, 1), shown(TokenMarks::Numbers, 1)), 0);
  EXPECT_GT(differingPixels(shown(TokenMarks::Colours, 8), shown(TokenMarks::Numbers, 8)), 100);
}

TEST_F(ImageViewTest, ContoursAreCrispAtAnyZoom) {
  showPhoto(kInput, kInput);
  Heatmap map = mapOverInput(kInput, 4);
  for (int row = 0; row < map.geometry.rows(); ++row) {
    for (int col = 0; col < map.geometry.cols(); ++col) {
      map.values.at(row, col) = static_cast<float>(map.geometry.x.centre(col) / kInput);
    }
  }
  OverlayStyle style;
  style.colormap = &defaultColormap(map.scale);
  style.range = ValueRange{0, 1};
  view_.setMap(ShownMap{std::make_shared<const Heatmap>(map), style, 1, TokenMarks::Colours});
  view_.setOpacity(0);
  for (const double zoom : {1.0, 4.0, 16.0}) {
    link_.setView({0.5, 0.5}, zoom);
    const QImage image = painted();
    int light = 0;
    for (int x = 0; x < kInput; ++x) light += image.pixelColor(x, 112).lightness() > 140;
    EXPECT_GE(light, 1) << zoom;
    EXPECT_LE(light, 3) << zoom;
    EXPECT_GT(image.pixelColor(112, 112).lightness() + image.pixelColor(111, 112).lightness(), 280);
    EXPECT_EQ(image.pixel(90, 112), kPhotoColour.rgb());
  }
}

TEST_F(ImageViewTest, OpacityAndHidingLeaveThePhoto) {
  showPhoto(kInput, kInput);
  Heatmap map = mapOverInput(kInput, 64);
  map.values.at(1, 1) = 1;
  showMap(map);
  const QRgb full = painted().pixel(66, 66);
  view_.setOpacity(0.5);
  const QColor half = painted().pixelColor(66, 66);
  EXPECT_NEAR(half.red(), (qRed(full) + kPhotoColour.red()) / 2.0, 2);
  view_.setMapHidden(true);
  EXPECT_EQ(painted().pixel(66, 66), kPhotoColour.rgb());
  view_.setMapHidden(false);
  view_.setOpacity(0);
  EXPECT_EQ(painted().pixel(66, 66), kPhotoColour.rgb());
}

TEST_F(ImageViewTest, WheelZoomsEveryViewOfTheLink) {
  ImageView other(link_);
  other.resize(300, 150);
  showPhoto(400, 300);
  other.setPhoto(plainPhoto(400, 300, kPhotoColour));
  const QPointF pointer(60, 90);
  const QPointF under = view_.transform()->toPhoto(pointer);
  QWheelEvent wheel(pointer, view_.mapToGlobal(pointer), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                    Qt::NoScrollPhase, false);
  QApplication::sendEvent(&view_, &wheel);
  EXPECT_NEAR(link_.state().zoom, 1.44, 1e-9);
  const QPointF still = view_.transform()->toPhoto(pointer);
  EXPECT_NEAR(still.x(), under.x(), 1e-6);
  EXPECT_NEAR(other.transform()->scale(), 1.44 * 0.5, 1e-9);
}

TEST_F(ImageViewTest, DragPansAndDoubleClickFits) {
  showPhoto(kInput, kInput);
  link_.setView({0.5, 0.5}, 4);
  const QPointF before = view_.transform()->toCanvas(QPointF(112, 112));
  QTest::mousePress(&view_, Qt::LeftButton, {}, {100, 100});
  QMouseEvent move(QEvent::MouseMove, QPointF(130, 80), view_.mapToGlobal(QPointF(130, 80)),
                   Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&view_, &move);
  QTest::mouseRelease(&view_, Qt::LeftButton, {}, {130, 80});
  const QPointF moved = view_.transform()->toCanvas(QPointF(112, 112)) - before;
  EXPECT_NEAR(moved.x(), 30, 1e-6);
  EXPECT_NEAR(moved.y(), -20, 1e-6);
  const QSignalSpy doubleClicks(&view_, &ImageView::doubleClicked);
  QTest::mouseDClick(&view_, Qt::LeftButton, {}, {10, 10});
  EXPECT_EQ(doubleClicks.count(), 1);
  EXPECT_EQ(link_.state().zoom, 4) << "the pane's size is the grid's affair, zoom is not touched";
}

TEST_F(ImageViewTest, PointerShowsTheCrossInOtherViewsToo) {
  ImageView other(link_);
  other.resize(kInput, kInput);
  other.setPhoto(plainPhoto(kInput, kInput, kPhotoColour));
  showPhoto(kInput, kInput);
  const QImage before = other.grab().toImage();
  movePointer({56, 168});
  ASSERT_TRUE(link_.state().cursor.has_value());
  EXPECT_NEAR(link_.state().cursor->x(), 0.25, 1e-9);
  EXPECT_NEAR(link_.state().cursor->y(), 0.75, 1e-9);
  const QImage after = other.grab().toImage();
  EXPECT_GT(differingPixels(before, after), 20);
  EXPECT_EQ(before.pixel(120, 60), after.pixel(120, 60)) << "only around the cursor";
  QEvent leave(QEvent::Leave);
  QApplication::sendEvent(&view_, &leave);
  EXPECT_FALSE(link_.state().cursor.has_value());
}

TEST_F(ImageViewTest, ArrowKeysStepFromCellToCell) {
  showPhoto(kInput, kInput);
  showMap(mapOverInput(kInput, 16));
  const auto cell = [this] {
    const QPointF at = *link_.state().cursor * kInput;
    return QPointF((at.x() - 2.5) / 16, (at.y() - 2.5) / 16);
  };
  QTest::keyClick(&view_, Qt::Key_Right);  // shows the cursor, in the middle
  EXPECT_NEAR(cell().x(), 7, 1e-9);
  EXPECT_NEAR(cell().y(), 7, 1e-9);
  QTest::keyClick(&view_, Qt::Key_Right);
  QTest::keyClick(&view_, Qt::Key_Up);
  EXPECT_NEAR(cell().x(), 8, 1e-9);
  EXPECT_NEAR(cell().y(), 6, 1e-9);
  QTest::keyClick(&view_, Qt::Key_Down, Qt::ShiftModifier);
  EXPECT_NEAR(cell().y(), 11, 1e-9);
  for (int i = 0; i < 20; ++i) QTest::keyClick(&view_, Qt::Key_Left);
  EXPECT_NEAR(cell().x(), 0, 1e-9);
}

TEST_F(ImageViewTest, TheKeyboardsCursorStaysInView) {
  showPhoto(kInput, kInput);
  link_.setView({0.5, 0.5}, 10);
  for (int i = 0; i < 30; ++i) QTest::keyClick(&view_, Qt::Key_Right);
  const QPointF at = view_.transform()->fromFraction(*link_.state().cursor);
  EXPECT_TRUE(view_.rect().contains(at.toPoint()));
}

TEST_F(ImageViewTest, ScreenReadersHearTheValue) {
  view_.setAccessibleName(QStringLiteral("Grad-CAM · block 8 · dog"));
  view_.setReadout(QStringLiteral("x 3  y 4, cell (0, 1): 0.731"));
  QAccessibleInterface* heard = QAccessible::queryAccessibleInterface(&view_);
  ASSERT_NE(heard, nullptr);
  EXPECT_EQ(heard->role(), QAccessible::Graphic);
  EXPECT_EQ(heard->text(QAccessible::Name), QStringLiteral("Grad-CAM · block 8 · dog"));
  EXPECT_EQ(heard->text(QAccessible::Value), view_.readout());
}

TEST_F(ImageViewTest, TheFocusIsVisible) {
  showPhoto(kInput, kInput);
  view_.show();
  const QImage without = painted();
  view_.activateWindow();
  view_.setFocus();
  ASSERT_TRUE(QTest::qWaitFor([this] { return view_.hasFocus(); }));
  const QImage with = painted();
  EXPECT_EQ(with.pixel(0, 100), theme::accent(view_.palette()).rgb());
  EXPECT_NE(without.pixel(0, 100), with.pixel(0, 100));
}

TEST_F(ImageViewTest, OnePixelPhoto) {
  showPhoto(1, 1);
  showMap(mapOverInput(kInput, 64));
  EXPECT_EQ(painted().pixel(112, 112), colourOf(HeatmapScale::Sequential, 0.5))
      << "a constant map lies in the middle of its range";
  for (int i = 0; i < 10; ++i) view_.zoomBy(2);
  QTest::keyClick(&view_, Qt::Key_Right);
  EXPECT_EQ(painted().size(), QSize(kInput, kInput));
}

}  // namespace
}  // namespace filterlens
