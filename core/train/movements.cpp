#include "core/train/movements.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace filterlens {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes bytesOf(const Image& image) { return {image.data(), image.data() + image.byteCount()}; }

/// Calls function with each pixel of a rectangle.
template <class Function>
void forEachPixel(const Image& image, Bytes& pixels, const PixelRect& rect,
                  const Function& function) {
  for (std::int64_t y = rect.y; y < rect.y + rect.height; ++y) {
    std::uint8_t* pixel = pixels.data() + static_cast<std::size_t>(y * image.width() + rect.x) * 3;
    for (int x = 0; x < rect.width; ++x, pixel += 3) function(pixel);
  }
}

std::array<std::uint8_t, 3> meanOf(const Image& image) {
  const std::size_t count = std::max<std::size_t>(image.byteCount() / 3, 1);
  std::array<std::uint64_t, 3> sums{};
  for (std::size_t i = 0; i < image.byteCount(); ++i) sums[i % 3] += image.data()[i];
  std::array<std::uint8_t, 3> mean{};
  for (std::size_t c = 0; c < 3; ++c) {
    mean[c] = static_cast<std::uint8_t>((sums[c] + count / 2) / count);
  }
  return mean;
}

}  // namespace

Image mirrored(const Image& image) {
  Bytes pixels(image.byteCount());
  std::uint8_t* out = pixels.data();
  for (int y = 0; y < image.height(); ++y) {
    for (int x = image.width() - 1; x >= 0; --x, out += 3) std::copy_n(image.pixel(x, y), 3, out);
  }
  return {image.width(), image.height(), std::move(pixels)};
}

Image moved(const Image& image, const std::array<double, 6>& m, Beyond beyond) {
  const cv::Mat source(image.height(), image.width(), CV_8UC3,
                       const_cast<std::uint8_t*>(image.data()));
  Bytes pixels(image.byteCount());
  cv::Mat target(image.height(), image.width(), CV_8UC3, pixels.data());
  // OpenCV's origin is the upper left pixel's centre.
  const cv::Matx23d matrix(m[0], m[1], m[2] + (m[0] + m[1] - 1) / 2, m[3], m[4],
                           m[5] + (m[3] + m[4] - 1) / 2);
  cv::warpAffine(source, target, matrix, target.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 beyond == Beyond::Black ? cv::BORDER_CONSTANT : cv::BORDER_REFLECT);
  return {image.width(), image.height(), std::move(pixels)};
}

Image turned(const Image& image, double angle, Beyond beyond) {
  const double c = std::cos(angle);
  const double s = std::sin(angle);
  const double x = image.width() / 2.0;
  const double y = image.height() / 2.0;
  // The source of a pixel lies clockwise of it, and y points down.
  return moved(image, {c, -s, x - c * x + s * y, s, c, y - s * x - c * y}, beyond);
}

Image withMeanIn(const Image& image, const PixelRect& rect) {
  const auto mean = meanOf(image);
  Bytes pixels = bytesOf(image);
  forEachPixel(image, pixels, rect,
               [&](std::uint8_t* pixel) { std::copy(mean.begin(), mean.end(), pixel); });
  return {image.width(), image.height(), std::move(pixels)};
}

Image withNoiseIn(const Image& image, const PixelRect& rect, Random& random) {
  Bytes pixels = bytesOf(image);
  forEachPixel(image, pixels, rect, [&](std::uint8_t* pixel) {
    const std::uint64_t bits = random.bits();
    for (unsigned c = 0; c < 3; ++c) pixel[c] = static_cast<std::uint8_t>(bits >> (8 * c));
  });
  return {image.width(), image.height(), std::move(pixels)};
}

}  // namespace filterlens
