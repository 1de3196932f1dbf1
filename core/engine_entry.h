// The symbol through which the engine module is entered.
#pragma once

#include "core/engine.h"

/// Creates the engine; the caller owns it.
extern "C" __attribute__((visibility("default"))) filterlens::Engine* filterlensCreateEngine();
