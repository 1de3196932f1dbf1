#include "ui/shown.h"

#include <QCoreApplication>
#include <algorithm>
#include <map>

#include "ui/layouts.h"
#include "ui/map_title.h"
#include "ui/pane_title.h"

namespace filterlens {
namespace {

constexpr double kAnalysisShare = 0.5;  // of a pane's progress, where its model has to run

QString say(const char* text) { return QCoreApplication::translate("Shown", text); }

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

bool sameMap(const ShownPane& a, const ShownPane& b) {
  return a.map->method == b.map->method && a.map->layer == b.map->layer &&
         a.map->parameters == b.map->parameters;
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

}  // namespace filterlens
