#include "app/sheet.h"

#include <algorithm>
#include <cmath>

namespace filterlens {
namespace {

constexpr std::size_t kBars = 5;
constexpr double kFlattestPicture = 0.4;  // height / width
constexpr double kTallestPicture = 1.6;

QString text(std::string_view utf8) {
  return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

QString sizeText(int cols, int rows) { return QStringLiteral("%1x%2").arg(cols).arg(rows); }

/// Paints the panels of one photo.
class SheetPainter {
 public:
  SheetPainter(const ExplainedPhoto& explained, const OverlayStyle& style, double dotsPerInch)
      : explained_(explained), record_(explained.record), style_(style) {
    const auto& image = explained.image;
    const QImage photo(image.data(), image.width(), image.height(), image.bytesPerLine(),
                       QImage::Format_RGB888);
    const double width = kFigurePanelWidth * dotsPerInch / 72;
    const QSizeF box(width, width * pictureAspect());
    const QSizeF fit = QSizeF(photo.size()).scaled(box, Qt::KeepAspectRatio);
    const QSize pixels(std::max(1, qRound(fit.width())), std::max(1, qRound(fit.height())));
    photo_ = photo.scaled(pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  }

  [[nodiscard]] double pictureAspect() const {
    const auto& image = explained_.image;
    return std::clamp(double{1} * image.height() / image.width(), kFlattestPicture,
                      kTallestPicture);
  }

  [[nodiscard]] FigurePanel photoPanel() const {
    FigurePanel panel;
    panel.title = QStringLiteral("Photo · %1")
                      .arg(sizeText(explained_.image.width(), explained_.image.height()));
    panel.picture = photo_;
    const auto seen = fraction(record_.placement.inputRect());
    if (seen.width() < 1 || seen.height() < 1) {
      panel.outlines = {seen};
      panel.caption = QStringLiteral("The network sees what lies within the frame.");
    }
    return panel;
  }

  [[nodiscard]] FigurePanel mapPanel(const Heatmap& map) const {
    FigurePanel panel;
    panel.title = titleOf(map);
    panel.caption = text(map.note);
    auto style = style_;
    style.colormap = &colormapFor(map.scale, style.colormap);
    if (!style.range) style.range = displayRange(map);
    panel.scale = FigureScale{style.colormap, *style.range};
    if (map.scale == HeatmapScale::Ranks) {
      style.interpolation = Interpolation::Cells;
      panel.outlines = outlines(map);
    }
    panel.picture = withMap(map, style);
    return panel;
  }

 private:
  [[nodiscard]] QRectF fraction(const RectF& rect) const {
    const double width = explained_.image.width();
    const double height = explained_.image.height();
    return {rect.x / width, rect.y / height, rect.width / width, rect.height / height};
  }

  [[nodiscard]] QString titleOf(const Heatmap& map) const {
    const auto* method = findExplainer(map.method);
    auto title = text(method->label);
    if (map.targetClass >= 0) {
      title += QStringLiteral(" · ") + text(record_.model.className(map.targetClass));
    }
    return title + QStringLiteral(" · ") + sizeText(map.values.cols, map.values.rows);
  }

  [[nodiscard]] std::vector<QRectF> outlines(const Heatmap& map) const {
    const auto layer = static_cast<std::size_t>(record_.trace.findLayer(map.layer));
    const auto& selection = record_.trace.layers[layer].selection;
    std::vector<QRectF> cells;
    for (const auto& cell : selectedCells(map.geometry, selection, record_.placement)) {
      cells.push_back(fraction(cell));
    }
    return cells;
  }

  [[nodiscard]] QImage withMap(const Heatmap& map, const OverlayStyle& style) const {
    const auto& image = explained_.image;
    const PhotoRegion whole{
        {0, 0, double(image.width()), double(image.height())}, photo_.width(), photo_.height()};
    const auto colours = overlayColours(record_.placement, map, style, whole);
    const qsizetype bytesPerLine = qsizetype{4} * photo_.width();
    const QImage layer(colours.data(), photo_.width(), photo_.height(), bytesPerLine,
                       QImage::Format_RGBA8888);
    QImage picture = photo_.convertToFormat(QImage::Format_RGB32);
    QPainter(&picture).drawImage(0, 0, layer);
    return picture;
  }

  const ExplainedPhoto& explained_;
  const AnalysisRecord& record_;
  const OverlayStyle& style_;
  QImage photo_;  // as large as a panel shows it
};

QString percent(float probability) {
  if (!std::isfinite(probability)) return QStringLiteral("–");
  return QStringLiteral("%1 %").arg(double{probability} * 100, 0, 'f', 1);
}

/// The most probable classes, and the target where it is not among them.
FigurePanel predictionsPanel(const AnalysisRecord& record) {
  const auto all =
      predictions(record.trace.logits, record.model.classNames, record.model.temperature);
  const auto shown = std::min({kBars, all.size(), record.predictions.size()});
  FigurePanel panel;
  panel.title = QStringLiteral("Prediction");
  panel.span = 2;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool target = all[i].index == record.trace.targetClass;
    if (i >= shown && !target) continue;
    panel.bars.push_back({.label = text(all[i].name),
                          .value = percent(all[i].probability),
                          .fraction = double{all[i].probability},
                          .accented = target});
  }
  return panel;
}

/// "filter · 256 of 3025 cells selected · 4 heads"
QString layerDetail(const LayerTrace& layer) {
  auto detail = text(name(layer.stage->kind));
  if (!layer.selection.empty()) {
    detail += QStringLiteral(" · %1 of %2 cells selected")
                  .arg(layer.selection.size())
                  .arg(layer.inputGeometry.rows() * layer.inputGeometry.cols());
  }
  return detail + QStringLiteral(" · %1 heads").arg(layer.stage->heads);
}

/// The maps of a layer, in the order in which methods are offered, appended to a row.
void addMaps(const AnalysisRecord& record, const std::string& layer, const SheetPainter& painter,
             FigureRow& row) {
  for (const auto& map : record.maps) {
    if (map.layer == layer) row.panels.push_back(painter.mapPanel(map));
  }
}

QString footer(const AnalysisRecord& record) {
  constexpr std::size_t kHashDigits = 12;
  const QString dot = QStringLiteral(" · ");
  auto line = QStringLiteral("FilterLens " FILTERLENS_VERSION) + dot +
              text(record.model.architecture->className) + dot +
              text(record.model.path.filename().string()) + QStringLiteral(" · sha256 ") +
              text(record.model.sha256.substr(0, kHashDigits)) +
              QStringLiteral(" · target %1").arg(record.trace.targetClass);
  if (record.model.architecture->drawsTokens()) {
    line += QStringLiteral(" · seed %1").arg(record.trace.seed);
  }
  return line;
}

}  // namespace

Figure sheetOf(const ExplainedPhoto& explained, const OverlayStyle& style, double dotsPerInch) {
  const auto& record = explained.record;
  const SheetPainter painter(explained, style, dotsPerInch);
  Figure figure;
  figure.title = text(record.photo.path.filename().string());
  figure.detail = text(record.model.architecture->title) + QStringLiteral(" · target class: ") +
                  text(record.model.className(record.trace.targetClass));
  figure.footer = footer(record);
  figure.pictureAspect = painter.pictureAspect();

  FigureRow first;
  first.heading = QStringLiteral("Photo and prediction");
  first.panels = {painter.photoPanel(), predictionsPanel(record)};
  addMaps(record, "input", painter, first);
  figure.rows.push_back(std::move(first));
  for (const auto& layer : record.trace.layers) {
    FigureRow row;
    row.heading = text(layer.name);
    row.detail = layerDetail(layer);
    addMaps(record, layer.name, painter, row);
    if (!row.panels.empty()) figure.rows.push_back(std::move(row));
  }
  return figure;
}

}  // namespace filterlens
