#include "ui/map_painting.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace filterlens {
namespace {

constexpr int kDimming = 150;        // alpha of the black over cells that were not selected
constexpr double kOutlinedCell = 6;  // canvas pixels; smaller cells are colour only
constexpr double kLargestDot = 5;
constexpr double kSmallestDot = 1.5;
constexpr double kThinnestContour = 1;
constexpr double kContourGrowth = 0.25;  // from a level to the next one
constexpr double kHalo = 1.5;            // dark, on either side of a light line
constexpr double kReach = 4;             // more than half the widest line
constexpr double kCrossArm = 9;
constexpr double kSmallestFrame = 8;  // of the inspected cell
constexpr double kCrossGap = 2;
constexpr QRectF kEverywhere(-1e9, -1e9, 2e9, 2e9);
const QColor kDark(0, 0, 0, 150);
const QColor kLight(255, 255, 255);
const QColor kCellFrame(255, 255, 255, 150);

QRectF toQt(const RectF& rect) { return {rect.x, rect.y, rect.width, rect.height}; }

/// Whether the cells of the tokens are filled with the colours of their ranks.
bool hasColours(TokenMarks marks) {
  return marks == TokenMarks::Colours || marks == TokenMarks::Numbers;
}

/// Keeps the pixels, without a copy. Their alpha is none or all: nothing has to be multiplied.
QImage imageOf(std::vector<std::uint32_t> pixels, const QSize& size) {
  auto* kept = new std::vector<std::uint32_t>(std::move(pixels));
  return {reinterpret_cast<uchar*>(kept->data()),
          size.width(),
          size.height(),
          qsizetype{4} * size.width(),
          QImage::Format_ARGB32_Premultiplied,
          [](void* all) { delete static_cast<std::vector<std::uint32_t>*>(all); },
          kept};
}

/// Black, half transparent, where the network looked but selected nothing; nothing where it did, if
/// the cells are not to be coloured.
void dimRest(QImage& picture, const QRectF& inputInPicture, bool coloured) {
  const QRect area = inputInPicture.toRect().intersected(picture.rect());
  for (int y = area.top(); y <= area.bottom(); ++y) {
    auto* pixel = reinterpret_cast<QRgb*>(picture.scanLine(y)) + area.left();
    for (int x = area.left(); x <= area.right(); ++x, ++pixel) {
      const bool selected = qAlpha(*pixel) != 0;
      if (!selected) *pixel = qRgba(0, 0, 0, kDimming);
      if (selected && !coloured) *pixel = 0;
    }
  }
}

MapMarks::Contour contourOf(const ContourLine& line, int order, bool isSigned) {
  MapMarks::Contour contour{{}, order, isSigned && line.level < 0};
  contour.line.reserve(static_cast<qsizetype>(line.points.size()));
  for (const PointF& point : line.points) contour.line << QPointF(point.x, point.y);
  return contour;
}

void addContours(MapMarks& marks, const ShownMap& shown, const PhotoPlacement& placement) {
  const auto levels = contourLevels(*shown.style.range, shown.contours);
  for (const ContourLine& line : contourLines(*shown.map, placement, levels)) {
    const auto order = std::find(levels.begin(), levels.end(), line.level) - levels.begin();
    marks.contours.push_back(
        contourOf(line, static_cast<int>(order), shown.map->scale == HeatmapScale::Diverging));
  }
}

void addTokens(MapMarks& marks, const ShownMap& shown, const PhotoPlacement& placement) {
  const Heatmap& map = *shown.map;
  const auto selection = selectionOf(map.values);
  for (const RectF& cell : selectedCells(map.geometry, selection, placement)) {
    marks.tokens.push_back(toQt(cell));
  }
  const ValueRange range = *shown.style.range;
  for (const int cell : selection) {
    const float rank = map.values.values[static_cast<std::size_t>(cell)];
    const Rgb colour = shown.style.colormap->at((rank - range.low) / (range.high - range.low));
    marks.colours.emplace_back(colour[0], colour[1], colour[2]);
  }
}

/// The pieces of a line that come close to what is seen.
std::vector<QPolygonF> seenPieces(const QPolygonF& line, const QRectF& seen) {
  std::vector<QPolygonF> pieces;
  bool drawn = false;  // up to the point before
  for (qsizetype i = 1; i < line.size(); ++i) {
    const QPointF& from = line[i - 1];
    const QPointF& to = line[i];
    const bool near =
        std::max(from.x(), to.x()) >= seen.left() && std::min(from.x(), to.x()) <= seen.right() &&
        std::max(from.y(), to.y()) >= seen.top() && std::min(from.y(), to.y()) <= seen.bottom();
    if (near && !drawn) pieces.push_back(QPolygonF({from}));
    if (near) pieces.back() << to;
    drawn = near;
  }
  return pieces;
}

/// Contours on the canvas, as far as they are seen. Dashed ones whole: their dashes stay where they
/// are.
std::vector<MapMarks::Contour> seenContours(const MapMarks& marks, const QTransform& toCanvas,
                                            const QRectF& seen) {
  std::vector<MapMarks::Contour> contours;
  for (const auto& [line, order, negative] : marks.contours) {
    const QPolygonF onCanvas = toCanvas.map(line);
    const QRectF bounds = onCanvas.boundingRect().adjusted(-kReach, -kReach, kReach, kReach);
    if (!bounds.intersects(seen)) continue;
    if (negative || seen.contains(bounds)) {
      contours.push_back({onCanvas, order, negative});
      continue;
    }
    const QRectF reached = seen.adjusted(-kReach, -kReach, kReach, kReach);
    for (const QPolygonF& piece : seenPieces(onCanvas, reached)) {
      contours.push_back({piece, order, negative});
    }
  }
  return contours;
}

/// Light on dark, so that they are seen on any map. The higher a level, the wider its line.
void paintContours(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas) {
  const QRectF seen = painter.hasClipping() ? painter.clipBoundingRect() : kEverywhere;
  const auto contours = seenContours(marks, toCanvas, seen);
  for (const bool halo : {true, false}) {
    for (const MapMarks::Contour& contour : contours) {
      const double width = kThinnestContour + kContourGrowth * contour.order;
      QPen pen(halo ? kDark : kLight, halo ? width + kHalo : width);
      pen.setCapStyle(Qt::FlatCap);
      if (contour.negative) pen.setDashPattern({4 / pen.widthF(), 3 / pen.widthF()});
      painter.setPen(pen);
      painter.drawPolyline(contour.line);
    }
  }
}

void paintFrames(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas) {
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.setPen(QPen(kCellFrame, 1));
  for (const QRectF& cell : marks.tokens) painter.drawRect(toCanvas.mapRect(cell));
  painter.setRenderHint(QPainter::Antialiasing);
}

// The strongest last, so that it lies over its neighbours.
void paintOutlines(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas) {
  for (std::size_t i = marks.tokens.size(); i-- > 0;) {
    const QRectF cell = toCanvas.mapRect(marks.tokens[i]);
    const double width = cell.width() < 2 * kOutlinedCell ? 1 : 2;
    const double in = width / 2;
    painter.setPen(QPen(kDark, width + kHalo));
    painter.drawRect(cell.adjusted(in, in, -in, -in));
    painter.setPen(QPen(marks.colours[i], width));
    painter.drawRect(cell.adjusted(in, in, -in, -in));
  }
}

void paintDots(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas) {
  for (std::size_t i = marks.tokens.size(); i-- > 0;) {
    const QRectF cell = toCanvas.mapRect(marks.tokens[i]);
    const double radius =
        std::clamp(std::min(cell.width(), cell.height()) / 3, kSmallestDot, kLargestDot);
    painter.setPen(QPen(kDark, 1));
    painter.setBrush(marks.colours[i]);
    painter.drawEllipse(cell.center(), radius, radius);
  }
  painter.setBrush(Qt::NoBrush);
}

void paintNumber(QPainter& painter, const QRectF& cell, const QString& number) {
  painter.setPen(QColor(0, 0, 0, 200));
  for (const QPointF& by : {QPointF(-1, 0), QPointF(1, 0), QPointF(0, -1), QPointF(0, 1)}) {
    painter.drawText(cell.translated(by), Qt::AlignCenter, number);
  }
  painter.setPen(kLight);
  painter.drawText(cell, Qt::AlignCenter, number);
}

/// All of them, or none: where the widest does not fit, a few numbers would mislead.
void paintNumbers(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas) {
  const QFontMetricsF metrics(painter.font(), painter.device());
  const auto last = static_cast<qulonglong>(marks.tokens.size() - 1);
  const QSizeF least(metrics.horizontalAdvance(QString::number(last)) + 2, metrics.ascent());
  const QRectF first = toCanvas.mapRect(marks.tokens.front());
  if (first.width() < least.width() || first.height() < least.height()) return;
  const QRectF seen = painter.hasClipping() ? painter.clipBoundingRect() : QRectF();
  for (std::size_t i = 0; i < marks.tokens.size(); ++i) {
    const QRectF cell = toCanvas.mapRect(marks.tokens[i]);
    if (!seen.isEmpty() && !seen.intersects(cell)) continue;
    paintNumber(painter, cell, QString::number(static_cast<qulonglong>(i)));
  }
}

void paintTokens(QPainter& painter, const MapMarks& marks, const QTransform& toCanvas,
                 double opacity) {
  if (marks.style == TokenMarks::Outlines) return paintOutlines(painter, marks, toCanvas);
  if (marks.style == TokenMarks::Dots) return paintDots(painter, marks, toCanvas);
  if (toCanvas.mapRect(marks.tokens.front()).width() >= kOutlinedCell) {
    painter.setOpacity(opacity);
    paintFrames(painter, marks, toCanvas);
    painter.setOpacity(1);
  }
  if (marks.style == TokenMarks::Numbers) paintNumbers(painter, marks, toCanvas);
}

}  // namespace

