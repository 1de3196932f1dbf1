// ColorBar: the colours of a map, thin, with the ends of its range and where they come from. What
// is below the threshold is left open, contours stand as ticks. Dragging an end sets the range by
// hand.
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>

#include "ui/map_style.h"

namespace filterlens {

class ColorBar : public QWidget {
  Q_OBJECT

 public:
  explicit ColorBar(QWidget* parent = nullptr);

  /// captions: where the range comes from, in fewer and fewer words; the first that fits is shown,
  /// or else the value in the middle.
  void setScale(const MapStyle&, HeatmapScale, const QStringList& captions);
  /// Shows words instead of a scale.
  void setCaption(const QString&);
  /// What is said in place of the captions while there is a cursor; empty: nothing.
  void setPlace(const QStringList&);
  [[nodiscard]] const QStringList& captions() const { return captions_; }
  [[nodiscard]] const QStringList& place() const { return place_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;
  /// Where the colours are.
  [[nodiscard]] QRect barRect() const;

 Q_SIGNALS:
  void rangeDragged(const ValueRange&);
  /// Double-clicked: the range is to be found by itself again.
  void rangeReset();

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void mouseReleaseEvent(QMouseEvent*) override;
  void mouseDoubleClickEvent(QMouseEvent*) override;
  void leaveEvent(QEvent*) override;

 private:
  enum class End { Low, High };

  [[nodiscard]] bool canDrag() const;
  [[nodiscard]] std::optional<End> endAt(QPointF) const;
  [[nodiscard]] ValueRange draggedTo(double x) const;
  [[nodiscard]] ValueRange axis() const { return axis_.value_or(range_); }
  [[nodiscard]] double positionOf(double value) const;
  void paintColours(QPainter&) const;
  void paintThreshold(QPainter&) const;
  void paintTicks(QPainter&) const;
  void paintHandles(QPainter&) const;
  void paintNumbers(QPainter&) const;
  void describe();

  const Colormap* colormap_ = nullptr;
  ValueRange range_;
  HeatmapScale scale_ = HeatmapScale::Sequential;
  double threshold_ = 0;
  int contours_ = 0;
  QStringList captions_;
  QStringList place_;
  QString caption_;  // in place of a scale

  std::optional<End> hovered_;
  std::optional<End> dragged_;
  double pressedAt_ = 0;
  std::optional<ValueRange> axis_;  // what the bar reaches over while an end is dragged
};

}  // namespace filterlens
