#include "core/render/overlay.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace filterlens {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

/// What a map says at one position of an axis: the cell there, and the two cells that it lies
/// between.
struct AxisSample {
  int cell = -1;  // -1: no cell there
  int low = 0;
  int high = 0;
  float fraction = 0;  // of high
};

AxisSample sampleAxis(const AxisMap& axis, double inputPosition, int inputSize) {
  AxisSample sample;
  if (!(inputPosition >= 0 && inputPosition < inputSize)) return sample;
  sample.cell = axis.cellContaining(inputPosition);
  if (sample.cell < 0) return sample;
  // Between the outermost centre and its cell's edge the map goes on as it is.
  const double at = std::clamp(axis.cellAt(inputPosition), 0.0, axis.size() - 1.0);
  sample.low = static_cast<int>(at);
  sample.high = std::min(sample.low + 1, axis.size() - 1);
  sample.fraction = static_cast<float>(at - sample.low);
  return sample;
}

/// A rank belongs to its cell alone: nothing lies between two ranks.
Interpolation usable(Interpolation wanted, HeatmapScale scale) {
  return scale == HeatmapScale::Ranks ? Interpolation::Cells : wanted;
}

/// Bilinear between the cells that have a value; a position in a cell without one has none.
float smoothValue(const Grid<float>& map, const AxisSample& y, const AxisSample& x) {
  const float topLeft = map.at(y.low, x.low);
  const float topRight = map.at(y.low, x.high);
  const float bottomLeft = map.at(y.high, x.low);
  const float bottomRight = map.at(y.high, x.high);
  const float top = topLeft + (topRight - topLeft) * x.fraction;
  const float bottom = bottomLeft + (bottomRight - bottomLeft) * x.fraction;
  const float value = top + (bottom - top) * y.fraction;
  if (!std::isnan(value) || std::isnan(map.at(y.cell, x.cell))) return value;

  const std::pair<float, float> corners[] = {{topLeft, (1 - y.fraction) * (1 - x.fraction)},
                                             {topRight, (1 - y.fraction) * x.fraction},
                                             {bottomLeft, y.fraction * (1 - x.fraction)},
                                             {bottomRight, y.fraction * x.fraction}};
  float sum = 0;
  float weights = 0;
  for (const auto& [corner, weight] : corners) {
    if (std::isnan(corner)) continue;
    sum += weight * corner;
    weights += weight;
  }
  return sum / weights;
}

float sampleMap(const Grid<float>& map, const AxisSample& y, const AxisSample& x,
                Interpolation interpolation) {
  if (y.cell < 0 || x.cell < 0) return kNothing;
  return interpolation == Interpolation::Cells ? map.at(y.cell, x.cell) : smoothValue(map, y, x);
}

/// The part of the range, 0 .. 1, that a threshold hides; without end where it is the lowest.
ValueRange hiddenFractions(double threshold, HeatmapScale scale) {
  const auto share = static_cast<float>(threshold);
  if (!(share > 0) || scale == HeatmapScale::Ranks) return {};
  if (scale == HeatmapScale::Diverging) return {(1 - share) / 2, (1 + share) / 2};
  return {-std::numeric_limits<float>::infinity(), share};
}

/// A map seen through a style, on a raster over a part of the photo.
class Raster {
 public:
  Raster(const PhotoPlacement& placement, const Heatmap& map, const OverlayStyle& style,
         const PhotoRegion& region)
      : map_(map.values),
        interpolation_(usable(style.interpolation, map.scale)),
        colormap_(colormapFor(map.scale, style.colormap)),
        range_(style.range.value_or(displayRange(map))),
        hidden_(hiddenFractions(style.threshold, map.scale)) {
    const double stepX = region.rect.width / region.outputWidth;
    const double stepY = region.rect.height / region.outputHeight;
    for (int x = 0; x < region.outputWidth; ++x) {
      const double photoX = region.rect.x + (x + 0.5) * stepX;
      columns_.push_back(
          sampleAxis(map.geometry.x, placement.inputX(photoX), placement.inputWidth));
    }
    for (int y = 0; y < region.outputHeight; ++y) {
      const double photoY = region.rect.y + (y + 0.5) * stepY;
      rows_.push_back(sampleAxis(map.geometry.y, placement.inputY(photoY), placement.inputHeight));
    }
  }

