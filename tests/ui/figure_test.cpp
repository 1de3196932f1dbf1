// The figure painter: what lies where, on pixels and on paper.
#include "ui/figure.h"

#include <gtest/gtest.h>

#include <QBuffer>
#include <QPageSize>
#include <QPdfWriter>
#include <cmath>

namespace filterlens {
namespace {

constexpr double kDotsPerInch = 144;

QImage plain(QColor colour, int width = 20, int height = 20) {
  QImage image(width, height, QImage::Format_RGB32);
  image.fill(colour);
  return image;
}

Figure figureWith(const FigurePanel& panel) {
  Figure figure;
  figure.title = QStringLiteral("Title");
  figure.rows = {{QStringLiteral("Row"), {}, {panel}}};
  return figure;
}

/// The smallest rectangle that holds all pixels of a colour.
QRect boundsOf(const QImage& image, QColor colour) {
  QRect bounds;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixelColor(x, y) == colour) bounds |= QRect(x, y, 1, 1);
    }
  }
  return bounds;
}

TEST(Figure, ImageHasTheSizeAtTheResolution) {
  FigurePanel panel;
  panel.picture = plain(Qt::red);
  const Figure figure = figureWith(panel);
  const QImage image = figureImage(figure, kDotsPerInch);
  const QSizeF points = figureSize(figure);
  EXPECT_EQ(image.width(), std::ceil(points.width() * 2));
  EXPECT_EQ(image.height(), std::ceil(points.height() * 2));
  EXPECT_NEAR(image.dotsPerMeterX() * 0.0254, kDotsPerInch, 0.02);
}

TEST(Figure, PictureFillsThePanelsWidth) {
  FigurePanel panel;
  panel.picture = plain(Qt::red);
  const QRect bounds = boundsOf(figureImage(figureWith(panel), kDotsPerInch), Qt::red);
  EXPECT_NEAR(bounds.width(), kFigurePanelWidth * 2, 1);
  EXPECT_NEAR(bounds.height(), kFigurePanelWidth * 2, 1);
}

TEST(Figure, PictureOfAnotherShapeIsFittedNotStretched) {
  FigurePanel panel;
  panel.picture = plain(Qt::red, 20, 40);
  Figure figure = figureWith(panel);
  figure.pictureAspect = 0.5;
  const QRect bounds = boundsOf(figureImage(figure, kDotsPerInch), Qt::red);
  EXPECT_NEAR(bounds.height(), kFigurePanelWidth, 1);  // half of the width, at 2 pixels a point
  EXPECT_NEAR(bounds.width(), bounds.height() / 2.0, 1);
}

TEST(Figure, OutlinesLieWhereTheirFractionsSay) {
  FigurePanel panel;
  panel.picture = plain(Qt::blue);
  panel.outlines = {QRectF(0.25, 0.5, 0.5, 0.25)};
  const QImage image = figureImage(figureWith(panel), kDotsPerInch);
  const QRect picture = boundsOf(image, Qt::blue);
  QRect changed;
  for (int y = picture.top(); y <= picture.bottom(); ++y) {
    for (int x = picture.left(); x <= picture.right(); ++x) {
      if (image.pixelColor(x, y) != QColor(Qt::blue)) changed |= QRect(x, y, 1, 1);
    }
  }
  EXPECT_NEAR(changed.left(), picture.left() + 0.25 * picture.width(), 2);
  EXPECT_NEAR(changed.right(), picture.left() + 0.75 * picture.width(), 2);
  EXPECT_NEAR(changed.top(), picture.top() + 0.5 * picture.height(), 2);
  EXPECT_NEAR(changed.bottom(), picture.top() + 0.75 * picture.height(), 2);
  EXPECT_EQ(image.pixelColor(changed.center()), QColor(Qt::blue));
}

