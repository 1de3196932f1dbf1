// PhotoPyramid: a photo at full size, half, quarter, …, so that a view of any scale paints from a
// level that is close to what it needs, and a 40-megapixel photo pans smoothly.
#pragma once

#include <QImage>
#include <QPainter>
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

  /// Draws the photo as it lies on the canvas. deviceScale: device pixels per canvas pixel.
  void paint(QPainter&, const ViewTransform&, QSizeF canvas, double deviceScale) const;

 private:
  /// The smallest level that still has a pixel for every device pixel.
  [[nodiscard]] const QImage& levelFor(double devicePixelsPerPhotoPixel) const;

  std::vector<QImage> levels_;
};

}  // namespace filterlens