bool ShownMap::operator==(const ShownMap& other) const {
  const auto parts = [](const ShownMap& shown) {
    const ValueRange range = shown.style.range.value_or(ValueRange());
    return std::tuple(shown.map, shown.style.colormap, shown.style.range.has_value(), range.low,
                      range.high, shown.style.interpolation, shown.style.threshold, shown.contours,
                      shown.tokens);
  };
  return parts(*this) == parts(other);
}

std::vector<int> selectionOf(const Grid<float>& ranks) {
  std::vector<int> cells;
  for (int cell = 0; cell < ranks.size(); ++cell) {
    if (!std::isnan(ranks.values[static_cast<std::size_t>(cell)])) cells.push_back(cell);
  }
  std::sort(cells.begin(), cells.end(), [&](int a, int b) {
    return ranks.values[static_cast<std::size_t>(a)] < ranks.values[static_cast<std::size_t>(b)];
  });
  return cells;
}

ShownMap shownMap(std::shared_ptr<const Heatmap> map, const MapStyle& style) {
  ShownMap shown{std::move(map), style.overlay, style.contours, style.tokens};
  shown.style.opacity = 1;
  return shown;
}

QImage mapColours(const ShownMap& shown, const PhotoPlacement& placement,
                  const PhotoRegion& region) {
  const bool ranks = shown.map->scale == HeatmapScale::Ranks;
  const bool bare = shown.tokens == TokenMarks::Outlines || shown.tokens == TokenMarks::Dots;
  const QSize size(region.outputWidth, region.outputHeight);
  if (ranks && bare) {
    QImage nothing(size, QImage::Format_ARGB32_Premultiplied);
    nothing.fill(Qt::transparent);
    return nothing;
  }
  QImage image = imageOf(overlayColours(placement, *shown.map, shown.style, region), size);
  if (ranks) {
    const QRectF input = toQt(placement.inputRect());
    const double across = size.width() / region.rect.width;
    const double down = size.height() / region.rect.height;
    const QRectF inPicture((input.x() - region.rect.x) * across, (input.y() - region.rect.y) * down,
                           input.width() * across, input.height() * down);
    dimRest(image, inPicture, hasColours(shown.tokens));
  }
  return image;
}

