// The options of measure and merge on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "app/measure_command.h"
#include "app/merge_command.h"

namespace filterlens {

CLI::App* addMeasure(CLI::App& root, MeasureOptions&);
CLI::App* addMerge(CLI::App& root, MergeOptions&);

}  // namespace filterlens
