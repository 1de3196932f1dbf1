// ViewTransform: from positions in the photo to positions on a pane's canvas, for one ViewState.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSize>
#include <QSizeF>
#include <QTransform>

#include "ui/view_link.h"

namespace filterlens {

class ViewTransform {
 public:
  /// photo in pixels, canvas in device-independent pixels; both not empty. The photo always covers
  /// the place in the middle of the canvas where it lies when it fits.
  ViewTransform(QSize photo, QSizeF canvas, const ViewState&);

  /// The same mapping, for painters.
  [[nodiscard]] QTransform photoToCanvas() const;
  [[nodiscard]] double scale() const { return scale_; }  ///< canvas pixels per photo pixel
  [[nodiscard]] QPointF toCanvas(QPointF photoPosition) const;
  [[nodiscard]] QRectF toCanvas(const QRectF& photoRect) const;
  [[nodiscard]] QPointF toPhoto(QPointF canvasPosition) const;
  [[nodiscard]] QRectF photoOnCanvas() const;  ///< may reach over the canvas

  /// As a fraction of the photo, and back.
  [[nodiscard]] QPointF toFraction(QPointF canvasPosition) const;
  [[nodiscard]] QPointF fromFraction(QPointF fraction) const;

  /// Zoom that lets what lies under a position of the canvas stay there; from the whole photo in
  /// the pane to single pixels.
  [[nodiscard]] ViewState zoomed(QPointF about, double factor) const;
  [[nodiscard]] ViewState panned(QPointF canvasOffset) const;
  /// The zoom at which one photo pixel is this many canvas pixels.
  [[nodiscard]] double zoomForScale(double canvasPerPhotoPixel) const;
  /// What really lies in the middle of the canvas, as a fraction of the photo.
  [[nodiscard]] QPointF centre() const;

 private:
  QSizeF photo_;
  QSizeF canvas_;
  ViewState state_;
  double fitScale_ = 1;
  double scale_ = 1;
  QPointF origin_;  // of the photo, on the canvas
};

}  // namespace filterlens
