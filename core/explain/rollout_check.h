// Whether a trace holds what a rollout needs.
#pragma once

#include "core/explain/rollout_options.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

struct CellCount {
  int rows = 0;
  int cols = 0;
  bool operator==(const CellCount&) const = default;
  [[nodiscard]] int cells() const { return rows * cols; }
};

/// The map that a step is given, and the one that it gives on.
CellCount inputSize(const MixingStep&);
CellCount outputSize(const MixingStep&);

/// Whether a step lies between a layer's output (or the input, for kInputLayer) and the last map.
bool isAbove(const MixingStep&, int layer);

/// Fails with a sentence where steps are missing or do not follow each other, and where one above
/// downTo lacks a record, has one of the wrong size, or one that holds NaN.
Result<void> checkMixing(const Trace&, const RolloutOptions&, int downTo);

}  // namespace filterlens
