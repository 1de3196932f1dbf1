// What the actions about changes in the network do.
#pragma once

#include "ui/actions.h"
#include "ui/session.h"

namespace filterlens {

void connectWhatIfActions(Actions&, Session&);

}  // namespace filterlens