MapPicture pictureOf(const ShownMap& shown, const PhotoPlacement& placement,
                     const ViewTransform& view, const QRectF& part, double deviceScale) {
  const QRectF visible = view.photoOnCanvas().intersected(part);
  const QRect device =
      QRectF(visible.topLeft() * deviceScale, visible.size() * deviceScale).toAlignedRect();
  if (device.isEmpty()) return {};
  const QRectF snapped(QPointF(device.topLeft()) / deviceScale,
                       QSizeF(device.size()) / deviceScale);
  const QPointF from = view.toPhoto(snapped.topLeft());
  const QPointF to = view.toPhoto(snapped.bottomRight());
  const PhotoRegion region{
      {from.x(), from.y(), to.x() - from.x(), to.y() - from.y()}, device.width(), device.height()};
  QImage image = mapColours(shown, placement, region);
  image.setDevicePixelRatio(deviceScale);
  return {std::move(image), snapped};
}

MapMarks marksOf(const ShownMap& shown, const PhotoPlacement& placement) {
  MapMarks marks;
  marks.style = shown.tokens;
  if (shown.map->scale == HeatmapScale::Ranks) {
    addTokens(marks, shown, placement);
  } else if (shown.contours > 0) {
    addContours(marks, shown, placement);
  }
  return marks;
}

