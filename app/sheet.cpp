#include "app/sheet.h"

#include <algorithm>
#include <cmath>

#include "ui/map_panels.h"
#include "ui/map_title.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr std::size_t kBars = 5;

QString sizeText(int cols, int rows) { return QStringLiteral("%1x%2").arg(cols).arg(rows); }

QString titleOf(const AnalysisRecord& record, const Heatmap& map) {
  const auto parts = titleParts(map, record.model, record.trace.seed, TitleLayer::Omitted);
  return joinedTitle(parts + QStringList(sizeText(map.values.cols, map.values.rows)));
}

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
    panel.bars.push_back({.label = fromUtf8(all[i].name),
                          .value = percent(all[i].probability),
                          .fraction = double{all[i].probability},
                          .accented = target});
  }
  return panel;
}

/// "filter · 256 of 3025 cells selected · 4 heads"
QString layerDetail(const LayerTrace& layer) {
  auto detail = fromUtf8(name(layer.stage->kind));
  if (!layer.selection.empty()) {
    detail += QStringLiteral(" · %1 of %2 cells selected")
                  .arg(layer.selection.size())
                  .arg(layer.inputGeometry.rows() * layer.inputGeometry.cols());
  }
  return detail + QStringLiteral(" · %1 heads").arg(layer.stage->heads);
}

/// The maps of a layer, in the order in which methods are offered, appended to a row.
void addMaps(const ExplainedPhoto& explained, const std::string& layer, const MapPanels& panels,
             FigureRow& row) {
  const AnalysisRecord& record = explained.record;
  for (std::size_t i = 0; i < record.maps.size(); ++i) {
    const Heatmap& map = record.maps[i];
    if (map.layer != layer) continue;
    // The record keeps the map for as long as the figure is painted.
    const std::shared_ptr<const Heatmap> kept(std::shared_ptr<void>(), &map);
    row.panels.push_back(
        panels.map(titleOf(record, map), kept, explained.styles[i], record.placement));
  }
}

}  // namespace

Figure sheetOf(const ExplainedPhoto& explained, double dotsPerInch) {
  const auto& record = explained.record;
  const MapPanels panels(explained.image, dotsPerInch);
  Figure figure;
  figure.title = fromUtf8(record.photo.path.filename().string());
  figure.detail = fromUtf8(record.model.architecture->title) + QStringLiteral(" · target class: ") +
                  fromUtf8(record.model.className(record.trace.targetClass));
  figure.footer = figureFooter(record.model, record.trace);
  figure.pictureAspect = panels.pictureAspect();

  FigureRow first;
  first.heading = QStringLiteral("Photo and prediction");
  const auto size = sizeText(explained.image.width(), explained.image.height());
  first.panels = {panels.photo(QStringLiteral("Photo · %1").arg(size), record.placement),
                  predictionsPanel(record)};
  addMaps(explained, "input", panels, first);
  figure.rows.push_back(std::move(first));
  for (const auto& layer : record.trace.layers) {
    FigureRow row;
    row.heading = fromUtf8(layer.name);
    row.detail = layerDetail(layer);
    addMaps(explained, layer.name, panels, row);
    if (!row.panels.empty()) figure.rows.push_back(std::move(row));
  }
  return figure;
}

}  // namespace filterlens
