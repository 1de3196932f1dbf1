// AnalysisRecord: all that is known of one explained photo, and how it is written to files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/heatmap.h"
#include "core/image/geometry.h"
#include "core/image/image.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// The file that an input came from.
struct PhotoRecord {
  std::filesystem::path path;
  std::string sha256;        ///< of the file
  std::uintmax_t bytes = 0;  ///< its size
  ImageSource source;
  bool prepared = false;  ///< a .npy file: the input itself, no photo
};

/// Size and hash of a file.
Result<PhotoRecord> recordPhoto(const std::filesystem::path&);

/// A map that was asked for and could not be computed.
struct MissingMap {
  std::string layer;
  std::string method;
  std::string reason;  ///< a sentence
};

struct AnalysisRecord {
  PhotoRecord photo;
  ModelInfo model;
  Trace trace;
  PhotoPlacement placement;
  std::vector<Prediction> predictions;  ///< those to list, the most probable first
  std::vector<Heatmap> maps;
  std::vector<MissingMap> missingMaps;
  std::string command;  ///< the command line that repeats it
};

/// "leaky_att_network.1.gradcam": what the files of a map are called, without folder and ending.
std::string mapName(const Heatmap&);

/// Names for the files of several maps of one photo, in their order: a layer's map of the same
/// method with other parameters gets "….gradcam-2".
class MapNames {
 public:
  std::string next(const Heatmap&);

 private:
  std::set<std::string> taken_;
};

/// The predictions alone, on one line: {"photo": …, "model": {"architecture": …, "sha256": …},
/// "predictions": [{"index": …, "name": …, "logit": …, "probability": …}, …]}, and "interventions"
/// where the run changed the network.
std::string predictionsJson(const AnalysisRecord&);

/// All that it takes to know what was computed and to repeat it; docs/files.md lists the keys.
/// second: what another model said about the same photo, under "second_model".
std::string analysisJson(const AnalysisRecord&, const AnalysisRecord* second = nullptr);

/// The numbers of a map of this trace as a .npy file, on the layer's own grid: [rows, cols],
/// float32. selection: int32, the rank, -1 where not selected. attention_received: float32,
/// [encoder layers, heads, tokens].
std::vector<std::byte> mapNpy(const Trace&, const Heatmap&);

}  // namespace filterlens
