#include "ui/shown.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <map>

#include "core/export/command_words.h"
#include "core/measure/agreement.h"
#include "core/model/intervention_text.h"
#include "ui/display_words.h"
#include "ui/layouts.h"
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
  if (session.hasSecondModel()) pane.mark = modelMark(slot);
  if (pane.analysis) pane.placement = pane.analysis->placement;
  const ComparedPane linked{withoutView(spec), slot};
  if (auto map = session.shownMap(compared)) {
    pane.map = std::move(map);
    pane.style = session.styleOf(spec, pane.map);
    pane.title = joinedTitle(titleParts(session, linked, pane.map.get()));
    return pane;
  }
  pane.problem = whyNoMap(session, compared);
  pane.title = pane.problem.isEmpty() ? say("Photo") : paneTitle(session, linked);
  return pane;
}

QString titleOf(const ShownPane& pane) {
  QStringList parts = titleParts(*pane.map, pane.model->info(), pane.analysis->trace.seed);
  if (!pane.mark.isEmpty()) parts.prepend(pane.mark);
  return joinedTitle(parts);
}

/// What each model says about the photo, by what it said about the one before: the first one has
/// said it, the second is asked once, for its class of the same name.
struct Answer {
  std::shared_ptr<const Analysis> analysis;
  bool hasTarget = true;
};
using Answers = std::map<std::shared_ptr<const Analysis>, Answer>;

/// The same pane of another photo, that its model has analysed.
Result<ShownPane> shownPaneFor(const ShownPane& like, const Answer& answer,
                               const Progress& progress) {
  ShownPane pane = like;
  if (!answer.analysis) return pane;
  pane.placement = answer.analysis->placement;
  pane.analysis = answer.analysis;
  if (!like.map) return pane;
  if (like.map->targetClass >= 0 && !answer.hasTarget) {
    pane.map.reset();
    pane.problem = say("This model has no class of that name.");
    return pane;
  }
  const Explainer* method = findExplainer(like.map->method);
  const int layer =
      like.map->layer == "input" ? kInputLayer : pane.analysis->trace.findLayer(like.map->layer);
  auto map = mapOf(*like.model, *pane.analysis, *method, layer, like.map->parameters, progress);
  if (!map) return map.error();
  pane.map = *map;
  pane.title = titleOf(pane);
  return pane;
}

std::vector<ShownPane*> allPanes(Shown& shown) {
  std::vector<ShownPane*> panes;
  for (ShownPane& pane : shown.panes) panes.push_back(&pane);
  for (ShownPane& pane : shown.second) panes.push_back(&pane);
  if (shown.comparison) {
    panes.push_back(&shown.comparison->first);
    panes.push_back(&shown.comparison->second);
  }
  return panes;
}

Result<Answers> answersOf(Shown& shown, const Shown& like, const Progress& progress) {
  Answers answers{{like.analysis, {shown.analysis}}, {nullptr, {}}};
  for (const ShownPane* pane : allPanes(shown)) {
    if (answers.contains(pane->analysis)) continue;
    const auto target =
        sameClass(shown.model->info(), shown.analysis->trace.targetClass, pane->model->info());
    auto analysis =
        analyse(*pane->model, *shown.photo, target, progress, pane->analysis->trace.interventions);
    if (!analysis) return analysis.error();
    answers.emplace(pane->analysis, Answer{*analysis, target.has_value()});
  }
  return answers;
}

/// As a session does it for the panes that it has.
void workOutStyles(Shown& shown) {
  std::vector<std::shared_ptr<const Heatmap>> sharing;
  for (const auto* panes : {&shown.panes, &shown.second}) {
    for (const ShownPane& pane : *panes) {
      if (pane.map && pane.display.range == RangeChoice::Method) sharing.push_back(pane.map);
    }
  }
  MapRanges ranges;
  for (ShownPane* pane : allPanes(shown)) {
    if (pane->map) pane->style = styleFor(pane->map, pane->display, sharing, ranges);
  }
}

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

/// What a pane's picture has of its own, for --show: as little as says it. all: that all panes have
/// in common.
std::string lookWords(const ShownPane& pane, const ShownPane* all) {
  const Heatmap& map = *pane.map;
  const OverlayStyle& style = pane.style.overlay;
  std::string words;
  const auto add = [&words](const char* id, const std::string& value) {
    words += std::string(":") + id + "=" + value;
  };
  const ValueRange own = displayRange(map);
  const ValueRange range = style.range.value_or(own);
  if (range.low != own.low || range.high != own.high) {
    add("range", plainNumber(range.low) + ".." + plainNumber(range.high));
  }
  const DisplayChoices& display = pane.display;
  if (!all && !display.colormap.empty()) add("colormap", display.colormap);
  if (!all) add("opacity", plainNumber(display.opacity));
  if (!all && display.interpolation != Interpolation::Smooth) {
    add("interpolation", wordOf(kInterpolationWords, display.interpolation));
  }
  if (map.scale == HeatmapScale::Ranks) {
    if (display.tokens != TokenMarks::Colours) add("tokens", wordOf(kTokenWords, display.tokens));
    return words;
  }
  if (display.threshold > 0) add("threshold", plainNumber(display.threshold));
  if (display.contours > 0) add("contours", std::to_string(display.contours));
  return words;
}

/// "rollout:input:discard=0.2:range=0..0.013"
std::string showWord(const ShownPane& pane, const ShownPane* all) {
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
  return word + lookWords(pane, all);
}

bool drawnAlike(const ShownPane& a, const ShownPane& b) {
  return a.display.colormap == b.display.colormap && a.display.opacity == b.display.opacity &&
         a.display.interpolation == b.display.interpolation;
}

