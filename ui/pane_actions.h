// What the commands about panes do.
#pragma once

#include "ui/actions.h"
#include "ui/view_grid.h"

namespace filterlens {

/// Layouts, adding and removing panes, comparing. "This pane" is the grid's current one.
void connectPaneActions(Actions&, Session&, ViewGrid&);

}  // namespace filterlens
