// The command line that repeats an analysis.
#pragma once

#include <string>

#include "app/explain_command.h"
#include "core/export/analysis_record.h"

namespace filterlens {

/// `filterlens explain …` for this one photo, quoted for a shell, with absolute paths, and with
/// everything that was chosen by default and may change: target class and seed.
std::string repeatCommand(const ExplainOptions&, const AnalysisRecord&);

}  // namespace filterlens
