// What-if: the network run again with something changed in it. A plain function for the worker
// thread, and what the window says about changes.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/model/intervention.h"
#include "ui/analysis.h"
#include "ui/session.h"

namespace filterlens {

/// Those that a model can follow: in layers that it has, with as many cells as it has.
Interventions fittingInterventions(const Interventions&, const ModelInfo&);

struct WhatIfRequest {
  Interventions interventions;
  std::optional<int> target;     ///< none: the most probable class
  std::vector<MapRequest> maps;  ///< that panes show now; those of the changed run come along, but
                                 ///< for methods that run the network themselves
};

struct WhatIfResult {
  std::shared_ptr<const Analysis> analysis;
  std::vector<std::pair<MapKey, MapResult>> maps;
};

/// Runs the network again from the first layer that differs from an analysis' run. Gradients reach
/// back to that layer only, unless a map needs more; retarget() gives the others.
Result<WhatIfResult> whatIf(const Model&, const Analysis& latest, const WhatIfRequest&,
                            const Progress&);

/// Whether a run has not followed its target back to all layers: a map that fails may need that.
bool lacksGradients(const Trace&);

/// "K 64, 12 cells forced in, attention off"; empty where nothing is changed.
QString interventionText(const Intervention&);
/// "block 2: K 64 · block 8: attention off"; empty where nothing is changed.
QString interventionsText(const Interventions&, const Architecture&);

}  // namespace filterlens
