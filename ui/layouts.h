// Layouts: the panes of a window as plain values: the presets, and a layout with one pane more,
// one less, or another order.
#pragma once

#include "ui/session.h"

namespace filterlens {

// Presets. They need a session with an analysis, which says what there is to see.
PaneLayout filterMasksLayout(const Session&);  ///< the photo, then the mask of each filter layer
PaneLayout methodsLayout(const Session&);      ///< the photo, then each method, at the chosen layer
/// The photo, then a method at each layer that it has a map for. Parameters are kept.
PaneLayout layersLayout(const Session&, const PaneSpec& method);
PaneLayout overlayLayout(const PaneSpec& map);  ///< the photo beside one map

/// The photo, and of the inspected cell: whom it attends to, who attends to it, its ancestry.
PaneLayout inspectionLayout();

/// As many columns as let so many panes fill a wide window.
int columnsFor(std::size_t panes);
/// The same where each pane stands above another one: as many as show the largest pictures.
int columnsForPairs(std::size_t panes);

// One change to a layout. A pane that stood alone gives the others room again.
PaneLayout withPaneAdded(PaneLayout,
                         int after);  ///< one like that at after; no more than kMostPanes
PaneLayout withPaneRemoved(PaneLayout, int index);  ///< the last one stays
PaneLayout withPaneMoved(PaneLayout, int from, int to);
/// The pane fills the grid, or, where it does so already, stands among the others again.
PaneLayout withPaneToggledAlone(PaneLayout, int index);

}  // namespace filterlens
