// Sanity checks: whether a map depends on what the network learned (cascading re-initialisation,
// Adebayo et al., arXiv 1810.03292) and on the class that it is said to be of (random logit).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/heatmap.h"

namespace filterlens {

/// How like another map is to a map of the unchanged network: rank correlation and SSIM of
/// agreementOfMagnitudes. A map that has become constant has kept nothing: 0. None where the
/// unchanged one is constant itself: it cannot be compared.
struct MapSimilarity {
  double rankCorrelation = 0;
  double structure = 0;
};
std::optional<MapSimilarity> similarityTo(const Heatmap& unchanged, const Heatmap& other);

/// A model whose head and last stages have new weights.
struct RandomisedModel {
  std::string from;  ///< the first stage that is re-initialised, or "head"
  std::shared_ptr<const Model> model;
};

/// The cascade: the head alone, then with each further stage that has weights, from the last to the
/// first. A stage gets the same new weights in each model. Fails where the model cannot be
/// re-initialised.
Result<std::vector<RandomisedModel>> randomisationCascade(const Model&, std::uint64_t seed,
                                                          const Progress&);

}  // namespace filterlens
