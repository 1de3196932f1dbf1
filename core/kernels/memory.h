// Memory for the maps of a training step. Each step wants the same sizes again: blocks that come
// back are kept for the next step, since fresh pages cost a page fault for every 4 KB, and lie in
// huge pages where the system has them.
#pragma once

#include <memory>

#include "core/kernels/kernels.h"

namespace filterlens {

struct GiveRoomBack {
  void operator()(float*) const;
};
/// Room that nobody has written yet, aligned for any vector.
using Room = std::unique_ptr<float[], GiveRoomBack>;

/// From any thread. Throws std::bad_alloc.
Room takeRoom(KernelSize count);

}  // namespace filterlens
