// ExplainedPhoto: one photo from its file to its maps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/explainer.h"
#include "core/export/analysis_record.h"

namespace filterlens {

/// What to compute of every photo.
struct ExplainRequest {
  std::optional<int> target;  ///< none: the most probable class
  std::uint64_t seed = 0;
  Interventions interventions;
  int top = 0;       ///< predictions to list; 0: all
  bool maps = true;  ///< false: predictions only
  std::vector<MethodChoice> methods;
  std::vector<std::string> layers;  ///< module names, or "input"; empty: all
};

struct ExplainedPhoto {
  Image image;  ///< the photo; of a .npy input a picture of what the network is given
  AnalysisRecord record;
};

/// A map that cannot be computed is recorded as missing; without any map the photo has failed. The
/// failure's sentence names the file.
Result<ExplainedPhoto> explainPhoto(const Engine&, const Model&, const std::filesystem::path&,
                                    const ExplainRequest&, const Progress&);

}  // namespace filterlens
