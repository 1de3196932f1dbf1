#include "ui/layouts.h"

#include <algorithm>
#include <cmath>

#include "core/explain/inspected_cell.h"

namespace filterlens {
namespace {

constexpr double kWindowShape = 1.2;  // of a grid that is about as wide as its panes ask for

PaneLayout arranged(std::vector<PaneSpec> panes) {
  PaneLayout layout;
  layout.columns = columnsFor(panes.size());
  layout.panes = std::move(panes);
  return layout;
}

PaneSpec photoPane() { return {std::string(kPhotoMethod), {}}; }

}  // namespace

int columnsFor(std::size_t panes) {
  if (panes <= 3) return std::max(static_cast<int>(panes), 1);
  return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(panes) * kWindowShape) - 1e-9));
}

int columnsForPairs(std::size_t panes) {
  constexpr double kWidth = 940;  // of the grid in a window of common size
  constexpr double kHeight = 640;
  constexpr double kWords = 44;     // title and colour bar
  constexpr double kPicture = 1.4;  // width / height
  const int count = static_cast<int>(panes);
  int best = 1;
  double largest = 0;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = 2 * ((count + columns - 1) / columns);
    const double width = std::min(kWidth / columns, (kHeight / rows - kWords) * kPicture);
    if (width > largest + 1) {
      largest = width;
      best = columns;
    }
  }
  return best;
}

PaneLayout layersLayout(const Session& session, const PaneSpec& method) {
  std::vector<PaneSpec> panes{photoPane()};
  const Explainer* explainer = findExplainer(method.method);
  if (!explainer || !session.analysis()) return arranged(panes);
  const Trace& trace = session.analysis()->trace;
  for (int layer = 0; layer < static_cast<int>(trace.layers.size()); ++layer) {
    if (!explainer->appliesTo(trace, layer)) continue;
    panes.push_back(
        {method.method, trace.layers[static_cast<std::size_t>(layer)].name, method.parameters});
  }
  return arranged(std::move(panes));
}

PaneLayout filterMasksLayout(const Session& session) {
  return layersLayout(session, {"importance", {}});
}

PaneLayout methodsLayout(const Session& session) {
  std::vector<PaneSpec> panes{photoPane()};
  for (const Explainer& method : explainers()) {
    PaneSpec pane{std::string(method.id), {}};
    // Without those that run the network for minutes, or show a cell where none is inspected: a
    // pane shows one where it is asked to.
    if (method.runsNetwork() || (showsOneCell(method) && !session.choices().inspected)) continue;
    if (session.layerOf(pane)) panes.push_back(std::move(pane));
  }
  return arranged(std::move(panes));
}

PaneLayout inspectionLayout() {
  return {{photoPane(), {"attends_to", {}}, {"attended_by", {}}, {"ancestry", {}}}, 2};
}

PaneLayout overlayLayout(const PaneSpec& map) { return arranged({photoPane(), map}); }

PaneLayout withPaneAdded(PaneLayout layout, int after) {
  if (layout.panes.size() >= kMostPanes) return layout;
  const PaneSpec twin = layout.panes[static_cast<std::size_t>(after)];
  layout.panes.insert(layout.panes.begin() + after + 1, twin);
  layout.columns = std::max(layout.columns, columnsFor(layout.panes.size()));
  layout.alone.reset();
  return layout;
}

PaneLayout withPaneRemoved(PaneLayout layout, int index) {
  if (layout.panes.size() < 2) return layout;
  layout.panes.erase(layout.panes.begin() + index);
  layout.columns = std::min(layout.columns, static_cast<int>(layout.panes.size()));
  layout.alone.reset();
  return layout;
}

PaneLayout withPaneMoved(PaneLayout layout, int from, int to) {
  const int last = static_cast<int>(layout.panes.size()) - 1;
  to = std::clamp(to, 0, last);
  const auto first = layout.panes.begin();
  if (from < to) {
    std::rotate(first + from, first + from + 1, first + to + 1);
  } else {
    std::rotate(first + to, first + from, first + from + 1);
  }
  return layout;
}

PaneLayout withPaneToggledAlone(PaneLayout layout, int index) {
  layout.alone = layout.alone ? std::nullopt : std::optional(index);
  return layout;
}

}  // namespace filterlens
