#include "core/image/pil_resize.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace filterlens {
namespace {

constexpr int kChannels = 3;
/// Bits of a weight after the point: 32, less 8 for the pixel, less 2 of room for the sum.
constexpr int kPrecision = 32 - 8 - 2;
constexpr std::int32_t kHalf = 1 << (kPrecision - 1);

/// The source pixels that one resized pixel is made of: weights[k] belongs to source pixel first +
/// k.
struct Taps {
  int first = 0;
  std::vector<std::int32_t> weights;

  [[nodiscard]] int end() const { return first + static_cast<int>(weights.size()); }
};

/// The taps of one resized pixel: a triangle as wide as two source pixels, or two resized ones
/// where the image shrinks, cut off at the image's border and scaled to a sum of one.
Taps tapsOf(std::int64_t position, int sourceSize, std::int64_t resizedSize) {
  const double scale = static_cast<double>(sourceSize) / static_cast<double>(resizedSize);
  const double support = std::max(scale, 1.0);
  const double centre = (static_cast<double>(position) + 0.5) * scale;
  const int first = std::max(static_cast<int>(std::floor(centre - support + 0.5)), 0);
  const int end = std::min(static_cast<int>(std::floor(centre + support + 0.5)), sourceSize);

  std::vector<double> weights(static_cast<std::size_t>(end - first));
  double sum = 0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    // PIL multiplies by 1 / support; dividing would round differently.
    const double distance = (static_cast<double>(k) + first - centre + 0.5) * (1.0 / support);
    weights[k] = std::max(1.0 - std::abs(distance), 0.0);
    sum += weights[k];
  }
  Taps taps{first, std::vector<std::int32_t>(weights.size())};
  for (std::size_t k = 0; k < weights.size(); ++k) {
    const double weight = sum == 0 ? weights[k] : weights[k] / sum;
    taps.weights[k] = static_cast<std::int32_t>(std::floor(0.5 + weight * (1 << kPrecision)));
  }
  return taps;
}

std::vector<Taps> tapsOf(std::int64_t from, int count, int sourceSize, std::int64_t resizedSize) {
  std::vector<Taps> taps;
  taps.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) taps.push_back(tapsOf(from + i, sourceSize, resizedSize));
  return taps;
}

std::uint8_t rounded(std::int32_t sum) {
  return static_cast<std::uint8_t>(std::clamp(sum >> kPrecision, 0, 255));
}

/// One row, resized to one pixel for each of columns.
void resizeRow(const std::uint8_t* source, const std::vector<Taps>& columns,
               std::uint8_t* resized) {
  for (const Taps& taps : columns) {
    const std::uint8_t* pixel = source + static_cast<std::size_t>(taps.first) * kChannels;
    std::int32_t red = kHalf;
    std::int32_t green = kHalf;
    std::int32_t blue = kHalf;
    for (const std::int32_t weight : taps.weights) {
      red += weight * pixel[0];
      green += weight * pixel[1];
      blue += weight * pixel[2];
      pixel += kChannels;
    }
    resized[0] = rounded(red);
    resized[1] = rounded(green);
    resized[2] = rounded(blue);
    resized += kChannels;
  }
}

/// The part of what resizing cut, a part of image, to width x height gives.
Image resizedPart(const Image& image, const PixelRect& cut, std::int64_t width, std::int64_t height,
                  const PixelRect& part) {
  const std::vector<Taps> columns = tapsOf(part.x, part.width, cut.width, width);
  const std::vector<Taps> rows = tapsOf(part.y, part.height, cut.height, height);
  const std::size_t rowBytes = columns.size() * kChannels;

  // Each source row is narrowed once and added to the resized rows that it takes part in: integer
  // sums do not depend on the order, and no intermediate image is held.
  std::vector<std::uint8_t> narrowed(rowBytes);
  std::vector<std::int32_t> sums(rowBytes * rows.size(), kHalf);
  std::size_t oldest = 0;  // of the resized rows that are not complete
  for (int y = rows.front().first; y < rows.back().end(); ++y) {
    resizeRow(image.pixel(static_cast<int>(cut.x), static_cast<int>(cut.y) + y), columns,
              narrowed.data());
    while (rows[oldest].end() <= y) ++oldest;
    for (std::size_t row = oldest; row < rows.size() && rows[row].first <= y; ++row) {
      const std::int32_t weight = rows[row].weights[static_cast<std::size_t>(y - rows[row].first)];
      std::int32_t* sum = sums.data() + row * rowBytes;
      for (std::size_t i = 0; i < rowBytes; ++i) sum[i] += weight * narrowed[i];
    }
  }
  std::vector<std::uint8_t> pixels(sums.size());
  std::transform(sums.begin(), sums.end(), pixels.begin(), rounded);
  return {part.width, part.height, std::move(pixels)};
}

}  // namespace

Image pilResize(const Image& image, std::int64_t width, std::int64_t height,
                const PixelRect& part) {
  return resizedPart(image, {0, 0, image.width(), image.height()}, width, height, part);
}

Image pilResize(const Image& image, int width, int height) {
  return pilResize(image, width, height, {0, 0, width, height});
}

Image pilResizeCut(const Image& image, const PixelRect& cut, int width, int height) {
  return resizedPart(image, cut, width, height, {0, 0, width, height});
}

}  // namespace filterlens
