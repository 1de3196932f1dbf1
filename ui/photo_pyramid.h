// PhotoPyramid: a photo at full size, half, quarter, …, so that a view of any scale paints from a
// level that is close to what it needs, and a 40-megapixel photo pans smoothly.
#pragma once

#include <QColor>
#include <QImage>
#include <QPainter>
#include <deque>
#include <vector>

#include "core/image/image.h"
#include "ui/view_transform.h"

namespace filterlens {

class PhotoPyramid {
 public:
  PhotoPyramid() = default;
  /// Slow for large photos: build it off the UI thread. The full size shares the image's memory.
  explicit PhotoPyramid(const Image&);

  [[nodiscard]] QSize size() const { return levels_.empty() ? QSize() : levels_.front().size(); }
  [[nodiscard]] const std::vector<QImage>& levels() const { return levels_; }

  /// A canvas with the photo on it, in device pixels. Views of one size that show one place share
  /// the picture; the last few are kept. For the window's thread alone.
  [[nodiscard]] QImage picture(const ViewTransform&, QSize canvas, double deviceScale,
                               QColor background) const;

  /// Draws the photo as it lies on the canvas. deviceScale: device pixels per canvas pixel.
  void paint(QPainter&, const ViewTransform&, QSizeF canvas, double deviceScale) const;

 private:
  /// The smallest level that still has a pixel for every device pixel.
  [[nodiscard]] const QImage& levelFor(double devicePixelsPerPhotoPixel) const;

  struct Painted {
    QRectF photo;  // on the canvas
    QSize canvas;
    double deviceScale = 1;
    QColor background;
    QImage picture;
  };

  std::vector<QImage> levels_;
  mutable std::deque<Painted> painted_;  // the newest last
};

}  // namespace filterlens
