#include "ui/pane_actions.h"

#include "ui/layouts.h"

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

}  // namespace

void connectPaneActions(Actions& actions, Session& session, ViewGrid& grid) {
  connectLayouts(actions, session, grid);
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
