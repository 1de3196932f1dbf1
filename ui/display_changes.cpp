#include "ui/display_changes.h"

#include <algorithm>

namespace filterlens {
namespace {

const PaneSpec& specOf(const Session& session, int pane) {
  return session.choices().layout.panes[static_cast<std::size_t>(pane)];
}

int paneCount(const Session& session) {
  return static_cast<int>(session.choices().layout.panes.size());
}

}  // namespace

DisplayScope scopeOf(const Session& session, int pane) {
  return {pane, specOf(session, pane).display.has_value()};
}

const DisplayChoices& displayIn(const Session& session, const DisplayScope& scope) {
  return scope.own ? *specOf(session, scope.pane).display : session.choices().display;
}

void setDisplayIn(Session& session, const DisplayScope& scope, const DisplayChoices& display) {
  if (scope.own) {
    session.setPaneDisplay(scope.pane, display);
  } else {
    session.setDisplay(display);
  }
}

void setOwnDisplay(Session& session, int pane, bool own) {
  if (own == specOf(session, pane).display.has_value()) return;
  session.setPaneDisplay(pane, own ? std::optional(session.choices().display) : std::nullopt);
}

std::shared_ptr<const Heatmap> mapIn(const Session& session, const PaneOfModel& pane) {
  return session.shownMap({specOf(session, pane.pane), pane.model});
}

void setFixedRange(Session& session, const PaneOfModel& pane, std::optional<ValueRange> range) {
  const auto map = mapIn(session, pane);
  if (!map || map->scale == HeatmapScale::Ranks) return;
  const DisplayScope scope = scopeOf(session, pane.pane);
  DisplayChoices display = displayIn(session, scope);
  if (range) {
    display.fixedRanges[rangeKey(*map)] = *range;
  } else {
    display.fixedRanges.erase(rangeKey(*map));
  }
  setDisplayIn(session, scope, display);
}

DisplayChoices withRangesLocked(const Session& session, const DisplayScope& scope) {
  DisplayChoices display = displayIn(session, scope);
  const auto fixed = display.fixedRanges;
  for (const ModelSlot model : session.openSlots()) {
    for (int pane = 0; pane < paneCount(session); ++pane) {
      const bool drawnSo = scope.own ? pane == scope.pane : !scopeOf(session, pane).own;
      const auto map = drawnSo ? mapIn(session, {pane, model}) : nullptr;
      if (!map || map->scale == HeatmapScale::Ranks || fixed.contains(rangeKey(*map))) continue;
      const ValueRange range = *session.styleOf(specOf(session, pane), map).overlay.range;
      const auto [entry, first] = display.fixedRanges.emplace(rangeKey(*map), range);
      entry->second = {std::min(entry->second.low, range.low),
                       std::max(entry->second.high, range.high)};
    }
  }
  return display;
}

}  // namespace filterlens
