#include "ui/photo_pyramid.h"

#include <algorithm>
#include <memory>

namespace filterlens {
namespace {

constexpr int kSmallestLevel = 512;      // longer side; below that, scaling is quick anyway
constexpr std::size_t kPaintedKept = 4;  // panes of a grid differ by a pixel in width and height
constexpr double kShowPixelsAt = 3;      // from this scale on, photo pixels show as squares

/// A view on the image's own memory, which it keeps alive.
QImage shared(const Image& image) {
  auto* owner = new Image(image);
  return {image.data(),
          image.width(),
          image.height(),
          static_cast<qsizetype>(image.bytesPerLine()),
          QImage::Format_RGB888,
          [](void* kept) { delete static_cast<Image*>(kept); },
          owner};
}

/// A view on a part of an image, which must outlive it.
QImage partOf(const QImage& image, const QRect& part) {
  const uchar* first = image.constScanLine(part.top()) + qsizetype{3} * part.left();
  return {first, part.width(), part.height(), image.bytesPerLine(), image.format()};
}

/// Mean of 2x2 pixels; the last row and column count twice where a side is odd.
template <class Pixel>
QImage halved(const QImage& from, Pixel pixel) {
  QImage half((from.width() + 1) / 2, (from.height() + 1) / 2, QImage::Format_RGB32);
  for (int y = 0; y < half.height(); ++y) {
    const uchar* upper = from.constScanLine(2 * y);
    const uchar* lower = from.constScanLine(std::min(2 * y + 1, from.height() - 1));
    auto* out = reinterpret_cast<QRgb*>(half.scanLine(y));
    for (int x = 0; x < half.width(); ++x) {
      const int left = 2 * x;
      const int right = std::min(left + 1, from.width() - 1);
      const QRgb four[] = {pixel(upper, left), pixel(upper, right), pixel(lower, left),
                           pixel(lower, right)};
      int red = 2;
      int green = 2;
      int blue = 2;
      for (const QRgb one : four) {
        red += qRed(one);
        green += qGreen(one);
        blue += qBlue(one);
      }
      out[x] = qRgb(red / 4, green / 4, blue / 4);
    }
  }
  return half;
}

QImage halved(const QImage& from) {
  if (from.format() == QImage::Format_RGB888) {
    return halved(from, [](const uchar* line, int x) {
      const uchar* pixel = line + qsizetype{3} * x;
      return qRgb(pixel[0], pixel[1], pixel[2]);
    });
  }
  return halved(from,
                [](const uchar* line, int x) { return reinterpret_cast<const QRgb*>(line)[x]; });
}

}  // namespace

PhotoPyramid::PhotoPyramid(const Image& image) {
  if (image.empty()) return;
  levels_.push_back(shared(image));
  while (std::max(levels_.back().width(), levels_.back().height()) > kSmallestLevel) {
    levels_.push_back(halved(levels_.back()));
  }
}

const QImage& PhotoPyramid::levelFor(double devicePixelsPerPhotoPixel) const {
  std::size_t level = 0;
  double perPixel = devicePixelsPerPhotoPixel;
  while (level + 1 < levels_.size() && perPixel <= 0.5) {
    perPixel *= 2;
    ++level;
  }
  return levels_[level];
}

QImage PhotoPyramid::picture(const ViewTransform& view, QSize canvas, double deviceScale,
                             QColor background) const {
  const QRectF photo = view.photoOnCanvas();
  for (const Painted& one : painted_) {
    if (one.photo == photo && one.canvas == canvas && one.deviceScale == deviceScale &&
        one.background == background) {
      return one.picture;
    }
  }
  QImage picture(canvas * deviceScale, QImage::Format_RGB32);
  picture.setDevicePixelRatio(deviceScale);
  picture.fill(background);
  QPainter painter(&picture);
  paint(painter, view, canvas, deviceScale);
  painter.end();
  painted_.push_back({photo, canvas, deviceScale, background, picture});
  if (painted_.size() > kPaintedKept) painted_.pop_front();
  return picture;
}

void PhotoPyramid::paint(QPainter& painter, const ViewTransform& view, QSizeF canvas,
                         double deviceScale) const {
  const double scale = view.scale() * deviceScale;
  const QImage& level = levelFor(scale);
  const QRectF visible =
      QRectF(view.toPhoto({0, 0}), view.toPhoto({canvas.width(), canvas.height()}))
          .intersected(QRectF(QPointF(), QSizeF(size())));
  const double across = static_cast<double>(level.width()) / size().width();
  const double down = static_cast<double>(level.height()) / size().height();
  const QRectF source(visible.x() * across, visible.y() * down, visible.width() * across,
                      visible.height() * down);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, scale < kShowPixelsAt);
  if (level.format() == QImage::Format_RGB32) {
    painter.drawImage(view.toCanvas(visible), level, source);
    return;
  }
  // Qt samples its own format several times faster than the photo's: what is seen is turned first.
  const QRect part = source.toAlignedRect().adjusted(-1, -1, 1, 1).intersected(level.rect());
  painter.drawImage(view.toCanvas(visible),
                    partOf(level, part).convertToFormat(QImage::Format_RGB32),
                    source.translated(-part.topLeft()));
}

}  // namespace filterlens
