#include "ui/shown.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/export/command_words.h"
#include "core/measure/agreement.h"
#include "core/model/intervention_text.h"
#include "ui/map_painting.h"
#include "ui/map_panels.h"
#include "ui/map_title.h"
#include "ui/pane_title.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kComparisonColumns = 3;
constexpr double kSplitLine = 0.004;    // its width as a share of the picture's
constexpr double kAnalysisShare = 0.5;  // of a pane's progress, where its model has to run
constexpr auto kOutput = "filterlens-out";
constexpr auto kSecondOutput = "filterlens-out-2";  // of the other model of a comparison

QString say(const char* text) { return QCoreApplication::translate("Shown", text); }

const Image& imageOf(const Shown& shown) { return shown.photo->photo.image; }

/// A figure has no views of its own that could be unlinked.
PaneSpec withoutView(PaneSpec pane) {
  pane.view.reset();
  return pane;
}

ShownPane shownPane(const Session& session, const ComparedPane& compared) {
  const auto& [spec, slot] = compared;
  ShownPane pane;
  pane.display = session.displayOf(spec);
  pane.model = session.model(slot);
  pane.analysis = session.analysis(slot);
  if (pane.analysis) pane.placement = pane.analysis->placement;
  if (auto map = session.shownMap(compared)) {
    pane.map = std::move(map);
    pane.style = session.styleOf(spec, pane.map).overlay;
    pane.title = joinedTitle(titleParts(session, {withoutView(spec), slot}, pane.map.get()));
  } else {
    pane.title = say("Photo");
  }
  return pane;
}

/// The same pane of another photo, that its model has analysed.
Result<ShownPane> shownPaneFor(const ShownPane& like, std::shared_ptr<const Analysis> analysis,
                               const Progress& progress) {
  ShownPane pane = like;
  pane.placement = analysis->placement;
  pane.analysis = std::move(analysis);
  if (!like.map) return pane;
  const Explainer* method = findExplainer(like.map->method);
  const int layer =
      like.map->layer == "input" ? kInputLayer : pane.analysis->trace.findLayer(like.map->layer);
  auto map = mapOf(*like.model, *pane.analysis, *method, layer, like.map->parameters, progress);
  if (!map) return map.error();
  pane.map = *map;
  pane.title = joinedTitle(titleParts(**map, like.model->info(), pane.analysis->trace.seed));
  return pane;
}

/// What a pane's model says about the photo: the other model of a comparison has to be asked.
Result<std::shared_ptr<const Analysis>> analysisFor(const Shown& shown, const ShownPane& pane,
                                                    const Progress& progress) {
  if (!pane.model || pane.model == shown.model) return shown.analysis;
  const int target = pane.map ? pane.map->targetClass : -1;
  return analyse(*pane.model, *shown.photo, target < 0 ? std::nullopt : std::optional(target),
                 progress);
}

std::vector<ShownPane*> allPanes(Shown& shown) {
  std::vector<ShownPane*> panes;
  for (ShownPane& pane : shown.panes) panes.push_back(&pane);
  if (shown.comparison) {
    panes.push_back(&shown.comparison->first);
    panes.push_back(&shown.comparison->second);
  }
  return panes;
}

/// As a session does it for the panes that it has.
void workOutStyles(Shown& shown) {
  const auto panes = allPanes(shown);
  std::vector<std::shared_ptr<const Heatmap>> sharing;
  for (const ShownPane* pane : panes) {
    if (pane->map && pane->display.range == RangeChoice::Method) sharing.push_back(pane->map);
  }
  MapRanges ranges;
  for (ShownPane* pane : panes) {
    if (pane->map) pane->style = styleFor(pane->map, pane->display, sharing, ranges).overlay;
  }
}

ShownMap shownMapOf(const ShownPane& pane) {
  const bool ranks = pane.map->scale == HeatmapScale::Ranks;
  return {pane.map, pane.style, ranks ? 0 : pane.display.contours, pane.display.tokens};
}

