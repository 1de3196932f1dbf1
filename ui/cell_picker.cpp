#include "ui/cell_picker.h"

#include <utility>

#include "ui/inspection.h"

namespace filterlens {

CellPicker::CellPicker(Session& session, ImageView& view, MapShown map)
    : QObject(&view), session_(session), view_(view), map_(std::move(map)) {
  connect(&view_, &ImageView::clicked, this, &CellPicker::pick);
  connect(&view_, &ImageView::doubleClicked, this, &CellPicker::takeBack);
  connect(&view_, &ImageView::inspectedStepped, this, &CellPicker::step);
  connect(&view_, &ImageView::inspectionEnded, this,
          [this] { session_.setInspected(std::nullopt); });
}

/// At the layer of the map; where it has none, at the one that is inspected, or else chosen.
void CellPicker::pick(QPointF position) {
  const auto& analysis = session_.analysis();
  if (!analysis) return;
  const Choices& choices = session_.choices();
  const auto map = map_();
  const bool ownLayer = map && analysis->trace.findLayer(map->layer) >= 0;
  const std::string layer = ownLayer            ? map->layer
                            : choices.inspected ? choices.inspected->layer
                                                : choices.layer;
  const QSize size = session_.photo()->pyramid.size();
  const auto cell =
      cellAt(*analysis, layer, {position.x() * size.width(), position.y() * size.height()});
  before_ = choices.inspected;
  if (cell) session_.setInspected(cell);
}

// The cursor goes along, so that what it reads is read of this cell.
void CellPicker::step(int cols, int rows) {
  const auto& analysis = session_.analysis();
  if (!analysis || !session_.choices().inspected) return;
  const InspectedCell next =
      steppedCell(analysis->trace, *session_.choices().inspected, cols, rows);
  session_.setInspected(next);
  const auto rect = photoRectOf(*analysis, next);
  if (!rect) return;
  const QSizeF size = session_.photo()->pyramid.size();
  view_.showCursor({rect->center().x() / size.width(), rect->center().y() / size.height()});
}

// A double-click is no click: it takes back what its first half did.
void CellPicker::takeBack() { session_.setInspected(before_); }

}  // namespace filterlens
