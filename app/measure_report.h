// The measures as one HTML page that needs nothing else: no script, style, font or picture from
// elsewhere.
#pragma once

#include <string>
#include <vector>

#include "app/measure_files.h"
#include "core/measure/summary.h"

namespace filterlens {

/// Sortable tables, one for each family of measures, over the summary's main rows (over all photos
/// where it has none); plots; example photos; the protocol in words. settings: JSON as in
/// measures.json. Follows the reader's light or dark preference.
std::string measureReport(const MeasureSummary&, const std::string& settings,
                          const std::vector<MeasureExample>&);

}  // namespace filterlens
