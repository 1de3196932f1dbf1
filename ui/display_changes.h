// Changes of how maps are drawn, where they depend on what is shown: for one pane that has a
// display of its own, or else for all that have none.
#pragma once

#include <optional>

#include "ui/session.h"

namespace filterlens {

/// Whose display is changed.
struct DisplayScope {
  int pane = 0;      ///< the current one
  bool own = false;  ///< it has a display of its own
};
DisplayScope scopeOf(const Session&, int pane);

const DisplayChoices& displayIn(const Session&, const DisplayScope&);
void setDisplayIn(Session&, const DisplayScope&, const DisplayChoices&);

/// Gives a pane a display of its own, which starts as that of all panes; or takes it away.
void setOwnDisplay(Session&, int pane, bool own);

/// A pane of one of the models: what it shows.
struct PaneOfModel {
  int pane = 0;
  ModelSlot model = ModelSlot::First;
};

/// The map that a pane shows, or nullptr.
std::shared_ptr<const Heatmap> mapIn(const Session&, const PaneOfModel&);

/// Fixes the range of a pane's map, for all maps of its method that are drawn like it; none: gives
/// it back to RangeChoice. Nothing where the pane has no map with a range.
void setFixedRange(Session&, const PaneOfModel&, std::optional<ValueRange>);

/// The display with the ranges of its maps, of all models, fixed as they are now; those that are
/// fixed stay so.
DisplayChoices withRangesLocked(const Session&, const DisplayScope&);

}  // namespace filterlens