FigurePanel panelOf(const MapPanels& panels, const ShownPane& pane) {
  if (!pane.map) return panels.photo(pane.title, pane.placement);
  return panels.map(pane.title, shownMapOf(pane), *pane.placement);
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
  pane.style.range = displayRange(*pane.map);
  pane.style.colormap = &colormapFor(pane.map->scale, pane.style.colormap);
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

QString footerOf(const Shown& shown) {
  if (shown.model && shown.analysis) {
    return figureFooter(shown.model->info(), shown.analysis->trace);
  }
  return QStringLiteral("FilterLens " FILTERLENS_VERSION);
}

/// "rollout:input:discard=0.2:range=0..0.013"
std::string showWord(const ShownPane& pane) {
  const Heatmap& map = *pane.map;
  std::string word = map.method + ":" + map.layer;
  for (const ParameterSpec& spec : findExplainer(map.method)->parameters) {
    const std::string id(spec.id);
    const std::string value =
        spec.isChoice() ? map.parameters.choice(id) : plainNumber(map.parameters.number(id));
    const std::string fallback =
        spec.isChoice() ? std::string(spec.choices.front()) : plainNumber(spec.fallback);
    if (value != fallback) word += ":" + id + "=" + value;
  }
  const ValueRange own = displayRange(map);
  const ValueRange range = pane.style.range.value_or(own);
  if (range.low != own.low || range.high != own.high) {
    word += ":range=" + plainNumber(range.low) + ".." + plainNumber(range.high);
  }
  return word;
}

/// own: the maps of that model, which may be none.
std::string commandOf(const Shown& shown, const Model& model, const Analysis& analysis,
                      const std::vector<ShownPane>& own) {
  CommandWords words;
  words.add("filterlens");
  words.add("explain");
  words.addPath(shown.photo->path);
  words.add("--model");
  words.addPath(model.info().path);
  words.add("--target", std::to_string(analysis.trace.targetClass));
  for (const ShownPane& pane : own) words.add("--show", showWord(pane));
  words.add("--seed", std::to_string(analysis.trace.seed));
  for (const auto& [layer, change] : analysis.trace.interventions) {
    words.add("--what-if", layer + ":" + settingsText(change));
  }
  if (own.empty()) {
    words.add("--json");
    return words.text();
  }
  if (!shown.display.colormap.empty()) words.add("--colormap", shown.display.colormap);
  words.add("--opacity", plainNumber(shown.display.opacity));
  if (shown.display.interpolation == Interpolation::Cells) words.add("--cells");
  words.add("--out");
  words.addPath(&model == shown.model.get() ? kOutput : kSecondOutput);
  return words.text();
}

bool sameMap(const ShownPane& a, const ShownPane& b) {
  return a.model == b.model && a.map->method == b.map->method && a.map->layer == b.map->layer &&
         a.map->parameters == b.map->parameters;
}

}  // namespace

Shown shownIn(const Session& session, double split, ModelSlot slot) {
  const Choices& choices = session.choices();
  Shown shown{session.photo(), session.model(slot),    session.analysis(slot),
              choices.display, choices.layout.columns, {}};
  for (const PaneSpec& spec : choices.layout.panes) {
    shown.panes.push_back(shownPane(session, {spec, slot}));
  }
  if (const auto& comparison = choices.comparison) {
    shown.comparison = {comparison->mode, split, shownPane(session, comparison->first),
                        shownPane(session, comparison->second)};
  }
  return shown;
}

Result<Shown> shownFor(const Shown& like, std::shared_ptr<const OpenedPhoto> photo,
                       std::shared_ptr<const Analysis> analysis, const Progress& progress) {
  Shown shown = like;
  shown.photo = std::move(photo);
  shown.analysis = std::move(analysis);
  const auto panes = allPanes(shown);
  for (std::size_t i = 0; i < panes.size(); ++i) {
    const auto count = static_cast<double>(panes.size());
    const auto at = static_cast<double>(i);
    const auto share = progress.part(at / count, (at + 1) / count);
    const auto own = analysisFor(shown, *panes[i], share.part(0, kAnalysisShare));
    if (!own) return own.error();
    auto pane = shownPaneFor(*panes[i], *own, share.part(kAnalysisShare, 1));
    if (!pane) return pane.error();
    *panes[i] = *std::move(pane);
  }
  workOutStyles(shown);
  return shown;
}

std::vector<ShownPane> shownMaps(const Shown& shown) {
  std::vector<ShownPane> panes = shown.panes;
  if (shown.comparison) panes = {shown.comparison->first, shown.comparison->second};
  std::vector<ShownPane> maps;
  for (const ShownPane& pane : panes) {
    const bool known = !pane.map || std::any_of(maps.begin(), maps.end(), [&](const auto& other) {
      return sameMap(other, pane);
    });
    if (!known) maps.push_back(pane);
  }
  return maps;
}

QImage paneImage(const Shown& shown, const ShownPane& pane) {
  return pictureAtPhotoSize(imageOf(shown),
                            pane.map ? std::optional(shownMapOf(pane)) : std::nullopt,
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
  figure.footer = footerOf(shown);
  figure.pictureAspect = panels.pictureAspect();
  if (shown.comparison) {
    figure.rows.emplace_back().panels.push_back(comparisonPanel(panels, shown));
    figure.rows.back().panels.back().span = kComparisonColumns;
    return figure;
  }
  for (std::size_t i = 0; i < shown.panes.size(); ++i) {
    if (i % static_cast<std::size_t>(shown.columns) == 0) figure.rows.emplace_back();
    figure.rows.back().panels.push_back(panelOf(panels, shown.panes[i]));
  }
  return figure;
}

std::string explainCommand(const Shown& shown) {
  const auto maps = shownMaps(shown);
  std::vector<std::shared_ptr<const Model>> models = {shown.model};
  for (const ShownPane& pane : maps) {
    const bool known = std::find(models.begin(), models.end(), pane.model) != models.end();
    if (pane.model && !known) models.push_back(pane.model);
  }
  std::string lines;
  for (const auto& model : models) {
    std::vector<ShownPane> own;
    std::copy_if(maps.begin(), maps.end(), std::back_inserter(own),
                 [&](const ShownPane& pane) { return pane.model == model; });
    if (own.empty() && !maps.empty()) continue;
    const auto& analysis = own.empty() ? shown.analysis : own.front().analysis;
    if (!lines.empty()) lines += "\n";
    lines += commandOf(shown, *model, *analysis, own);
  }
  return lines;
}

}  // namespace filterlens
