// Choices: what a user has chosen to see, as one plain value: panes, layer, target class, display.
// Undoing is taking an earlier value; saving is writing it down.
#pragma once

#include <array>
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

/// As many panes as a layout can have: more would be too small to see anything.
inline constexpr std::size_t kMostPanes = 48;

struct PaneLayout {
  std::vector<PaneSpec> panes;  ///< row by row; at least one
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

/// Which of the models that are open: two of them show the same panes, one above the other.
enum class ModelSlot { First, Second };
inline constexpr std::array kModelSlots{ModelSlot::First, ModelSlot::Second};

/// A pane as one of the models fills it.
struct ComparedPane {
  PaneSpec pane;
  ModelSlot model = ModelSlot::First;
  bool operator==(const ComparedPane&) const = default;
};

enum class CompareMode { Split, Difference };

/// Any two panes over each other, in place of the grid.
struct Comparison {
  ComparedPane first;
  ComparedPane second;
  CompareMode mode = CompareMode::Split;
  bool operator==(const Comparison&) const = default;
};

struct Choices {
  PaneLayout layout;
  std::string layer;          ///< module name; empty where no model is open
  std::optional<int> target;  ///< none: the most probable class of each photo
  DisplayChoices display;
  std::optional<Comparison> comparison = {};
  bool operator==(const Choices&) const = default;
};

/// What a network is shown with at first: in the first row the photo, Grad-CAM at the chosen layer,
/// and rollout, which starts on the last layer, all the way back to the first; below them, a column
/// for each layer that selects tokens: its filter mask, its tokens.
PaneLayout defaultLayout(const Architecture&);
/// The layer that is chosen at first: the last one.
std::string defaultLayer(const Architecture&);

}  // namespace filterlens
