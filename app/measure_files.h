// What a measurement leaves in its folder: tables, report, and the pictures of some photos.
#pragma once

#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/heatmap.h"
#include "core/measure/measure_photo.h"
#include "core/measure/summary.h"

namespace filterlens {

/// A photo with its maps, small, as the report shows it.
struct MeasureExample {
  struct Tile {
    std::string caption;
    std::string png;  ///< in base 64
  };
  std::string file;
  std::string caption;  ///< "dog, 93 %"
  std::vector<Tile> tiles;
};

/// Which of all photos of a measurement are shown: a few by chance, the same ones however the
/// photos are divided.
std::set<std::string> exampleNames(const std::vector<std::string>& photos);

/// What the network was given, and each map over it.
Result<MeasureExample> makeExample(const Engine&, const ModelInfo&, const PhotoMeasures&,
                                   const InputTensor&, std::span<const Heatmap>);
/// Keeps it below the folder until the report is written.
Result<void> keepExample(const std::filesystem::path& folder, const MeasureExample&);
/// Of all these folders, sorted by file.
std::vector<MeasureExample> readExamples(std::span<const std::filesystem::path> folders);

struct MeasuresToWrite {
  std::filesystem::path out;
  std::string settings;  ///< one line of JSON
  std::vector<PhotoMeasures> photos;
  std::vector<MeasureExample> examples;
  bool json = false;  ///< print measures.json instead of tables
};

/// measures.json, measures.csv, photos.csv and report.html, and the tables on stdout. The photos
/// are sorted by file first, so that nothing depends on who measured which of them.
Result<void> writeMeasures(MeasuresToWrite);

}  // namespace filterlens
