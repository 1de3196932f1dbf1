// Choices: what a user has chosen to see, as one plain value: panes, layer, target class, display.
// Undoing is taking an earlier value; saving is writing it down.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/explain/parameters.h"
#include "core/model/architecture.h"
#include "core/model/intervention.h"
#include "core/render/overlay.h"

namespace filterlens {

/// The method of a pane that shows the bare photo.
inline constexpr std::string_view kPhotoMethod = "photo";

/// Where the range of a map's colours comes from, unless it is fixed.
enum class RangeChoice {
  Method,      ///< one for all panes of a method, so that they can be compared
  Map,         ///< each map's own
  Percentile,  ///< each map's own, without its extremes
};

/// How the selected tokens are marked.
enum class TokenMarks {
  Colours,   ///< cells in the colours of their ranks
  Outlines,  ///< frames around the cells
  Dots,      ///< dots in the middle of the cells
  Dimmed,    ///< the photo as it is, and dark beside the cells
  Numbers,   ///< like Colours, with the ranks where there is room for them
};

/// How maps are drawn.
struct DisplayChoices {
  std::string colormap;  ///< Colormap::id; empty: the default of each map's scale
  double opacity = 0.6;
  Interpolation interpolation = Interpolation::Smooth;
  RangeChoice range = RangeChoice::Method;
  double percentile = 1;  ///< for RangeChoice::Percentile: what is left out at either end, in %
  /// Ranges set by hand or locked, by rangeKey(); they come before `range`.
  std::map<std::string, ValueRange> fixedRanges = {};
  double threshold = 0;  ///< share of the range that is not painted: OverlayStyle::threshold
  int contours = 0;      ///< lines, at levels that part the range evenly
  TokenMarks tokens = TokenMarks::Colours;
  bool operator==(const DisplayChoices&) const = default;
};

/// What fixed ranges are kept by: the method, and whether the map is signed.
std::string rangeKey(const Heatmap&);

/// The view of a pane that does not show the place that the linked panes share.
struct PaneView {
  bool follows = false;  ///< goes where the linked panes go, but beside them
  double x = 0.5;        ///< centre, in fractions of the photo; follows: from that of the others
  double y = 0.5;
  double zoom = 1;  ///< follows: times that of the others
  bool operator==(const PaneView&) const = default;
};

/// What one pane shows, and how.
struct PaneSpec {
  std::string method;  ///< Explainer::id, or kPhotoMethod
  std::string layer;   ///< module name, or "input"; empty: the layer chosen in the network list
  Parameters parameters = {};                  ///< those that differ from the method's defaults
  std::optional<DisplayChoices> display = {};  ///< none: Choices::display
  std::optional<PaneView> view = {};           ///< none: linked
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
  DisplayChoices display;     ///< of all panes that have none of their own
  std::optional<Comparison> comparison = {};
  std::optional<InspectedCell> inspected = {};
  LayerMap layerMap = LayerMap::Mask;
  double unsureBelow = 0.5;  ///< a prediction whose first class is less probable counts as unsure
  Interventions whatIf = {};  ///< what is changed in the network; without idle entries
  bool operator==(const Choices&) const = default;
};

/// What a network is shown with at first: in the first row the photo, Grad-CAM at the chosen layer,
/// and rollout, which starts on the last layer, all the way back to the first; below them, a column
/// for each layer that selects tokens: its filter mask, its tokens.
PaneLayout defaultLayout(const Architecture&);
/// The layer that is chosen at first: the last one.
std::string defaultLayer(const Architecture&);

}  // namespace filterlens
