#include "ui/pane_actions.h"

#include <algorithm>

#include "core/explain/inspected_cell.h"
#include "ui/layouts.h"
#include "ui/pane_choice.h"

namespace filterlens {
namespace {

/// What the layouts about one method show: the current pane, or else the first with a map.
PaneSpec chosenMap(const Session& session, const ViewGrid& grid) {
  const auto& panes = session.choices().layout.panes;
  const PaneSpec& current = panes[static_cast<std::size_t>(grid.currentIndex())];
  if (current.method != kPhotoMethod) return current;
  for (const PaneSpec& pane : panes) {
    if (pane.method != kPhotoMethod) return pane;
  }
  return {"gradcam", {}};
}

void connectLayouts(Actions& actions, Session& session, ViewGrid& grid) {
  actions.onTriggered(ActionId::FirstLayout,
                      [&] { session.setLayout(defaultLayout(*session.network())); });
  actions.onTriggered(ActionId::FilterMasksLayout,
                      [&] { session.setLayout(filterMasksLayout(session)); });
  actions.onTriggered(ActionId::MethodsLayout, [&] { session.setLayout(methodsLayout(session)); });
  actions.onTriggered(ActionId::LayersLayout,
                      [&] { session.setLayout(layersLayout(session, chosenMap(session, grid))); });
  actions.onTriggered(ActionId::OverlayLayout,
                      [&] { session.setLayout(overlayLayout(chosenMap(session, grid))); });
}

ComparedPane currentPane(const Session& session, const ViewGrid& grid) {
  const Pane* pane = grid.currentPane();
  return {session.choices().layout.panes[static_cast<std::size_t>(pane->index())], pane->slot()};
}

/// The current pane and its usual partner; a comparison that is open keeps its two. A photo alone
/// has nothing to compare: then the first pane with a map stands for it.
Comparison comparisonOf(const Session& session, const ViewGrid& grid, CompareMode mode) {
  if (const auto& open = session.choices().comparison) return {open->first, open->second, mode};
  const auto& panes = session.choices().layout.panes;
  const auto isMap = [](const PaneSpec& pane) { return pane.method != kPhotoMethod; };
  ComparedPane first = currentPane(session, grid);
  int index = grid.currentIndex();
  if (!isMap(first.pane)) {
    const auto found = std::find_if(panes.begin(), panes.end(), isMap);
    if (found != panes.end()) index = static_cast<int>(found - panes.begin());
    first.pane = panes[static_cast<std::size_t>(index)];
  }
  return {first, usualPartner(session, index, first.model), mode};
}

/// What to compare the current pane with.
PaneChoiceMenu* makeCompareMenu(Session& session, ViewGrid& grid) {
  return new PaneChoiceMenu(
      session,
      [&] {
        const auto& open = session.choices().comparison;
        return open ? PaneChoiceMenu::Marks{open->second, open->first}
                    : PaneChoiceMenu::Marks{{}, currentPane(session, grid)};
      },
      [&](const ComparedPane& other) {
        const auto& open = session.choices().comparison;
        session.setComparison(open ? Comparison{open->first, other, open->mode}
                                   : Comparison{currentPane(session, grid), other});
      },
      &grid);
}

void connectComparisons(Actions& actions, Session& session, ViewGrid& grid) {
  for (const auto& [id, mode] : {std::pair{ActionId::CompareSplit, CompareMode::Split},
                                 std::pair{ActionId::CompareDifference, CompareMode::Difference}}) {
    actions.onTriggered(id, [&session, &grid, mode = mode] {
      session.setComparison(comparisonOf(session, grid, mode));
    });
  }
  actions.setMenu(ActionId::CompareWith, makeCompareMenu(session, grid));
  actions.onTriggered(ActionId::BackToPanes, [&session] { session.setComparison(std::nullopt); });
}

/// At the current pane's layer, or else at the chosen one; a cell that is inspected stays.
void inspectAttention(Session& session, const ViewGrid& grid) {
  const Trace& trace = session.analysis()->trace;
  Choices next = session.choices();
  next.layout = inspectionLayout();
  next.comparison.reset();
  if (!next.inspected) {
    const auto& map = grid.currentPane()->map();
    const int own = map ? trace.findLayer(map->layer) : -1;
    const int layer = own >= 0 ? own : trace.findLayer(next.layer);
    if (layer < 0) return;
    const LayerTrace& recorded = trace.layers[static_cast<std::size_t>(layer)];
    next.inspected = InspectedCell{recorded.name, firstCell(recorded)};
  }
  session.setChoices(std::move(next));
}

void connectInspection(Actions& actions, Session& session, const ViewGrid& grid) {
  actions.onTriggered(ActionId::InspectAttention, [&] {
    inspectAttention(session, grid);
    grid.currentPane()->view()->setFocus();  // the arrow keys move the cell
  });
  actions.onTriggered(ActionId::EndInspection, [&] { session.setInspected(std::nullopt); });
}

/// Checked where the current pane is linked.
void connectLink(Actions& actions, Session& session, ViewGrid& grid) {
  QAction* link = actions[ActionId::LinkPane];
  const auto show = [link, &session, &grid] {
    const auto& panes = session.choices().layout.panes;
    const auto current = static_cast<std::size_t>(grid.currentIndex());
    link->setChecked(current < panes.size() && !panes[current].view);
  };
  actions.onTriggered(ActionId::LinkPane,
                      [link, &grid] { grid.currentPane()->setLinked(link->isChecked()); });
  QObject::connect(&grid, &ViewGrid::currentChanged, link, show);
  QObject::connect(&session, &Session::displayChanged, link, show);
  show();
}

}  // namespace

void connectPaneActions(Actions& actions, Session& session, ViewGrid& grid) {
  connectLink(actions, session, grid);
  connectLayouts(actions, session, grid);
  connectComparisons(actions, session, grid);
  connectInspection(actions, session, grid);
  const auto change = [&](ActionId id, PaneLayout (*changed)(PaneLayout, int)) {
    actions.onTriggered(id, [&session, &grid, changed] {
      session.setLayout(changed(session.choices().layout, grid.currentIndex()));
    });
  };
  change(ActionId::AddPane, withPaneAdded);
  change(ActionId::RemovePane, withPaneRemoved);
  change(ActionId::PaneAlone, withPaneToggledAlone);
  for (const auto& [id, by] :
       {std::pair{ActionId::PaneEarlier, -1}, std::pair{ActionId::PaneLater, 1}}) {
    actions.onTriggered(id, [&session, &grid, by = by] {
      const int from = grid.currentIndex();
      session.setLayout(withPaneMoved(session.choices().layout, from, from + by));
      grid.focusPane(from + by);
    });
  }
}

}  // namespace filterlens
