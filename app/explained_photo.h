// ExplainedPhoto: one photo from its file to its maps.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/map_choice.h"
#include "core/engine.h"
#include "core/explain/explainer.h"
#include "core/export/analysis_record.h"

namespace filterlens {

/// What to compute of every photo.
struct ExplainRequest {
  std::optional<int> target;  ///< none: the most probable class
  std::uint64_t seed = 0;
  Interventions interventions;
  int top = 0;  ///< predictions to list; 0: all
  bool predictionsOnly = false;
  std::vector<MethodChoice> methods;
  std::vector<std::string> layers;  ///< module names, or "input"; empty: all
  MapStyle style = {};              ///< of their pictures, without a range
  std::vector<MapChoice> maps;      ///< these alone, in place of methods and layers; empty: those
};

struct ExplainedPhoto {
  Image image;  ///< the photo; of a .npy input a picture of what the network is given
  AnalysisRecord record;
  std::vector<MapStyle> styles;  ///< of the record's maps; without a range: the map's own
};

/// A map that cannot be computed is recorded as missing; without any map the photo has failed. The
/// failure's sentence names the file.
Result<ExplainedPhoto> explainPhoto(const Engine&, const Model&, const std::filesystem::path&,
                                    const ExplainRequest&, const Progress&);

}  // namespace filterlens
