// Pane: one cell of the grid: title, canvas, colour bar.
#pragma once

#include <QWidget>

#include "ui/cell_brush.h"
#include "ui/color_bar.h"
#include "ui/image_view.h"
#include "ui/pane_header.h"
#include "ui/pane_menu.h"
#include "ui/session.h"

namespace filterlens {

class Pane : public QWidget {
  Q_OBJECT

 public:
  /// index: of the pane in the session's layout; slot: of the model that fills it.
  Pane(Session&, ViewLink&, int index, ModelSlot slot, QWidget* parent = nullptr);

  /// Shows what the session has for this pane.
  void refresh();
  /// Whose input the frame in a pane of the photo holds.
  void setFrameOf(ModelSlot);

  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] ModelSlot slot() const { return slot_; }
  [[nodiscard]] ImageView* view() const { return view_; }
  [[nodiscard]] PaneHeader* header() const { return header_; }
  [[nodiscard]] ColorBar* bar() const { return bar_; }
  [[nodiscard]] const std::shared_ptr<const Heatmap>& map() const { return map_; }
  [[nodiscard]] PaneMenu* menu() const { return menu_; }
  /// Links the pane, or lets it stand where it is.
  void setLinked(bool);
  [[nodiscard]] CellBrush* brush() const { return brush_; }

 protected:
  void contextMenuEvent(QContextMenuEvent*) override;

 private:
  [[nodiscard]] const PaneSpec& spec() const;
  void showPhoto();
  void showMap();
  [[nodiscard]] QString emptyMessage(const MapResult*) const;
  void showReadout();
  [[nodiscard]] QStringList rangeCaptions(const MapStyle&) const;
  [[nodiscard]] QStringList placeTexts(QPointF photoPosition) const;
  void describe();
  void refreshBrush();
  void forceCells(const ForcedCells&);

  Session& session_;
  ViewLink& link_;
  int index_;
  ModelSlot slot_;
  ModelSlot frameOf_;
  PaneHeader* header_;
  ImageView* view_;
  ColorBar* bar_;
  PaneMenu* menu_;
  CellBrush* brush_;
  std::shared_ptr<const Heatmap> map_;  // on show
};

}  // namespace filterlens
