#include "ui/map_panels.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/map_painting.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr double kFlattestPicture = 0.4;  // height / width
constexpr double kTallestPicture = 1.6;
constexpr int kHashDigits = 12;
constexpr double kCanvasWidth =
    600;  // of a picture at the photo's size, for the width of its lines

QString say(const char* text) { return QCoreApplication::translate("Figure", text); }

/// The image's own pixels: keep it.
QImage viewOf(const Image& image) {
  return QImage(image.data(), image.width(), image.height(),
                static_cast<qsizetype>(image.bytesPerLine()), QImage::Format_RGB888);
}

/// The photo in this size with a map's colours over it.
QImage withMap(const QImage& photo, const Image& image, const Heatmap& map,
               const OverlayStyle& style, const PhotoPlacement& placement) {
  const PhotoRegion whole{
      {0, 0, double(image.width()), double(image.height())}, photo.width(), photo.height()};
  const auto colours = overlayColours(placement, map, style, whole);
  const QImage layer(colours.data(), photo.width(), photo.height(), qsizetype{4} * photo.width(),
                     QImage::Format_RGBA8888);
  QImage picture = photo.convertToFormat(QImage::Format_RGB32);
  QPainter(&picture).drawImage(0, 0, layer);
  return picture;
}

}  // namespace

MapPanels::MapPanels(const Image& image, double dotsPerInch, int columns)
    : image_(image), width_(figurePanelWidth(columns)) {
  const QImage photo = viewOf(image);
  const QSizeF box = QSizeF(width_, kFigurePanelWidth * pictureAspect()) * (dotsPerInch / 72);
  const QSizeF fit = QSizeF(photo.size()).scaled(box, Qt::KeepAspectRatio);
  const QSize pixels(std::max(1, qRound(fit.width())), std::max(1, qRound(fit.height())));
  photo_ = photo.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

double MapPanels::pictureAspect() const {
  const double shape =
      std::clamp(double{1} * image_.height() / image_.width(), kFlattestPicture, kTallestPicture);
  return shape * width_ / kFigurePanelWidth;
}

FigurePanel MapPanels::photo(const QString& title,
                             const std::optional<PhotoPlacement>& placement) const {
  FigurePanel panel;
  panel.title = title;
  panel.picture = photo_;
  if (!placement) return panel;
  const QRectF seen = fraction(placement->inputRect());
  if (seen.width() < 1 || seen.height() < 1) {
    panel.outlines = {seen};
    panel.caption = say("The network sees what lies within the frame.");
  }
  return panel;
}

FigurePanel MapPanels::map(const QString& title, const Heatmap& map, OverlayStyle style,
                           const PhotoPlacement& placement) const {
  if (!style.colormap) style.colormap = &defaultColormap(map.scale);
  if (!style.range) style.range = displayRange(map);
  FigurePanel panel;
  panel.title = title;
  panel.caption = fromUtf8(map.note);
  panel.scale = FigureScale{style.colormap, *style.range};
  panel.picture = withMap(photo_, image_, map, style, placement);
  if (map.scale == HeatmapScale::Ranks) {
    for (const RectF& cell : selectedCells(map.geometry, selectionOf(map.values), placement)) {
      panel.outlines.push_back(fraction(cell));
    }
  }
  return panel;
}

QRectF MapPanels::fraction(const RectF& rect) const {
  const double width = image_.width();
  const double height = image_.height();
  return {rect.x / width, rect.y / height, rect.width / width, rect.height / height};
}

QImage pictureAtPhotoSize(const Image& image, const Heatmap* map, const OverlayStyle& style,
                          const PhotoPlacement& placement) {
  const QImage photo = viewOf(image);
  if (!map) return photo.convertToFormat(QImage::Format_RGB32);
  QImage picture = withMap(photo, image, *map, style, placement);
  if (map->scale != HeatmapScale::Ranks) return picture;
  QPainter painter(&picture);
  const double scale = std::max(1.0, picture.width() / kCanvasWidth);
  painter.scale(scale, scale);
  const QSizeF canvas = QSizeF(picture.size()) / scale;
  paintCellOutlines(painter, *map, placement, ViewTransform(photo.size(), canvas, {}));
  return picture;
}

QString figureFooter(const ModelInfo& info, const Trace& trace) {
  QStringList parts{
      QStringLiteral("FilterLens " FILTERLENS_VERSION), fileName(info.path),
      say("SHA-256 %1").arg(QString::fromStdString(info.sha256).left(kHashDigits)),
      say("target %1").arg(QString::fromStdString(info.className(trace.targetClass)))};
  if (info.architecture->drawsTokens()) parts << say("seed %1").arg(trace.seed);
  return parts.join(QStringLiteral(" · "));
}

}  // namespace filterlens
