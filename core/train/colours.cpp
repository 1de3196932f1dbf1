#include "core/train/colours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

namespace filterlens {
namespace {

using Bytes = std::vector<std::uint8_t>;
/// What becomes of each value, by channel.
using Table = std::array<std::uint8_t, 256>;
using Histogram = std::array<int, 256>;

std::size_t pixelCount(const Image& image) {
  return static_cast<std::size_t>(image.width()) * static_cast<std::size_t>(image.height());
}

Image mapped(const Image& image, const std::array<Table, 3>& tables) {
  Bytes pixels(3 * pixelCount(image));
  const std::uint8_t* from = image.data();
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    pixels[i] = tables[0][from[i]];
    pixels[i + 1] = tables[1][from[i + 1]];
    pixels[i + 2] = tables[2][from[i + 2]];
  }
  return {image.width(), image.height(), std::move(pixels)};
}

template <class Function>
Image mapped(const Image& image, const Function& function) {
  Table table{};
  for (int v = 0; v < 256; ++v) {
    table[static_cast<std::size_t>(v)] = static_cast<std::uint8_t>(function(v));
  }
  return mapped(image, {table, table, table});
}

/// from + factor * (to - from), cut off at black and white and truncated.
std::uint8_t blended(int from, int to, float factor) {
  const float value = static_cast<float>(from) + factor * static_cast<float>(to - from);
  return static_cast<std::uint8_t>(std::min(std::max(value, 0.0F), 255.0F));
}

/// Luma, ITU-R 601.
int luma(const std::uint8_t* pixel) {
  return (pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16;
}

/// The mean luma, rounded.
int meanLuma(const Image& image) {
  const std::size_t count = pixelCount(image);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += luma(image.data() + 3 * i);
  return static_cast<int>(static_cast<double>(sum) / static_cast<double>(count) + 0.5);
}

/// Weights 1 and, in the middle, 5, over 13; the outermost pixels stay.
Bytes smoothed(const Image& image) {
  const auto line = static_cast<std::size_t>(image.bytesPerLine());
  Bytes pixels(image.data(), image.data() + line * static_cast<std::size_t>(image.height()));
  for (int y = 1; y + 1 < image.height(); ++y) {
    const std::uint8_t* at = image.pixel(0, y);
    std::uint8_t* out = pixels.data() + static_cast<std::size_t>(y) * line;
    for (std::size_t i = 3; i + 3 < line; ++i) {
      const std::uint8_t* above = at + i - line;
      const std::uint8_t* below = at + i + line;
      const int sum = above[-3] + above[0] + above[3] + at[i - 3] + 5 * at[i] + at[i + 3] +
                      below[-3] + below[0] + below[3];
      out[i] = static_cast<std::uint8_t>((2 * sum + 13) / 26);
    }
  }
  return pixels;
}

std::array<Histogram, 3> histogramsOf(const Image& image) {
  std::array<Histogram, 3> histograms{};
  const std::size_t count = 3 * pixelCount(image);
  for (std::size_t i = 0; i < count; ++i) ++histograms[i % 3][image.data()[i]];
  return histograms;
}

Table identityTable() {
  Table table{};
  for (std::size_t v = 0; v < table.size(); ++v) table[v] = static_cast<std::uint8_t>(v);
  return table;
}

Table stretching(const Histogram& histogram) {
  int low = 0;
  int high = 255;
  while (low < 255 && histogram[static_cast<std::size_t>(low)] == 0) ++low;
  while (high > 0 && histogram[static_cast<std::size_t>(high)] == 0) --high;
  if (high <= low) return identityTable();
  const double scale = 255.0 / (high - low);
  const double offset = -low * scale;
  Table table{};
  for (std::size_t v = 0; v < table.size(); ++v) {
    const double value = std::trunc(static_cast<double>(v) * scale + offset);
    table[v] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
  }
  return table;
}

Table levelling(const Histogram& histogram) {
  int sum = 0;
  int last = 0;
  for (const int count : histogram) {
    sum += count;
    if (count != 0) last = count;
  }
  const int step = (sum - last) / 255;
  if (step == 0) return identityTable();
  Table table{};
  int below = step / 2;
  for (std::size_t v = 0; v < table.size(); ++v) {
    table[v] = static_cast<std::uint8_t>(std::min(below / step, 255));
    below += histogram[v];
  }
  return table;
}

}  // namespace

Image withBrightness(const Image& image, double factor) {
  return mapped(image, [&](int v) { return blended(0, v, static_cast<float>(factor)); });
}

Image withContrast(const Image& image, double factor) {
  const int grey = meanLuma(image);
  return mapped(image, [&](int v) { return blended(grey, v, static_cast<float>(factor)); });
}

Image withSaturation(const Image& image, double factor) {
  Bytes pixels(3 * pixelCount(image));
  const auto strength = static_cast<float>(factor);
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const std::uint8_t* from = image.data() + i;
    const int grey = luma(from);
    for (std::size_t c = 0; c < 3; ++c) pixels[i + c] = blended(grey, from[c], strength);
  }
  return {image.width(), image.height(), std::move(pixels)};
}

Image withSharpness(const Image& image, double factor) {
  Bytes pixels = smoothed(image);
  const auto strength = static_cast<float>(factor);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = blended(pixels[i], image.data()[i], strength);
  }
  return {image.width(), image.height(), std::move(pixels)};
}

Image withHueShifted(const Image& image, double turns) {
  // Of 8 bits, so that the sum wraps around as hues do.
  const auto shift = static_cast<std::uint8_t>(std::lround(turns * 256) & 0xFF);
  if (shift == 0) return image;
  Bytes pixels(image.data(), image.data() + 3 * pixelCount(image));
  cv::Mat view(image.height(), image.width(), CV_8UC3, pixels.data());
  cv::Mat hsv;
  cv::cvtColor(view, hsv, cv::COLOR_RGB2HSV_FULL);
  for (std::uint8_t* hue = hsv.data; hue != hsv.dataend; hue += 3) {
    *hue = static_cast<std::uint8_t>(*hue + shift);
  }
  cv::cvtColor(hsv, view, cv::COLOR_HSV2RGB_FULL);
  return {image.width(), image.height(), std::move(pixels)};
}

Image withoutColour(const Image& image) { return withSaturation(image, 0); }

Image posterized(const Image& image, int bits) {
  const int mask = 0xFF << (8 - bits);
  return mapped(image, [&](int v) { return v & mask; });
}

Image solarized(const Image& image, double threshold) {
  return mapped(image, [&](int v) { return v < threshold ? v : 255 - v; });
}

Image autoContrasted(const Image& image) {
  const auto histograms = histogramsOf(image);
  return mapped(image,
                {stretching(histograms[0]), stretching(histograms[1]), stretching(histograms[2])});
}

Image equalized(const Image& image) {
  const auto histograms = histogramsOf(image);
  return mapped(image,
                {levelling(histograms[0]), levelling(histograms[1]), levelling(histograms[2])});
}

}  // namespace filterlens
