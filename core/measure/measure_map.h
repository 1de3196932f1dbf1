// The measures of one map of one photo that need the photo and the network alone: no boxes, no
// other photo. What does not depend on the map is computed once.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/measure/fidelity.h"
#include "core/measure/measures.h"
#include "core/measure/perturbation.h"

namespace filterlens {

struct MapMeasureOptions {
  /// Of these, Perturbation, Road, Masking, Fidelity and Sparseness are measured here.
  MeasureFamilies families = allMeasureFamilies();
  int steps = 32;              ///< of deletion and insertion, 1 or more
  std::uint64_t runSeed = 0;   ///< of a DropoutViT's draws
  std::uint64_t drawSeed = 0;  ///< of what the measures draw: one for each photo
};

class MapMeasures {
 public:
  /// The model must outlive it; the input is copied.
  static Result<MapMeasures> prepare(const Model&, const InputTensor&, int targetClass,
                                     const MapMeasureOptions&, const Progress&);

  /// Of a map of values (not of ranks).
  [[nodiscard]] Result<std::vector<Measurement>> of(const Heatmap&, const Progress&) const;

 private:
  MapMeasures(const Model&, const InputTensor&, int targetClass, const MapMeasureOptions&);
  [[nodiscard]] bool wants(MeasureFamily family) const {
    return options_.families.contains(family);
  }

  MapMeasureOptions options_;
  TargetClass target_;
  InputTensor input_;
  double clean_ = 0;
  std::optional<PerturbationTest> perturbation_;
  std::optional<FidelityTest> fidelity_;
};

}  // namespace filterlens
