// The module's only own symbol is filterlensCreateEngine; this file makes the linker keep it.
#include "core/engine_entry.h"

namespace filterlens {
extern Engine* (*const engineEntry)();
Engine* (*const engineEntry)() = &filterlensCreateEngine;
}  // namespace filterlens