TEST(Figure, ColourBarRunsFromTheLowestToTheHighestColour) {
  Colormap colormap;
  for (std::size_t i = 0; i < 256; ++i) {
    colormap.table.at(i) = {static_cast<std::uint8_t>(i), 0, static_cast<std::uint8_t>(255 - i)};
  }
  FigurePanel panel;
  panel.picture = plain(Qt::green);
  panel.scale = FigureScale{&colormap, {0, 1}};
  const QImage image = figureImage(figureWith(panel), kDotsPerInch);
  const QRect picture = boundsOf(image, Qt::green);
  const int y = picture.bottom() + 14;  // in the middle of the bar
  EXPECT_GT(image.pixelColor(picture.left() + 2, y).blue(), 240);
  EXPECT_LT(image.pixelColor(picture.left() + 2, y).red(), 15);
  EXPECT_NEAR(image.pixelColor(picture.center().x(), y).red(), 128, 6);
  EXPECT_GT(image.pixelColor(picture.right() - 2, y).red(), 240);
}

TEST(Figure, BarsAreAsLongAsTheirFractions) {
  FigurePanel panel;
  panel.bars = {{QStringLiteral("dog"), QStringLiteral("50 %"), 0.5, true},
                {QStringLiteral("cat"), QStringLiteral("25 %"), 0.25, false}};
  const QImage image = figureImage(figureWith(panel), kDotsPerInch);
  const QRect accented = boundsOf(image, QColor(0x1b, 0x6e, 0xc2));
  const QRect other = boundsOf(image, QColor(0xb4, 0xbc, 0xc6));
  EXPECT_NEAR(accented.width(), kFigurePanelWidth, 2);
  EXPECT_NEAR(other.width(), kFigurePanelWidth / 2, 2);
  EXPECT_GT(other.top(), accented.bottom());
}

TEST(Figure, PanelsStandBesideEachOtherAndNoneOverlaps) {
  Figure figure;
  FigurePanel wide;
  wide.picture = plain(Qt::red, 40, 20);
  wide.span = 2;
  FigurePanel narrow;
  narrow.picture = plain(Qt::blue);
  figure.rows = {{QStringLiteral("A"), {}, {wide, narrow}}, {QStringLiteral("B"), {}, {narrow}}};
  const QImage image = figureImage(figure, kDotsPerInch);
  const QRect red = boundsOf(image, Qt::red);
  const QRect blue = boundsOf(image, Qt::blue);
  EXPECT_FALSE(red.isEmpty());
  EXPECT_GT(blue.right(), red.right());    // row A: to the right
  EXPECT_GT(blue.bottom(), red.bottom());  // row B: below
  EXPECT_LT(blue.right(), image.width());
  EXPECT_LT(blue.bottom(), image.height());
}

TEST(Figure, LongCaptionsGetTheRoomTheyNeed) {
  FigurePanel panel;
  panel.picture = plain(Qt::red);
  const double without = figureSize(figureWith(panel)).height();
  panel.caption = QStringLiteral("short");
  const double one = figureSize(figureWith(panel)).height();
  panel.caption = QStringLiteral("a caption of many words ").repeated(8);
  const double many = figureSize(figureWith(panel)).height();
  EXPECT_GT(one, without + 8);
  EXPECT_GT(many, one + 30);
}

TEST(Figure, LongTitlesDoNotMakeItWider) {
  FigurePanel panel;
  panel.picture = plain(Qt::red);
  Figure figure = figureWith(panel);
  const QSizeF before = figureSize(figure);
  figure.title = QStringLiteral("a very long name of a photo ").repeated(20);
  figure.rows[0].panels[0].title = figure.title;
  figure.footer = figure.title;
  EXPECT_EQ(figureSize(figure), before);
  EXPECT_EQ(boundsOf(figureImage(figure, kDotsPerInch), Qt::red),
            boundsOf(figureImage(figureWith(panel), kDotsPerInch), Qt::red));
}

TEST(Figure, PaintsOntoPaperAsText) {
  FigurePanel panel;
  panel.picture = plain(Qt::red);
  const Figure figure = figureWith(panel);
  QBuffer file;
  file.open(QIODevice::WriteOnly);
  {
    QPdfWriter pdf(&file);
    pdf.setPageSize(QPageSize(figureSize(figure), QPageSize::Point));
    pdf.setPageMargins({});
    pdf.setResolution(72);
    QPainter painter(&pdf);
    paintFigure(painter, figure);
  }
  EXPECT_TRUE(file.data().startsWith("%PDF"));
  EXPECT_TRUE(file.data().contains("/Font"));  // text, not pixels
  EXPECT_LT(file.data().size(), 200'000);
}

}  // namespace
}  // namespace filterlens
