// Shown: what the panes show, as a value that other threads can draw and write.
#pragma once

#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

#include "ui/session.h"

namespace filterlens {

struct ShownPane {
  QString title;
  QString problem;                                ///< why there is no map; empty: none is wanted
  std::shared_ptr<const Heatmap> map;             ///< nullptr: the bare photo
  MapStyle style;                                 ///< with its opacity
  DisplayChoices display;                         ///< what the style was made from
  QString mark;                                   ///< of the model, where there are two
  std::shared_ptr<const Model> model = {};        ///< that the map is of
  std::shared_ptr<const Analysis> analysis = {};  ///< of the photo by that model
  std::optional<PhotoPlacement> placement = {};   ///< of that model's input in the photo
};

/// Two panes over each other, in place of all.
struct ShownComparison {
  CompareMode mode = CompareMode::Split;
  double split = 0.5;  ///< where the line is: the first pane is seen left of it
  ShownPane first;
  ShownPane second;
};

struct Shown {
  std::shared_ptr<const OpenedPhoto> photo;
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Analysis> analysis;
  int columns = 1;
  std::vector<ShownPane> panes;
  std::vector<ShownPane> second = {};  ///< the same panes of the second model; empty: none is open
  QStringList modelNames = {};         ///< of both models; empty where there is one
  std::optional<ShownComparison> comparison = {};

  [[nodiscard]] const std::vector<ShownPane>& panesOf(ModelSlot slot) const {
    return slot == ModelSlot::First ? panes : second;
  }
};

/// Panes whose map is not there yet show the photo. split: where the line of a comparison is.
Shown shownIn(const Session&, double split = 0.5);
/// One pane of it alone.
Shown shownAlone(const Shown&, std::size_t pane, ModelSlot);
/// The same panes of another photo that the first model has analysed; the second one does it here.
/// Maps keep their method, layer and parameters; ranges that are not fixed are those of this photo.
Result<Shown> shownFor(const Shown&, std::shared_ptr<const OpenedPhoto>,
                       std::shared_ptr<const Analysis>, const Progress&);

/// The panes that can be seen and show a map, for each model that has any, in their order.
std::vector<std::vector<ShownPane>> seenMaps(const Shown&);
/// The maps that can be seen, each once: for each model that has any, in the order of its panes.
std::vector<std::vector<ShownPane>> shownMaps(const Shown&);

}  // namespace filterlens
