#include "core/train/colours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace filterlens {
namespace {

using Bytes = std::vector<std::uint8_t>;
/// What becomes of each value, by channel.
using Table = std::array<std::uint8_t, 256>;
using Histogram = std::array<int, 256>;

Image mapped(const Image& image, const std::array<Table, 3>& tables) {
  Bytes pixels(image.byteCount());
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
  const std::size_t count = std::max<std::size_t>(image.byteCount() / 3, 1);
  std::size_t sum = 0;
  for (std::size_t i = 0; i < image.byteCount(); i += 3) {
    sum += static_cast<std::size_t>(luma(image.data() + i));
  }
  return static_cast<int>((2 * sum + count) / (2 * count));
}

/// Weights 1 and, in the middle, 5, over 13; the outermost pixels stay.
Bytes smoothed(const Image& image) {
  const auto line = static_cast<std::size_t>(image.bytesPerLine());
  Bytes pixels(image.data(), image.data() + image.byteCount());
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

/// The hue of HSV in sixths of the circle, from 0 to 6; 0 for greys.
float sextant(const std::uint8_t* pixel, int low, int high) {
  if (low == high) return 0;
  const float scale = 1.0F / static_cast<float>(high - low);
  if (pixel[0] == high) {
    const float hue = static_cast<float>(pixel[1] - pixel[2]) * scale;
    return hue < 0 ? hue + 6 : hue;
  }
  if (pixel[1] == high) return 2 + static_cast<float>(pixel[2] - pixel[0]) * scale;
  return 4 + static_cast<float>(pixel[0] - pixel[1]) * scale;
}

/// A channel between low and high, at a place on its way around the circle, from 0 to less than 18
/// sextants: low from 1 to 3, high from 4 to 6.
std::uint8_t hexconeValue(float place, int low, int high) {
  if (place >= 12) place -= 6;
  if (place >= 6) place -= 6;
  const float depth = std::clamp(std::min(place, 4 - place), 0.0F, 1.0F);
  const float rounding = static_cast<float>(high) + 0.5F;
  return static_cast<std::uint8_t>(rounding - static_cast<float>(high - low) * depth);
}

std::array<Histogram, 3> histogramsOf(const Image& image) {
  std::array<Histogram, 3> histograms{};
  for (std::size_t i = 0; i < image.byteCount(); ++i) ++histograms[i % 3][image.data()[i]];
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
  Bytes pixels(image.byteCount());
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
  const auto shift = static_cast<float>(6 * (turns - std::floor(turns)));
  Bytes pixels(image.byteCount());
  for (std::size_t i = 0; i < pixels.size(); i += 3) {
    const std::uint8_t* from = image.data() + i;
    const int low = std::min({from[0], from[1], from[2]});
    const int high = std::max({from[0], from[1], from[2]});
    const float hue = sextant(from, low, high) + shift;
    // Of hexcone HSV: red, green and blue fall and rise in turn, two sextants apart.
    for (std::size_t c = 0; c < 3; ++c) {
      pixels[i + c] =
          hexconeValue(hue + static_cast<float>(5 - 2 * static_cast<int>(c)), low, high);
    }
  }
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
