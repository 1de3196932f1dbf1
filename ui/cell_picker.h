// CellPicker: a click on a canvas inspects the cell under it, the arrow keys move on from there.
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>

#include "ui/image_view.h"
#include "ui/session.h"

namespace filterlens {

class CellPicker : public QObject {
  Q_OBJECT

 public:
  /// map: what the canvas shows, or nullptr; its layer's cells are inspected.
  using MapShown = std::function<std::shared_ptr<const Heatmap>()>;
  CellPicker(Session&, ImageView&, MapShown map);

 private:
  void pick(QPointF position);
  void step(int cols, int rows);
  void takeBack();

  Session& session_;
  ImageView& view_;
  MapShown map_;
  std::optional<InspectedCell> before_;  // the last click
};

}  // namespace filterlens