void paintMarks(QPainter& painter, const MapMarks& marks, const QTransform& photoToCanvas,
                double opacity) {
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(Qt::NoBrush);
  if (!marks.contours.empty()) paintContours(painter, marks, photoToCanvas);
  if (!marks.tokens.empty()) paintTokens(painter, marks, photoToCanvas, opacity);
  painter.restore();
}

void paintInputFrame(QPainter& painter, const PhotoPlacement& placement,
                     const ViewTransform& view) {
  const QRectF frame = view.toCanvas(toQt(placement.inputRect())).adjusted(0.5, 0.5, -0.5, -0.5);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(QColor(0, 0, 0, 160), 1));
  painter.drawRect(frame);
  painter.setPen(QPen(QColor(255, 255, 255, 220), 1, Qt::CustomDashLine));
  QPen dashes = painter.pen();
  dashes.setDashPattern({4, 4});
  painter.setPen(dashes);
  painter.drawRect(frame);
}

void paintInspectedCell(QPainter& painter, const QRectF& canvas, const QColor& accent) {
  QRectF frame = canvas;
  const double missing = std::max(0.0, kSmallestFrame - std::min(frame.width(), frame.height()));
  frame.adjust(-missing / 2, -missing / 2, missing / 2, missing / 2);
  painter.setBrush(Qt::NoBrush);
  for (const auto& [colour, width] :
       {std::pair(QColor(0, 0, 0, 190), 5.0), std::pair(QColor(255, 255, 255), 3.0),
        std::pair(accent, 1.5)}) {
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(frame);
  }
}

void paintCross(QPainter& painter, QPointF at) {
  const QPointF right(1, 0);
  const QPointF down(0, 1);
  for (const auto& [colour, width] :
       {std::pair(QColor(0, 0, 0, 190), 3.0), std::pair(QColor(255, 255, 255), 1.0)}) {
    painter.setPen(QPen(colour, width, Qt::SolidLine, Qt::FlatCap));
    for (const QPointF& way : {right, -right, down, -down}) {
      painter.drawLine(at + way * kCrossGap, at + way * kCrossArm);
    }
  }
}

}  // namespace filterlens
