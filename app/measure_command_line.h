// The options of measure on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "app/measure_command.h"

namespace filterlens {

CLI::App* addMeasure(CLI::App& root, MeasureOptions&);

}  // namespace filterlens
