// Shown: what the panes show, as a value that other threads can draw and write.
#pragma once

#include <QImage>
#include <optional>
#include <string>
#include <vector>

#include "ui/figure.h"
#include "ui/session.h"

namespace filterlens {

struct ShownPane {
  QString title;
  std::shared_ptr<const Heatmap> map;             ///< nullptr: the bare photo
  OverlayStyle style;                             ///< with its opacity
  DisplayChoices display;                         ///< what the style was made from
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
  DisplayChoices display;
  int columns = 1;
  std::vector<ShownPane> panes;
  std::optional<ShownComparison> comparison = {};
};

/// The panes of one model; a comparison may show two. Panes whose map is not there yet show the
/// photo. split: where the line of a comparison is.
Shown shownIn(const Session&, double split = 0.5, ModelSlot = ModelSlot::First);
/// The same panes of another photo that the same model has analysed; maps keep their method, layer
/// and parameters, and get ranges of their own.
Result<Shown> shownFor(const Shown&, std::shared_ptr<const OpenedPhoto>,
                       std::shared_ptr<const Analysis>, const Progress&);

/// The maps that can be seen, each once, in the order of their panes.
std::vector<ShownPane> shownMaps(const Shown&);

/// A pane at the photo's own resolution.
QImage paneImage(const Shown&, const ShownPane&);
/// The comparison at the photo's own resolution.
QImage comparisonImage(const Shown&);
/// All panes, or the comparison, with titles, colour bars and where they come from.
Figure shownFigure(const Shown&, double dotsPerInch);
/// The command line that writes the same maps into a folder, and no others; a line for each model
/// that has one.
std::string explainCommand(const Shown&);

}  // namespace filterlens
