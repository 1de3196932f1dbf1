// ImageView: the canvas of one pane: photo, map, cursor. Zoom, pan and cursor go to the ViewLink
// and come back from it, like those of every other view; unless the pane has a view of its own.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "ui/analysis.h"
#include "ui/map_painting.h"
#include "ui/view_link.h"

namespace filterlens {

class ImageView : public QWidget {
  Q_OBJECT

 public:
  explicit ImageView(ViewLink&, QWidget* parent = nullptr);

  void setPhoto(std::shared_ptr<const OpenedPhoto>);
  /// Where the network's input lies in the photo; none before an analysis.
  void setPlacement(std::optional<PhotoPlacement>);
  void setMap(std::optional<ShownMap>);
  void setOpacity(double);
  /// none: the view is linked.
  void setOwnView(std::optional<PaneView>);
  /// Shows the bare photo for a moment.
  void setMapHidden(bool);
  /// Draws the frame of the network's input.
  void setInputFrameShown(bool);
  /// Outlines the cell that is inspected, in photo pixels. While there is one, the arrow keys move
  /// it.
  void setInspected(std::optional<QRectF>);
  /// Frames the view: something is about to be dropped on it.
  void setMarked(bool);
  /// What to say in the middle, where there is nothing else to see; empty: nothing.
  void setMessage(const QString&);
  /// What the value under the cursor is called: read out by screen readers.
  void setReadout(const QString&);
  [[nodiscard]] const QString& readout() const { return readout_; }

  /// The mapping that is painted now; none without a photo.
  [[nodiscard]] std::optional<ViewTransform> transform() const;
  /// What is shown now, as a view that follows no other.
  [[nodiscard]] PaneView standingView() const;

  /// Puts the cursor there, a fraction of the photo, and moves the view where it lies outside.
  void showCursor(QPointF position);
  void zoomBy(double factor);         ///< about the cursor, or the middle
  void zoomToScale(double perPixel);  ///< canvas pixels per photo pixel
  void fit();                         ///< the whole photo

  [[nodiscard]] QSize sizeHint() const override { return {240, 180}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {80, 60}; }

 Q_SIGNALS:
  /// A click, or Enter at the cursor: a position as a fraction of the photo.
  void clicked(QPointF position);
  void doubleClicked();
  /// The arrow keys, while a cell is inspected.
  void inspectedStepped(int cols, int rows);
  /// Escape, while a cell is inspected.
  void inspectionEnded();
  /// The user has moved this view alone.
  void ownViewMoved(const PaneView&);

 protected:
  bool event(QEvent*) override;
  void paintEvent(QPaintEvent*) override;
  void resizeEvent(QResizeEvent*) override;
  void wheelEvent(QWheelEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void mouseReleaseEvent(QMouseEvent*) override;
  void mouseDoubleClickEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;
  void keyPressEvent(QKeyEvent*) override;
  void focusInEvent(QFocusEvent*) override;
  void focusOutEvent(QFocusEvent*) override;

 private:
  void paintPhoto(QPainter&, const ViewTransform&);
  void paintMap(QPainter&, const ViewTransform&, const QRectF& exposed);
  void colourMap(const ViewTransform&, const QRectF& seen);
  [[nodiscard]] QImage pictureOfMarks(const ViewTransform&) const;
  void paintGuides(QPainter&, const ViewTransform&);
  void paintMessage(QPainter&);
  void pointAt(QPointF canvasPosition);
  [[nodiscard]] QPointF steppedCursor(int cols, int rows) const;
  void step(int cols, int rows);
  void moveCursor(int cols, int rows);
  [[nodiscard]] ViewState state() const;
  /// alone: the linked views stay where they are.
  void apply(const ViewState&, bool alone);
  [[nodiscard]] QPointF centreOf(const ViewState&) const;
  void dropPictures();
  void dropMap();

  ViewLink& link_;
  std::shared_ptr<const OpenedPhoto> photo_;
  std::optional<PhotoPlacement> placement_;
  std::optional<ShownMap> map_;
  std::optional<PaneView> own_;
  double opacity_ = 0.6;
  bool mapHidden_ = false;
  bool frameShown_ = false;
  bool marked_ = false;
  QString message_;
  QString readout_;
  std::optional<QRectF> inspected_;  // in photo pixels
  std::optional<QPointF> pressedAt_;
  std::optional<QPointF> dragFrom_;
  bool dragsAlone_ = false;

  // Painted once for a view, a size and a map; the cursor moves over them.
  QImage photoPicture_;
  MapPicture mapPicture_;
  QImage marksPicture_;
  std::optional<MapMarks> marks_;  // whatever the view
};

}  // namespace filterlens
