// filterlens explain PHOTO… --model FILE: predictions and maps of many photos, as files or as JSON.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace filterlens {

struct ExplainOptions {
  std::vector<std::filesystem::path> photos;  ///< pictures, .npy inputs, folders of them
  std::filesystem::path model;
  std::filesystem::path classes;        ///< class names; empty: those of the model file
  std::string target;                   ///< index or name; empty: each photo's most probable class
  std::vector<std::string> methods;     ///< Explainer::id; empty: all
  std::vector<std::string> layers;      ///< module names, or "input"; empty: all
  std::vector<std::string> maps;        ///< "method:layer…" in place of the two; see chosenMaps
  std::vector<std::string> parameters;  ///< "method.id=value"
  std::uint64_t seed = 0;               ///< of DropoutViT's draws
  std::vector<std::string> whatIf;      ///< interventions: "LAYER:SETTINGS"
  int top = 0;                          ///< classes to list; 0: all in JSON, a few on the sheet
  std::string colormap;                 ///< Colormap::id; empty: the default of each map
  double opacity = 0.6;
  bool cells = false;         ///< overlays show each cell in one colour instead of smooth
  int threads = 0;            ///< 0: all cores
  bool force = false;         ///< also weights that hold NaN or infinite values
  std::filesystem::path out;  ///< a folder for each photo is made in it; empty: none
  bool json = false;          ///< one JSON object a photo and a line, on stdout
  bool quiet = false;         ///< only sentences about failures on stderr
};

/// Returns the exit code.
int runExplain(const ExplainOptions&);

}  // namespace filterlens
