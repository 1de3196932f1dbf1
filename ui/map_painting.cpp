#include "ui/map_painting.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace filterlens {
namespace {

constexpr int kDimming = 150;        // alpha of the black over cells that were not selected
constexpr double kOutlinedCell = 6;  // canvas pixels; smaller cells are colour only
constexpr double kCrossArm = 9;
constexpr double kSmallestFrame = 8;  // of the inspected cell
constexpr double kCrossGap = 2;

/// The cells of a Ranks map, rank 0 first.
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

QRectF toQt(const RectF& rect) { return {rect.x, rect.y, rect.width, rect.height}; }

/// Black, half transparent, where the network looked but selected nothing.
void dimRest(QImage& picture, const QRectF& inputInPicture) {
  const QRect area = inputInPicture.toRect().intersected(picture.rect());
  for (int y = area.top(); y <= area.bottom(); ++y) {
    uchar* pixel = picture.scanLine(y) + qsizetype{4} * area.left();
    for (int x = area.left(); x <= area.right(); ++x, pixel += 4) {
      if (pixel[3] == 0) pixel[3] = kDimming;
    }
  }
}

}  // namespace

bool ShownMap::operator==(const ShownMap& other) const {
  const auto parts = [](const ShownMap& shown) {
    const ValueRange range = shown.style.range.value_or(ValueRange());
    return std::tuple(shown.map, shown.style.colormap, shown.style.range.has_value(), range.low,
                      range.high, shown.style.interpolation);
  };
  return parts(*this) == parts(other);
}

MapPicture pictureOf(const ShownMap& shown, const PhotoPlacement& placement,
                     const ViewTransform& view, QSizeF canvas, double deviceScale) {
  const QRectF visible = view.photoOnCanvas().intersected(QRectF(QPointF(), canvas));
  const QRect device =
      QRectF(visible.topLeft() * deviceScale, visible.size() * deviceScale).toAlignedRect();
  if (device.isEmpty()) return {};
  const QRectF snapped(QPointF(device.topLeft()) / deviceScale,
                       QSizeF(device.size()) / deviceScale);
  const QPointF from = view.toPhoto(snapped.topLeft());
  const QPointF to = view.toPhoto(snapped.bottomRight());
  const PhotoRegion region{
      {from.x(), from.y(), to.x() - from.x(), to.y() - from.y()}, device.width(), device.height()};
  const auto colours = overlayColours(placement, *shown.map, shown.style, region);
  QImage image = QImage(colours.data(), device.width(), device.height(),
                        qsizetype{4} * device.width(), QImage::Format_RGBA8888)
                     .copy();
  if (shown.map->scale == HeatmapScale::Ranks) {
    const QRectF input = view.toCanvas(toQt(placement.inputRect()));
    dimRest(image, QRectF((input.topLeft() - snapped.topLeft()) * deviceScale,
                          input.size() * deviceScale));
  }
  image.setDevicePixelRatio(deviceScale);
  return {std::move(image), snapped};
}

void paintCellOutlines(QPainter& painter, const Heatmap& map, const PhotoPlacement& placement,
                       const ViewTransform& view) {
  const auto cells = selectedCells(map.geometry, selectionOf(map.values), placement);
  if (cells.empty() || cells.front().width * view.scale() < kOutlinedCell) return;
  painter.setPen(QPen(QColor(255, 255, 255, 150), 1));
  painter.setBrush(Qt::NoBrush);
  for (const RectF& cell : cells) painter.drawRect(view.toCanvas(toQt(cell)));
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
