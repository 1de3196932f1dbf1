// ColorBar: the colours of a map, thin, with three numbers: lowest, middle, highest.
#pragma once

#include <QWidget>

#include "core/render/overlay.h"

namespace filterlens {

class ColorBar : public QWidget {
  Q_OBJECT

 public:
  explicit ColorBar(QWidget* parent = nullptr);

  /// style needs a colour map and a range.
  void setScale(const OverlayStyle&, HeatmapScale);
  /// Shows words instead of a scale.
  void setCaption(const QString&);

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;
  /// Where the colours are.
  [[nodiscard]] QRect barRect() const;

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  void paintNumbers(QPainter&) const;

  const Colormap* colormap_ = nullptr;
  ValueRange range_;
  HeatmapScale scale_ = HeatmapScale::Sequential;
  QString caption_;
};

}  // namespace filterlens
