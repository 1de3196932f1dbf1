// The stages of a network as the window lists them.
#pragma once

#include <QString>
#include <string_view>
#include <vector>

#include "core/model/architecture.h"

namespace filterlens {

struct NetworkStage {
  const Stage* stage = nullptr;
  int number = 0;  ///< of the block, counted from 1 as the network runs; 0: no attention here
  int rows = 0;    ///< of the map that the stage is given
  int cols = 0;
};

/// All stages, in the order of the forward pass, for an input of inputSize x inputSize pixels.
std::vector<NetworkStage> networkStages(const Architecture&, int inputSize);

/// "block 3" for a module name, "input" for the input itself.
QString blockLabel(const Architecture&, std::string_view module);

}  // namespace filterlens
