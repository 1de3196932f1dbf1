// CellBrush: lies over a pane's canvas, shows which cells of a filter layer are forced in or out,
// and, while brushing is on, paints them. Zoom and cursor still belong to the canvas below.
#pragma once

#include <QPointF>
#include <QWidget>
#include <optional>
#include <set>

#include "core/image/geometry.h"
#include "ui/image_view.h"

namespace filterlens {

/// Cells that are forced into a selection, or out of it; none is both.
struct ForcedCells {
  std::set<int> in;
  std::set<int> out;
  bool operator==(const ForcedCells&) const = default;
};

/// Where the cells lie.
struct BrushedLayer {
  MapGeometry cells;  ///< of the map that the layer is given
  PhotoPlacement placement;
  bool operator==(const BrushedLayer&) const = default;
};

class CellBrush : public QWidget {
  Q_OBJECT

 public:
  enum class Paint { In, Out, Release };

  explicit CellBrush(ImageView&, ViewLink&);

  /// none: the pane's layer selects no cells; there is nothing to brush.
  void setLayer(std::optional<BrushedLayer>);
  void setCells(const ForcedCells&);
  void setBrushing(bool);
  [[nodiscard]] bool isBrushing() const { return brushing_ && layer_; }
  [[nodiscard]] const ForcedCells& cells() const { return cells_; }

 Q_SIGNALS:
  /// A stroke has ended: one step for undo.
  void painted(const ForcedCells&);

 protected:
  bool eventFilter(QObject*, QEvent*) override;
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void mouseReleaseEvent(QMouseEvent*) override;
  void contextMenuEvent(QContextMenuEvent*) override;

 private:
  void beginStroke(Paint, QPointF at);
  void strokeTo(QPointF);
  void touch(QPointF);
  void touchCell(int row, int col);
  void endStroke();
  bool paintByKey(const QKeyEvent&);
  void followCanvas();
  void paintCells(QPainter&, const ViewTransform&, const std::set<int>&, Paint);
  [[nodiscard]] QPointF inputAt(QPointF canvasPosition, const ViewTransform&) const;

  ImageView& view_;
  ViewLink& link_;
  std::optional<BrushedLayer> layer_;
  ForcedCells cells_;
  bool brushing_ = false;
  std::optional<Paint> stroke_;
  QPointF last_;
};

}  // namespace filterlens
