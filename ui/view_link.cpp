#include "ui/view_link.h"

#include <algorithm>

namespace filterlens {

void ViewLink::setView(QPointF centre, double zoom) {
  zoom = std::max(zoom, 1.0);
  centre = {std::clamp(centre.x(), 0.0, 1.0), std::clamp(centre.y(), 0.0, 1.0)};
  if (centre == state_.centre && zoom == state_.zoom) return;
  state_.centre = centre;
  state_.zoom = zoom;
  Q_EMIT viewChanged();
}

void ViewLink::setCursor(std::optional<QPointF> cursor) {
  const bool outside =
      cursor && (cursor->x() < 0 || cursor->x() > 1 || cursor->y() < 0 || cursor->y() > 1);
  if (outside) cursor.reset();
  if (cursor == state_.cursor) return;
  state_.cursor = cursor;
  Q_EMIT cursorChanged();
}

}  // namespace filterlens
