// What the panes show, as a command line that writes it.
#pragma once

#include <string>

#include "ui/shown.h"

namespace filterlens {

/// The command line that writes the same maps into a folder, drawn as they are shown, and no
/// others; a line for each model that has one.
std::string explainCommand(const Shown&);

}  // namespace filterlens
