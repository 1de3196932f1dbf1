// Choices: what a user has chosen to see, as one plain value: panes, layer, target class, display.
// Undoing is taking an earlier value; saving is writing it down.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/explain/parameters.h"
#include "core/model/architecture.h"
#include "core/render/overlay.h"

namespace filterlens {

/// The method of a pane that shows the bare photo.
inline constexpr std::string_view kPhotoMethod = "photo";

/// What one pane shows.
struct PaneSpec {
  std::string method;  ///< Explainer::id, or kPhotoMethod
  std::string layer;   ///< module name, or "input"; empty: the layer chosen in the network list
  Parameters parameters = {};  ///< those that differ from the method's defaults
  bool operator==(const PaneSpec&) const = default;
};

struct PaneLayout {
  std::vector<PaneSpec> panes;  ///< row by row
  int columns = 1;
  std::optional<int> alone = {};  ///< the pane that fills the grid; none: all are seen
  bool operator==(const PaneLayout&) const = default;
};

/// How maps are drawn; the same for all panes.
struct DisplayChoices {
  std::string colormap;  ///< Colormap::id; empty: the default of each map's scale
  double opacity = 0.6;
  Interpolation interpolation = Interpolation::Smooth;
  bool sharedRange = true;  ///< panes of one method show one range, so that they can be compared
  bool operator==(const DisplayChoices&) const = default;
};

enum class CompareMode { Split, Difference };

/// Two panes over each other, in place of the grid.
struct Comparison {
  PaneSpec first;
  PaneSpec second;
  CompareMode mode = CompareMode::Split;
  bool operator==(const Comparison&) const = default;
};

/// A cell that is inspected: whom it attends to, who attends to it, where it comes from.
struct InspectedCell {
  std::string layer;  ///< module name
  int cell = 0;       ///< of LayerTrace::tokenGeometry, row * cols + col
  bool operator==(const InspectedCell&) const = default;
};

/// What the list of layers shows of each of them.
enum class LayerMap {
  Mask,      ///< the filter mask, or, where there is none, the attention received
  Response,  ///< the filter response; the same elsewhere
  Output,    ///< the norm of the output's features
};

struct Choices {
  PaneLayout layout;
  std::string layer;          ///< module name; empty where no model is open
  std::optional<int> target;  ///< none: the most probable class of each photo
  DisplayChoices display;
  std::optional<Comparison> comparison = {};
  std::optional<InspectedCell> inspected = {};
  LayerMap layerMap = LayerMap::Mask;
  double unsureBelow = 0.5;  ///< a prediction whose first class is less probable counts as unsure
  bool operator==(const Choices&) const = default;
};

/// What a network is shown with at first: in the first row the photo, Grad-CAM at the chosen layer,
/// and rollout, which starts on the last layer, all the way back to the first; below them, a column
/// for each layer that selects tokens: its filter mask, its tokens.
PaneLayout defaultLayout(const Architecture&);
/// The layer that is chosen at first: the last one.
std::string defaultLayer(const Architecture&);

}  // namespace filterlens
