// The measures as tables that people read.
#pragma once

#include <string>

#include "core/measure/summary.h"

namespace filterlens {

/// One table for each family of measures that there are rows of, over the summary's main
/// rows, or over all photos where it has none.
std::string measureTables(const MeasureSummary&);

/// Two lines: how many photos the tables are over, and of which of them.
std::string measureHeading(const MeasureSummary&);

}  // namespace filterlens