  /// Calls paint(pixel index, colour) for every pixel that the map says something about.
  template <class Paint>
  void forEachColour(Paint paint) const {
    const float scale = 1 / (range_.high - range_.low);
    for (std::size_t y = 0; y < rows_.size(); ++y) {
      if (rows_[y].cell < 0) continue;
      for (std::size_t x = 0; x < columns_.size(); ++x) {
        const float value = sampleMap(map_, rows_[y], columns_[x], interpolation_);
        if (std::isnan(value)) continue;
        // A range without width divides by zero; the comparison turns 0 * infinity into the low
        // end.
        const float fraction = (value - range_.low) * scale;
        if (fraction < hidden_.high && fraction >= hidden_.low) continue;
        const float index = (fraction > 0 ? std::min(fraction, 1.0F) : 0.0F) * 255 + 0.5F;
        paint(y * columns_.size() + x, colormap_.table[static_cast<std::size_t>(index)]);
      }
    }
  }

 private:
  const Grid<float>& map_;
  Interpolation interpolation_;
  const Colormap& colormap_;
  ValueRange range_;
  ValueRange hidden_;
  std::vector<AxisSample> columns_;
  std::vector<AxisSample> rows_;
};

}  // namespace

float valueAt(const Heatmap& map, const PhotoPlacement& placement, double photoX, double photoY,
              Interpolation interpolation) {
  const auto y = sampleAxis(map.geometry.y, placement.inputY(photoY), placement.inputHeight);
  const auto x = sampleAxis(map.geometry.x, placement.inputX(photoX), placement.inputWidth);
  return sampleMap(map.values, y, x, usable(interpolation, map.scale));
}

Image overlay(const Image& photo, const PhotoPlacement& placement, const Heatmap& map,
              const OverlayStyle& style) {
  const int width = photo.width();
  const int height = photo.height();
  const PhotoRegion whole{
      {0, 0, static_cast<double>(width), static_cast<double>(height)}, width, height};
  std::vector<std::uint8_t> pixels(photo.data(), photo.data() + std::size_t{3} * width * height);
  const int alpha = static_cast<int>(std::lround(std::clamp(style.opacity, 0.0, 1.0) * 256));
  Raster(placement, map, style, whole).forEachColour([&](std::size_t i, const Rgb& colour) {
    for (std::size_t c = 0; c < colour.size(); ++c) {
      std::uint8_t& pixel = pixels[i * 3 + c];
      pixel = static_cast<std::uint8_t>((pixel * (256 - alpha) + colour[c] * alpha + 128) / 256);
    }
  });
  return {width, height, std::move(pixels)};
}

std::vector<std::uint8_t> overlayColours(const PhotoPlacement& placement, const Heatmap& map,
                                         const OverlayStyle& style, const PhotoRegion& region) {
  const auto pixels =
      static_cast<std::size_t>(region.outputWidth) * static_cast<std::size_t>(region.outputHeight);
  std::vector<std::uint8_t> rgba(pixels * 4);
  const double opacity = std::clamp(style.opacity, 0.0, 1.0);
  const auto alpha = static_cast<std::uint8_t>(std::lround(opacity * 255));
  Raster(placement, map, style, region).forEachColour([&](std::size_t i, const Rgb& colour) {
    std::copy(colour.begin(), colour.end(), rgba.begin() + static_cast<std::ptrdiff_t>(i * 4));
    rgba[i * 4 + 3] = alpha;
  });
  return rgba;
}

std::vector<RectF> selectedCells(const MapGeometry& geometry, const std::vector<int>& selection,
                                 const PhotoPlacement& placement) {
  std::vector<RectF> cells;
  cells.reserve(selection.size());
  for (int cell : selection) {
    cells.push_back(placement.cellRect(geometry, cell / geometry.cols(), cell % geometry.cols()));
  }
  return cells;
}

}  // namespace filterlens
