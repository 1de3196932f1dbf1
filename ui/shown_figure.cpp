#include "ui/shown_figure.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <functional>

#include "core/measure/agreement.h"
#include "ui/map_panels.h"
#include "ui/map_title.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kComparisonColumns = 3;
constexpr double kSplitLine = 0.004;  // its width as a share of the picture's

QString say(const char* text) { return QCoreApplication::translate("Shown", text); }

const Image& imageOf(const Shown& shown) { return shown.photo->photo.image; }

FigurePanel panelOf(const MapPanels& panels, const ShownPane& pane) {
  if (pane.map) return panels.map(pane.title, pane.map, pane.style, *pane.placement);
  if (pane.problem.isEmpty()) return panels.photo(pane.title, pane.placement);
  FigurePanel panel;
  panel.title = pane.title;
  panel.caption = pane.problem;
  return panel;
}

/// The right part of a picture over another of the same size, with a line between them.
QImage splitPicture(QImage left, const QImage& right, double split) {
  const int at = static_cast<int>(std::lround(split * left.width()));
  QPainter painter(&left);
  painter.drawImage(at, 0, right, at, 0);
  const double line = std::max(1.0, kSplitLine * left.width());
  painter.fillRect(QRectF(at - line, 0, 2 * line, left.height()), QColor(0, 0, 0, 150));
  painter.fillRect(QRectF(at - line / 2, 0, line, left.height()), Qt::white);
  return left;
}

/// first minus second, as a pane; without a map where one of them has none.
ShownPane differencePane(const ShownComparison& comparison) {
  const auto& [mode, split, first, second] = comparison;
  ShownPane pane = first;
  pane.title = say("%1 minus %2").arg(first.title, second.title);
  pane.map.reset();
  if (!first.map || !second.map) return pane;
  Difference difference = differenceOf(PlacedMap{*first.map, *first.placement},
                                       PlacedMap{*second.map, *second.placement});
  pane.map = std::make_shared<const Heatmap>(std::move(difference.map));
  pane.placement = difference.placement;
  pane.style.overlay.range = displayRange(*pane.map);
  pane.style.overlay.colormap = &colormapFor(pane.map->scale, pane.style.overlay.colormap);
  pane.style.origin = RangeOrigin::Map;
  return pane;
}

/// Marks of one of the two, on its own side of the line.
void paintWithin(QPainter& painter, const QRectF& side, const QRectF& place,
                 const std::function<void(QPainter&, const QRectF&)>& marks) {
  if (!marks) return;
  painter.save();
  painter.setClipRect(side, Qt::IntersectClip);
  marks(painter, place);
  painter.restore();
}

FigurePanel comparisonPanel(const MapPanels& panels, const Shown& shown) {
  const ShownComparison& comparison = *shown.comparison;
  if (comparison.mode == CompareMode::Difference) {
    return panelOf(panels, differencePane(comparison));
  }
  FigurePanel panel = panelOf(panels, comparison.first);
  const FigurePanel right = panelOf(panels, comparison.second);
  panel.picture = splitPicture(panel.picture, right.picture, comparison.split);
  panel.rightTitle = right.title;
  if (panel.caption != right.caption) {
    panel.caption = say("Left: %1\nRight: %2").arg(panel.caption, right.caption);
  }
  panel.outlines = {};  // the frame of the network's input: no map has one
  panel.marks = [split = comparison.split, left = panel.marks, other = right.marks](
                    QPainter& painter, const QRectF& place) {
    const double at = place.left() + split * place.width();
    paintWithin(painter, QRectF(place.topLeft(), QPointF(at, place.bottom())), place, left);
    paintWithin(painter, QRectF(QPointF(at, place.top()), place.bottomRight()), place, other);
  };
  if (panel.scale && right.scale) {
    panel.rightScale = right.scale;
  } else if (right.scale) {
    panel.scale = right.scale;
  }
  return panel;
}

/// A line for each model.
QString footerOf(const Shown& shown) {
  QStringList lines;
  for (const auto& maps : shownMaps(shown)) {
    const ShownPane& pane = maps.front();
    const QString footer = figureFooter(pane.model->info(), pane.analysis->trace);
    lines << (pane.mark.isEmpty() ? footer : joinedTitle({pane.mark, footer}));
  }
  if (!lines.isEmpty()) return lines.join(QLatin1Char('\n'));
  if (shown.model && shown.analysis) {
    return figureFooter(shown.model->info(), shown.analysis->trace);
  }
  return QStringLiteral("FilterLens " FILTERLENS_VERSION);
}

/// A row of panes, from one on. Where there are two models it says whose they are, and the photo,
/// which is the same for both, stands once.
FigureRow figureRow(const Shown& shown, ModelSlot slot, std::size_t from, const MapPanels& panels) {
  const auto& panes = shown.panesOf(slot);
  FigureRow row;
  if (!shown.modelNames.isEmpty()) {
    row.heading = shown.modelNames[slot == ModelSlot::First ? 0 : 1];
    row.detail = fromUtf8(panes.front().model->info().architecture->title);
  }
  const auto end = std::min(panes.size(), from + static_cast<std::size_t>(shown.columns));
  for (std::size_t i = from; i < end; ++i) {
    const bool again = slot == ModelSlot::Second && !panes[i].map && panes[i].problem.isEmpty();
    row.panels.push_back(again ? FigurePanel() : panelOf(panels, panes[i]));
  }
  return row;
}

}  // namespace

QImage paneImage(const Shown& shown, const ShownPane& pane) {
  return pictureAtPhotoSize(imageOf(shown), pane.map, pane.style,
                            pane.placement.value_or(PhotoPlacement()));
}

QImage comparisonImage(const Shown& shown) {
  const ShownComparison& comparison = *shown.comparison;
  if (comparison.mode == CompareMode::Difference) {
    return paneImage(shown, differencePane(comparison));
  }
  return splitPicture(paneImage(shown, comparison.first), paneImage(shown, comparison.second),
                      comparison.split);
}

Figure shownFigure(const Shown& shown, double dotsPerInch) {
  const MapPanels panels(imageOf(shown), dotsPerInch, shown.comparison ? kComparisonColumns : 1);
  Figure figure;
  figure.title = fileName(shown.photo->path);
  if (shown.model) figure.detail = fromUtf8(shown.model->info().architecture->title);
  if (!shown.modelNames.isEmpty()) figure.detail = shown.modelNames.join(QStringLiteral("   "));
  figure.footer = footerOf(shown);
  figure.pictureAspect = panels.pictureAspect();
  if (shown.comparison) {
    figure.rows.emplace_back().panels.push_back(comparisonPanel(panels, shown));
    figure.rows.back().panels.back().span = kComparisonColumns;
    return figure;
  }
  const auto columns = static_cast<std::size_t>(shown.columns);
  for (std::size_t i = 0; i < shown.panes.size(); i += columns) {
    for (const ModelSlot slot : kModelSlots) {
      if (!shown.panesOf(slot).empty()) figure.rows.push_back(figureRow(shown, slot, i, panels));
    }
  }
  return figure;
}

}  // namespace filterlens
