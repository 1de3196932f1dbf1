// OpenModel: a model that is open, and what it said about the photo. A session has one or two.
#pragma once

#include <QString>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ui/analysis.h"
#include "ui/choices.h"

namespace filterlens {

/// Names one map of an analysis.
struct MapKey {
  std::string method;
  std::string layer;  ///< module name, or "input"
  Parameters parameters;
  int target = -1;  ///< -1 where the method does not depend on it

  bool operator<(const MapKey&) const;
};

using MapResult = Result<std::shared_ptr<const Heatmap>>;

struct OpenModel {
  std::shared_ptr<const Model> model;        ///< nullptr: none is open
  std::shared_ptr<const Analysis> analysis;  ///< nullptr: none yet
  std::map<MapKey, MapResult> maps = {};
  std::map<MapKey, MapResult> sketches = {};  ///< of maps that are not there yet
  QString problem = {};  ///< why there is no analysis; empty while one may still come

  [[nodiscard]] const ModelInfo* info() const { return model ? &model->info() : nullptr; }
  [[nodiscard]] const Architecture* network() const {
    return model ? model->info().architecture : nullptr;
  }
  void setAnalysis(std::shared_ptr<const Analysis>);
};

/// The layer of a trace that a pane shows: its own, or the chosen one; where its method has no map
/// for the chosen one, the nearest before it that has, or else after it. None where there is none.
std::optional<int> shownLayer(const Trace&, const Explainer&, const PaneSpec&,
                              const std::string& chosen);

/// The class of another model that has the name of this one. Classes without names are the same
/// where both models have as many of them. None where the other model has no such class.
std::optional<int> sameClass(const ModelInfo& from, int index, const ModelInfo& to);

}  // namespace filterlens
