#include "ui/view_transform.h"

#include <algorithm>

namespace filterlens {
namespace {

constexpr double kLargestPixel = 64;  // canvas pixels of one photo pixel at the closest zoom
constexpr double kLeastZoomRange = 8;

/// Where the photo starts along one axis. It always covers the place that it has when it fits, so
/// whatever is pointed at stays under the pointer while the view zooms in.
double origin(double fitLength, double zoom, double canvasLength, double centre) {
  const double photoLength = fitLength * zoom;
  const double margin = (canvasLength - fitLength) / 2;
  return std::clamp(canvasLength / 2 - centre * photoLength, canvasLength - margin - photoLength,
                    margin);
}

}  // namespace

ViewTransform::ViewTransform(QSize photo, QSizeF canvas, const ViewState& state)
    : photo_(photo), canvas_(canvas), state_(state) {
  fitScale_ = std::min(canvas_.width() / photo_.width(), canvas_.height() / photo_.height());
  scale_ = fitScale_ * state_.zoom;
  const QSizeF fit = photo_ * fitScale_;
  origin_ = {origin(fit.width(), state_.zoom, canvas_.width(), state_.centre.x()),
             origin(fit.height(), state_.zoom, canvas_.height(), state_.centre.y())};
}

QTransform ViewTransform::photoToCanvas() const {
  return QTransform::fromTranslate(origin_.x(), origin_.y()).scale(scale_, scale_);
}

QPointF ViewTransform::toCanvas(QPointF photoPosition) const {
  return origin_ + photoPosition * scale_;
}

QRectF ViewTransform::toCanvas(const QRectF& photoRect) const {
  return {toCanvas(photoRect.topLeft()), toCanvas(photoRect.bottomRight())};
}

QPointF ViewTransform::toPhoto(QPointF canvasPosition) const {
  return (canvasPosition - origin_) / scale_;
}

QRectF ViewTransform::photoOnCanvas() const {
  return {origin_, QSizeF(photo_.width() * scale_, photo_.height() * scale_)};
}

QPointF ViewTransform::toFraction(QPointF canvasPosition) const {
  const QPointF position = toPhoto(canvasPosition);
  return {position.x() / photo_.width(), position.y() / photo_.height()};
}

QPointF ViewTransform::fromFraction(QPointF fraction) const {
  return toCanvas(QPointF(fraction.x() * photo_.width(), fraction.y() * photo_.height()));
}

QPointF ViewTransform::centre() const {
  return toFraction({canvas_.width() / 2, canvas_.height() / 2});
}

double ViewTransform::zoomForScale(double canvasPerPhotoPixel) const {
  return canvasPerPhotoPixel / fitScale_;
}

ViewState ViewTransform::zoomed(QPointF about, double factor) const {
  ViewState next = state_;
  next.zoom =
      std::clamp(state_.zoom * factor, 1.0, std::max(kLeastZoomRange, zoomForScale(kLargestPixel)));
  const QPointF fixed = toFraction(about);
  const double nextScale = fitScale_ * next.zoom;
  next.centre = {
      fixed.x() + (canvas_.width() / 2 - about.x()) / (nextScale * photo_.width()),
      fixed.y() + (canvas_.height() / 2 - about.y()) / (nextScale * photo_.height()),
  };
  return next;
}

ViewState ViewTransform::panned(QPointF canvasOffset) const {
  ViewState next = state_;
  next.centre = centre() - QPointF(canvasOffset.x() / (scale_ * photo_.width()),
                                   canvasOffset.y() / (scale_ * photo_.height()));
  return next;
}

}  // namespace filterlens