/// own: the maps of that model, which may be none.
std::string commandOf(const Shown& shown, const Model& model, const Analysis& analysis,
                      const std::vector<ShownPane>& own, const char* output) {
  CommandWords words;
  words.add("filterlens");
  words.add("explain");
  words.addPath(shown.photo->path);
  words.add("--model");
  words.addPath(model.info().path);
  words.add("--target", std::to_string(analysis.trace.targetClass));
  const bool alike = std::all_of(
      own.begin(), own.end(), [&](const ShownPane& pane) { return drawnAlike(pane, own.front()); });
  const ShownPane* all = alike && !own.empty() ? &own.front() : nullptr;
  std::vector<std::string> known;
  for (const ShownPane& pane : own) {
    const std::string word = showWord(pane, all);
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    known.push_back(word);
    words.add("--show", word);
  }
  words.add("--seed", std::to_string(analysis.trace.seed));
  for (const auto& [layer, change] : analysis.trace.interventions) {
    words.add("--what-if", layer + ":" + settingsText(change));
  }
  if (own.empty()) {
    words.add("--json");
    return words.text();
  }
  if (all) {
    if (!all->display.colormap.empty()) words.add("--colormap", all->display.colormap);
    words.add("--opacity", plainNumber(all->display.opacity));
    if (all->display.interpolation == Interpolation::Cells) words.add("--cells");
  }
  words.add("--out");
  words.addPath(output);
  return words.text();
}

/// The panes that can be seen and show a map, for each model that has any.
std::vector<std::vector<ShownPane>> seenMaps(const Shown& shown) {
  std::vector<ShownPane> panes = shown.panes;
  panes.insert(panes.end(), shown.second.begin(), shown.second.end());
  if (shown.comparison) panes = {shown.comparison->first, shown.comparison->second};
  std::vector<std::vector<ShownPane>> models;
  for (ShownPane& pane : panes) {
    if (!pane.map) continue;
    const auto own = std::find_if(models.begin(), models.end(), [&](const auto& known) {
      return known.front().analysis == pane.analysis;
    });
    if (own == models.end()) {
      models.push_back({std::move(pane)});
    } else {
      own->push_back(std::move(pane));
    }
  }
  return models;
}

bool sameMap(const ShownPane& a, const ShownPane& b) {
  return a.map->method == b.map->method && a.map->layer == b.map->layer &&
         a.map->parameters == b.map->parameters;
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

Shown shownIn(const Session& session, double split) {
  const Choices& choices = session.choices();
  const auto& layout = choices.layout;
  Shown shown{session.photo(), session.model(), session.analysis(), layout.columns, {}};
  for (const PaneSpec& spec : layout.panes) {
    shown.panes.push_back(shownPane(session, {spec, ModelSlot::First}));
  }
  if (session.hasSecondModel()) {
    for (const PaneSpec& spec : layout.panes) {
      shown.second.push_back(shownPane(session, {spec, ModelSlot::Second}));
    }
    shown.columns = columnsForPairs(layout.panes.size());
    for (const ModelSlot slot : kModelSlots) {
      shown.modelNames << joinedTitle({modelMark(slot), modelName(session, slot)});
    }
  }
  if (const auto& comparison = choices.comparison) {
    shown.comparison = {comparison->mode, split, shownPane(session, comparison->first),
                        shownPane(session, comparison->second)};
  }
  return shown;
}

Shown shownAlone(const Shown& shown, std::size_t pane, ModelSlot slot) {
  const ShownPane& alone = shown.panesOf(slot)[pane];
  return {shown.photo, alone.model, alone.analysis, 1, {alone}};
}

Result<Shown> shownFor(const Shown& like, std::shared_ptr<const OpenedPhoto> photo,
                       std::shared_ptr<const Analysis> analysis, const Progress& progress) {
  Shown shown = like;
  shown.photo = std::move(photo);
  shown.analysis = std::move(analysis);
  const auto answers = answersOf(shown, like, progress.part(0, kAnalysisShare));
  if (!answers) return answers.error();
  const auto maps = progress.part(kAnalysisShare, 1);
  const auto panes = allPanes(shown);
  for (std::size_t i = 0; i < panes.size(); ++i) {
    const auto count = static_cast<double>(panes.size());
    const auto at = static_cast<double>(i);
    auto pane = shownPaneFor(*panes[i], answers->at(panes[i]->analysis),
                             maps.part(at / count, (at + 1) / count));
    if (!pane) return pane.error();
    *panes[i] = *std::move(pane);
  }
  workOutStyles(shown);
  return shown;
}

std::vector<std::vector<ShownPane>> shownMaps(const Shown& shown) {
  auto models = seenMaps(shown);
  for (auto& maps : models) {
    std::vector<ShownPane> once;
    for (ShownPane& pane : maps) {
      const bool known = std::any_of(once.begin(), once.end(),
                                     [&](const auto& other) { return sameMap(other, pane); });
      if (!known) once.push_back(std::move(pane));
    }
    maps = std::move(once);
  }
  return models;
}

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

std::string explainCommand(const Shown& shown) {
  const auto models = seenMaps(shown);
  if (models.empty()) return commandOf(shown, *shown.model, *shown.analysis, {}, kOutput);
  std::string lines;
  for (const auto& maps : models) {
    const ShownPane& first = maps.front();
    const char* output = first.analysis == shown.analysis ? kOutput : kSecondOutput;
    lines +=
        (lines.empty() ? "" : "\n") + commandOf(shown, *first.model, *first.analysis, maps, output);
  }
  return lines;
}

}  // namespace filterlens
