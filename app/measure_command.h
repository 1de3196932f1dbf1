// filterlens measure FOLDER --model FILE --out DIR: how far the maps of a model can be believed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace filterlens {

/// Part index of count of the photos; index counts from 1.
struct Shard {
  int index = 1;
  int count = 1;
};

struct MeasureOptions {
  std::filesystem::path folder;
  std::filesystem::path model;
  std::filesystem::path boxes;    ///< CSV file; empty: nothing is localised
  std::filesystem::path classes;  ///< class names; empty: those of the model file
  std::vector<std::string> methods;
  std::vector<std::string> parameters;
  std::vector<std::string> measures;  ///< MeasureFamilySpec::id; empty: all
  std::uint64_t seed = 0;
  int draws = 5;
  int steps = 32;  ///< of deletion and insertion; 0: leave them out
  bool allLayers = false;
  int limit = 0;    ///< photos; 0: all
  int threads = 0;  ///< 0: all cores, shared by the jobs
  int jobs = 1;     ///< processes at once
  Shard shard;
  std::filesystem::path out;
  bool json = false;
  bool quiet = false;
};

/// Returns the exit code. A shard measures its photos and writes no tables: runMerge does.
int runMeasure(const MeasureOptions&);

}  // namespace filterlens
