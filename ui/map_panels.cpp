#include "ui/map_panels.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/export/provenance.h"
#include "ui/map_title.h"
#include "ui/text.h"
#include "ui/what_if.h"

namespace filterlens {
namespace {

constexpr double kFlattestPicture = 0.4;  // height / width
constexpr double kTallestPicture = 1.6;
constexpr double kCanvasSide = 800;  // of a picture at its full size, for the width of its lines

QString say(const char* text) { return QCoreApplication::translate("Figure", text); }

/// The image's own pixels: keep it.
QImage viewOf(const Image& image) {
  return QImage(image.data(), image.width(), image.height(),
                static_cast<qsizetype>(image.bytesPerLine()), QImage::Format_RGB888);
}

/// A map in its style's opacity; what the style leaves open is filled in.
ShownMap completed(std::shared_ptr<const Heatmap> map, const MapStyle& style) {
  ShownMap shown{std::move(map), style.overlay, style.contours, style.tokens};
  shown.style.colormap = &colormapFor(shown.map->scale, shown.style.colormap);
  if (!shown.style.range) shown.style.range = displayRange(*shown.map);
  return shown;
}

/// The photo in this size with a map's colours over it.
QImage withColours(const QImage& photo, const Image& image, const ShownMap& shown,
                   const PhotoPlacement& placement) {
  const PhotoRegion whole{
      {0, 0, double(image.width()), double(image.height())}, photo.width(), photo.height()};
  QImage picture = photo.convertToFormat(QImage::Format_RGB32);
  QPainter painter(&picture);
  painter.setOpacity(shown.style.opacity);
  painter.drawImage(0, 0, mapColours(shown, placement, whole));
  return picture;
}

/// Draws what lies over a map's colours into the place of the whole photo.
std::function<void(QPainter&, const QRectF&)> marksOn(const QSizeF& photo, const ShownMap& shown,
                                                      const PhotoPlacement& placement) {
  return [photo, opacity = shown.style.opacity, marks = marksOf(shown, placement)](
             QPainter& painter, const QRectF& place) {
    const auto toPlace = QTransform::fromTranslate(place.x(), place.y())
                             .scale(place.width() / photo.width(), place.height() / photo.height());
    paintMarks(painter, marks, toPlace, opacity);
  };
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

FigurePanel MapPanels::map(const QString& title, std::shared_ptr<const Heatmap> map,
                           const MapStyle& style, const PhotoPlacement& placement) const {
  const ShownMap shown = completed(std::move(map), style);
  FigurePanel panel;
  panel.title = title;
  panel.caption = colourCaption(style, *shown.map);
  if (!shown.map->note.empty()) panel.caption += QLatin1Char('\n') + fromUtf8(shown.map->note);
  panel.scale = FigureScale{shown.style.colormap, *shown.style.range};
  panel.picture = withColours(photo_, image_, shown, placement);
  panel.marks = marksOn(QSizeF(image_.width(), image_.height()), shown, placement);
  return panel;
}

QRectF MapPanels::fraction(const RectF& rect) const {
  const double width = image_.width();
  const double height = image_.height();
  return {rect.x / width, rect.y / height, rect.width / width, rect.height / height};
}

QImage pictureAtPhotoSize(const Image& image, std::shared_ptr<const Heatmap> map,
                          const MapStyle& style, const PhotoPlacement& placement) {
  const QImage photo = viewOf(image);
  if (!map) return photo.convertToFormat(QImage::Format_RGB32);
  const ShownMap shown = completed(std::move(map), style);
  QImage picture = withColours(photo, image, shown, placement);
  QPainter painter(&picture);
  const double scale = std::max(1.0, std::max(picture.width(), picture.height()) / kCanvasSide);
  painter.scale(scale, scale);
  const QRectF place(QPointF(), QSizeF(picture.size()) / scale);
  marksOn(photo.size(), shown, placement)(painter, place);
  return picture;
}

QString figureFooter(const ModelInfo& info, const Trace& trace) {
  QStringList parts{
      QStringLiteral("FilterLens " FILTERLENS_VERSION), fileName(info.path),
      say("SHA-256 %1").arg(QString::fromStdString(shortHash(info))),
      say("target %1").arg(QString::fromStdString(info.className(trace.targetClass)))};
  if (info.architecture->drawsTokens()) parts << say("seed %1").arg(trace.seed);
  const QString changes = interventionsText(trace.interventions, *info.architecture);
  if (!changes.isEmpty()) parts << say("what if: %1").arg(changes);
  return parts.join(QStringLiteral(" · "));
}

}  // namespace filterlens
