// Shown: what the panes show, as a value that other threads can draw and write.
#pragma once

#include <QImage>
#include <string>
#include <vector>

#include "ui/figure.h"
#include "ui/session.h"

namespace filterlens {

struct ShownPane {
  QString title;
  std::shared_ptr<const Heatmap> map;  ///< nullptr: the bare photo
  OverlayStyle style;                  ///< with its opacity
  DisplayChoices display;              ///< what the style was made from
};

struct Shown {
  std::shared_ptr<const OpenedPhoto> photo;
  std::shared_ptr<const Model> model;
  std::shared_ptr<const Analysis> analysis;
  DisplayChoices display;
  int columns = 1;
  std::vector<ShownPane> panes;
};

/// Panes whose map is not there yet show the photo.
Shown shownIn(const Session&);
/// The same panes of another photo that the same model has analysed; maps keep their method, layer
/// and parameters, and get ranges of their own.
Result<Shown> shownFor(const Shown&, std::shared_ptr<const OpenedPhoto>,
                       std::shared_ptr<const Analysis>, const Progress&);

/// "Grad-CAM · block 3 · dog".
QString mapTitle(const Heatmap&, const ModelInfo&);

/// A pane at the photo's own resolution.
QImage paneImage(const Shown&, const ShownPane&);
/// All panes with titles, colour bars and where they come from.
Figure gridFigure(const Shown&, double dotsPerInch);
/// The command line that computes the same maps into a folder.
std::string explainCommand(const Shown&);

}  // namespace filterlens
