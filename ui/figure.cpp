#include "ui/figure.h"

#include <QFont>
#include <QFontMetricsF>
#include <QGuiApplication>
#include <algorithm>
#include <cmath>

namespace filterlens {
namespace {

constexpr double kMargin = 28;
constexpr double kColumnGap = 14;
constexpr double kRowGap = 16;
constexpr double kLine = 13;  // of 9-point text
constexpr double kTitleLine = 26;
constexpr double kHeadingLine = 20;
constexpr double kScaleHeight = 6;
constexpr double kSpace = 4;

constexpr int kSmallText = 9;
constexpr int kHeadingText = 11;
constexpr int kTitleText = 17;

const QColor kPaper(0xff, 0xff, 0xff);
const QColor kInk(0x1f, 0x23, 0x28);
const QColor kLightInk(0x5c, 0x64, 0x6d);
const QColor kRule(0xd8, 0xdc, 0xe0);
const QColor kBar(0xb4, 0xbc, 0xc6);
const QColor kAccent(0x1b, 0x6e, 0xc2);
const QColor kOutline(0xff, 0xff, 0xff);
const QColor kOutlineEdge(0, 0, 0, 0x90);

QFont textFont(int points, bool bold = false) {
  QFont font(QGuiApplication::font());
  font.setPixelSize(points);  // the painter's unit is the point
  font.setBold(bold);
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

struct Text {
  int points = kSmallText;
  bool bold = false;
  QColor colour = kInk;
  Qt::Alignment align = Qt::AlignLeft | Qt::AlignVCenter;
};

/// One line, elided in the middle where it is too long; returns how wide it is.
double drawLine(QPainter& painter, const QRectF& box, const QString& text, const Text& style) {
  const QFont font = textFont(style.points, style.bold);
  const QFontMetricsF metrics(font);
  const QString shown = metrics.elidedText(text, Qt::ElideMiddle, box.width());
  painter.setFont(font);
  painter.setPen(style.colour);
  painter.drawText(box, static_cast<int>(style.align) | Qt::TextSingleLine, shown);
  return metrics.horizontalAdvance(shown);
}

/// Height of a text that is broken into lines of this width.
double paragraphHeight(const QString& text, double width) {
  if (text.isEmpty()) return 0;
  const QRectF unbounded(0, 0, width, 1000);
  return QFontMetricsF(textFont(kSmallText))
      .boundingRect(unbounded, Qt::TextWordWrap, text)
      .height();
}

void drawParagraph(QPainter& painter, const QRectF& box, const QString& text) {
  painter.setFont(textFont(kSmallText));
  painter.setPen(kLightInk);
  painter.drawText(box, Qt::TextWordWrap, text);
}

/// Three digits that matter, and no exponent where none is needed.
QString number(double value) {
  const double size = std::abs(value);
  if (size >= 1000 || value == std::round(value)) return QString::number(value, 'f', 0);
  return QString::number(value, 'g', 3);
}

void drawScale(QPainter& painter, const QRectF& box, const FigureScale& scale) {
  const QRectF bar(box.left(), box.top(), box.width(), kScaleHeight);
  QImage colours(256, 1, QImage::Format_RGB888);
  for (int i = 0; i < 256; ++i) {
    const Rgb rgb = scale.colormap->table[static_cast<std::size_t>(i)];
    colours.setPixelColor(i, 0, QColor(rgb[0], rgb[1], rgb[2]));
  }
  painter.drawImage(bar, colours);

  const QRectF numbers(box.left(), bar.bottom() + 1, box.width(), kLine);
  const auto [low, high] = scale.range;
  const std::pair<double, Qt::AlignmentFlag> marks[] = {
      {low, Qt::AlignLeft}, {(double{low} + high) / 2, Qt::AlignHCenter}, {high, Qt::AlignRight}};
  for (const auto& [value, align] : marks) {
    drawLine(painter, numbers, number(value),
             {.colour = kLightInk, .align = align | Qt::AlignVCenter});
  }
}

/// The largest place of the picture's shape in the middle of a box.
QRectF fitted(const QSizeF& size, const QRectF& box) {
  const QSizeF fit = size.scaled(box.size(), Qt::KeepAspectRatio);
  return {box.left() + (box.width() - fit.width()) / 2,
          box.top() + (box.height() - fit.height()) / 2, fit.width(), fit.height()};
}

void drawPicture(QPainter& painter, const QRectF& box, const FigurePanel& panel) {
  const QRectF place = fitted(panel.picture.size(), box);
  painter.drawImage(place, panel.picture);
  painter.save();
  painter.setClipRect(place);
  if (panel.marks) panel.marks(painter, place);
  painter.translate(place.topLeft());
  painter.setBrush(Qt::NoBrush);
  for (const QRectF& cell : panel.outlines) {
    const QRectF rect(cell.left() * place.width(), cell.top() * place.height(),
                      cell.width() * place.width(), cell.height() * place.height());
    // White on a dark edge is seen on any picture; small cells keep most of their colour.
    const double line = std::clamp(rect.width() / 12, 0.2, 0.6);
    for (const QPen& pen : {QPen(kOutlineEdge, 2 * line), QPen(kOutline, line)}) {
      painter.setPen(pen);
      painter.drawRect(rect);
    }
  }
  painter.restore();
}

void drawBars(QPainter& painter, const QRectF& box, const std::vector<FigureBar>& bars) {
  const double thickness = 5;
  const double step = std::min(box.height() / static_cast<double>(bars.size()), kLine + 18);
  double top = box.top();
  for (const FigureBar& bar : bars) {
    const QRectF line(box.left(), top, box.width(), kLine);
    const Text style{.bold = bar.accented};
    Text right = style;
    right.align = Qt::AlignRight | Qt::AlignVCenter;
    const double taken = drawLine(painter, line, bar.value, right);
    drawLine(painter, line.adjusted(0, 0, -taken - 8, 0), bar.label, style);
    const QRectF track(box.left(), line.bottom() + 1, box.width(), thickness);
    painter.fillRect(track, kRule);
    const double length = std::clamp(bar.fraction, 0.0, 1.0) * track.width();
    painter.fillRect(QRectF(track.topLeft(), QSizeF(length, thickness)),
                     bar.accented ? kAccent : kBar);
    top += step;
  }
}

QStringList footerLines(const Figure& figure) { return figure.footer.split(QLatin1Char('\n')); }

double pictureHeight(const Figure& figure) { return kFigurePanelWidth * figure.pictureAspect; }

double scaleHeight(const FigurePanel& panel) {
  return panel.scale ? kSpace + kScaleHeight + 1 + kLine : 0;
}

double captionHeight(const FigurePanel& panel) {
  const double text = paragraphHeight(panel.caption, figurePanelWidth(panel.span));
  return text > 0 ? kSpace + text : 0;
}

/// A row without a heading takes no room for one.
double headingHeight(const FigureRow& row) {
  return row.heading.isEmpty() && row.detail.isEmpty() ? 0 : kHeadingLine;
}

double rowHeight(const Figure& figure, const FigureRow& row) {
  double belowPicture = 0;
  for (const FigurePanel& panel : row.panels) {
    belowPicture = std::max(belowPicture, scaleHeight(panel) + captionHeight(panel));
  }
  return headingHeight(row) + kLine + kSpace + pictureHeight(figure) + belowPicture;
}

int columnsOf(const FigureRow& row) {
  int columns = 0;
  for (const FigurePanel& panel : row.panels) columns += panel.span;
  return columns;
}

void drawPanel(QPainter& painter, const QRectF& place, double pictureHeight,
               const FigurePanel& panel) {
  const QRectF title(place.left(), place.top(), place.width(), kLine);
  const bool two = !panel.rightTitle.isEmpty();
  const double half = two ? place.width() / 2 : 0;
  drawLine(painter, title.adjusted(0, 0, -half, 0), panel.title, {});
  if (two) {
    drawLine(painter, title.adjusted(half, 0, 0, 0), panel.rightTitle,
             {.align = Qt::AlignRight | Qt::AlignVCenter});
  }
  const QRectF box(place.left(), place.top() + kLine + kSpace, place.width(), pictureHeight);
  if (!panel.picture.isNull()) drawPicture(painter, box, panel);
  if (!panel.bars.empty()) drawBars(painter, box, panel.bars);
  double below = box.bottom();
  if (panel.scale) {
    const QRectF whole(box.left(), below + kSpace, box.width(), scaleHeight(panel));
    const double other = panel.rightScale ? (box.width() + kColumnGap) / 2 : 0;
    drawScale(painter, whole.adjusted(0, 0, -other, 0), *panel.scale);
    if (panel.rightScale) drawScale(painter, whole.adjusted(other, 0, 0, 0), *panel.rightScale);
    below += scaleHeight(panel);
  }
  const QRectF caption(box.left(), below + kSpace, box.width(), captionHeight(panel));
  drawParagraph(painter, caption, panel.caption);
}

void drawRow(QPainter& painter, const Figure& figure, const FigureRow& row, const QRectF& place) {
  painter.fillRect(QRectF(place.left(), place.top() - kRowGap / 2, place.width(), 0.5), kRule);
  const QRectF heading(place.left(), place.top(), place.width(), kHeadingLine - kSpace);
  const double taken =
      drawLine(painter, heading, row.heading, {.points = kHeadingText, .bold = true});
  drawLine(painter, heading.adjusted(taken + 10, 0, 0, 0), row.detail, {.colour = kLightInk});

  double left = place.left();
  for (const FigurePanel& panel : row.panels) {
    const double width = figurePanelWidth(panel.span);
    const double above = headingHeight(row);
    const QRectF box(left, place.top() + above, width, place.height() - above);
    drawPanel(painter, box, pictureHeight(figure), panel);
    left += width + kColumnGap;
  }
}

}  // namespace

double figurePanelWidth(int columns) {
  return columns * kFigurePanelWidth + std::max(columns - 1, 0) * kColumnGap;
}

QSizeF figureSize(const Figure& figure) {
  int columns = 1;
  const auto lines = static_cast<double>(footerLines(figure).size());
  double height = 2 * kMargin + kTitleLine + kLine + kLine * lines;
  for (const FigureRow& row : figure.rows) {
    columns = std::max(columns, columnsOf(row));
    height += kRowGap + rowHeight(figure, row);
  }
  return {2 * kMargin + figurePanelWidth(columns), height + kRowGap};
}

void paintFigure(QPainter& painter, const Figure& figure) {
  const QSizeF size = figureSize(figure);
  painter.save();
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  painter.fillRect(QRectF(QPointF(0, 0), size), kPaper);

  const double width = size.width() - 2 * kMargin;
  double top = kMargin;
  drawLine(painter, QRectF(kMargin, top, width, kTitleLine - kSpace), figure.title,
           {.points = kTitleText, .bold = true});
  top += kTitleLine;
  drawLine(painter, QRectF(kMargin, top, width, kLine), figure.detail, {.colour = kLightInk});
  top += kLine;
  for (const FigureRow& row : figure.rows) {
    top += kRowGap;
    const double height = rowHeight(figure, row);
    drawRow(painter, figure, row, QRectF(kMargin, top, width, height));
    top += height;
  }
  painter.fillRect(QRectF(kMargin, top + kRowGap / 2, width, 0.5), kRule);
  top += kRowGap;
  for (const QString& line : footerLines(figure)) {
    drawLine(painter, QRectF(kMargin, top, width, kLine), line, {.colour = kLightInk});
    top += kLine;
  }
  painter.restore();
}

QImage figureImage(const Figure& figure, double dotsPerInch) {
  const double scale = dotsPerInch / 72;
  const QSizeF size = figureSize(figure) * scale;
  QImage image(static_cast<int>(std::ceil(size.width())),
               static_cast<int>(std::ceil(size.height())), QImage::Format_RGB32);
  image.fill(kPaper);
  QPainter painter(&image);
  painter.scale(scale, scale);
  paintFigure(painter, figure);
  painter.end();
  image.setDotsPerMeterX(static_cast<int>(std::lround(dotsPerInch / 0.0254)));
  image.setDotsPerMeterY(static_cast<int>(std::lround(dotsPerInch / 0.0254)));
  return image;
}

}  // namespace filterlens
