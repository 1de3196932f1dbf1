#include "core/render/overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
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

constexpr std::int32_t kUnpainted = 256;  // after the entries of a colour map

/// A map seen through a style, on a raster over a part of the photo.
class Raster {
 public:
  Raster(const PhotoPlacement& placement, const Heatmap& map, const OverlayStyle& style,
         const PhotoRegion& region)
      : map_(map.values),
        interpolation_(usable(style.interpolation, map.scale)),
        colormap_(colormapFor(map.scale, style.colormap)),
        range_(style.range.value_or(displayRange(map))),
        scale_(1 / (range_.high - range_.low)),
        hidden_(hiddenFractions(style.threshold, map.scale)),
        width_(static_cast<std::size_t>(region.outputWidth)) {
    const double stepX = region.rect.width / region.outputWidth;
    const double stepY = region.rect.height / region.outputHeight;
    for (int x = 0; x < region.outputWidth; ++x) {
      const double photoX = region.rect.x + (x + 0.5) * stepX;
      const auto column =
          sampleAxis(map.geometry.x, placement.inputX(photoX), placement.inputWidth);
      if (columns_.empty() && column.cell < 0) continue;  // nothing is said about the left margin
      if (columns_.empty()) firstColumn_ = static_cast<std::size_t>(x);
      columns_.push_back(column);
    }
    while (!columns_.empty() && columns_.back().cell < 0) columns_.pop_back();
    for (int y = 0; y < region.outputHeight; ++y) {
      const double photoY = region.rect.y + (y + 0.5) * stepY;
      rows_.push_back(sampleAxis(map.geometry.y, placement.inputY(photoY), placement.inputHeight));
    }
  }

  /// Calls paint(first pixel, entries) for every row of pixels that the map says something about;
  /// entries: of the colour map, or kUnpainted.
  template <class Paint>
  void forEachRow(Paint paint) const {
    RowSampler sampler(*this);
    std::vector<std::int32_t> entries(columns_.size());
    for (std::size_t y = 0; y < rows_.size(); ++y) {
      if (rows_[y].cell < 0) continue;
      const std::vector<float>& values = sampler.valuesOf(rows_[y]);
      findEntries(values, entries);
      if (sampler.hasNaN() || hidden_.low < hidden_.high) leaveOut(values, entries);
      paint(y * width_ + firstColumn_, entries);
    }
  }

  [[nodiscard]] const Colormap& colormap() const { return colormap_; }

 private:
  // Both without a branch, so that they are computed for several pixels at once.
  void findEntries(const std::vector<float>& values, std::vector<std::int32_t>& entries) const {
    for (std::size_t x = 0; x < values.size(); ++x) {
      // A range without width divides by zero; the comparison turns 0 * infinity into the low end.
      const float fraction = (values[x] - range_.low) * scale_;
      const float positive = fraction > 0 ? fraction : 0.0F;
      // NOLINTNEXTLINE(bugprone-incorrect-roundings): never negative, and lround is a branch.
      entries[x] = static_cast<std::int32_t>((positive < 1 ? positive : 1.0F) * 255 + 0.5F);
    }
  }
  void leaveOut(const std::vector<float>& values, std::vector<std::int32_t>& entries) const {
    for (std::size_t x = 0; x < values.size(); ++x) {
      const float fraction = (values[x] - range_.low) * scale_;
      const bool hidden = (fraction < hidden_.high) & (fraction >= hidden_.low);
      entries[x] = hidden | std::isnan(values[x]) ? kUnpainted : entries[x];
    }
  }

  /// sampleMap for a row of pixels at a time. A row of cells serves all rows of pixels in it; two,
  /// blended along x, all those between them, so that a pixel costs one blend and not three.
  class RowSampler {
   public:
    explicit RowSampler(const Raster& raster) : raster_(raster), values_(raster.columns_.size()) {}

    const std::vector<float>& valuesOf(const AxisSample& row) {
      if (raster_.interpolation_ == Interpolation::Cells) {
        if (row.cell == cell_) return values_;
        cell_ = row.cell;
        for (std::size_t x = 0; x < values_.size(); ++x) values_[x] = exact(row, x);
        hasNaN_ =
            std::any_of(values_.begin(), values_.end(), [](float v) { return std::isnan(v); });
        return values_;
      }
      blendAlongX(row.low, low_);
      blendAlongX(row.high, high_);
      for (std::size_t x = 0; x < values_.size(); ++x) {
        values_[x] = low_.values[x] + (high_.values[x] - low_.values[x]) * row.fraction;
      }
      hasNaN_ = low_.hasNaN || high_.hasNaN;
      if (hasNaN_) {
        for (std::size_t x = 0; x < values_.size(); ++x) {
          if (std::isnan(values_[x])) values_[x] = exact(row, x);
        }
      }
      return values_;
    }
    /// Of the row that was asked for last: whether some of them may be none.
    [[nodiscard]] bool hasNaN() const { return hasNaN_; }

   private:
    struct Blended {
      int row = -1;
      bool hasNaN = false;
      std::vector<float> values;
    };

    [[nodiscard]] float exact(const AxisSample& row, std::size_t x) const {
      return sampleMap(raster_.map_, row, raster_.columns_[x], raster_.interpolation_);
    }

    void blendAlongX(int row, Blended& blended) {
      if (blended.row == row) return;
      if (&blended == &low_ && high_.row == row) return std::swap(low_, high_);
      blended = {row, false, std::move(blended.values)};
      blended.values.resize(values_.size());
      for (std::size_t x = 0; x < values_.size(); ++x) {
        const AxisSample& column = raster_.columns_[x];
        const float left = raster_.map_.at(row, column.low);
        const float right = raster_.map_.at(row, column.high);
        const float value = column.cell < 0 ? kNothing : left + (right - left) * column.fraction;
        blended.values[x] = value;
        blended.hasNaN = blended.hasNaN || std::isnan(value);
      }
    }

    const Raster& raster_;
    std::vector<float> values_;
    bool hasNaN_ = false;
    int cell_ = -1;  // whose values they are, where they are not blended
    Blended low_;
    Blended high_;
  };

  const Grid<float>& map_;
  Interpolation interpolation_;
  const Colormap& colormap_;
  ValueRange range_;
  float scale_;
  ValueRange hidden_;
  std::size_t width_;
  std::size_t firstColumn_ = 0;  // of the pixels
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
  const Raster raster(placement, map, style, whole);
  raster.forEachRow([&](std::size_t first, const std::vector<std::int32_t>& entries) {
    for (std::size_t x = 0; x < entries.size(); ++x) {
      if (entries[x] == kUnpainted) continue;
      const Rgb& colour = raster.colormap().table[static_cast<std::size_t>(entries[x])];
      for (std::size_t c = 0; c < colour.size(); ++c) {
        std::uint8_t& pixel = pixels[(first + x) * 3 + c];
        pixel = static_cast<std::uint8_t>((pixel * (256 - alpha) + colour[c] * alpha + 128) / 256);
      }
    }
  });
  return {width, height, std::move(pixels)};
}

std::vector<std::uint32_t> overlayColours(const PhotoPlacement& placement, const Heatmap& map,
                                          const OverlayStyle& style, const PhotoRegion& region) {
  std::vector<std::uint32_t> pixels(static_cast<std::size_t>(region.outputWidth) *
                                    static_cast<std::size_t>(region.outputHeight));
  const Raster raster(placement, map, style, region);
  std::array<std::uint32_t, kUnpainted + 1> colours{};
  for (std::size_t i = 0; i < raster.colormap().table.size(); ++i) {
    const Rgb& colour = raster.colormap().table[i];
    colours[i] = 0xFF000000U | std::uint32_t{colour[0]} << 16 | std::uint32_t{colour[1]} << 8 |
                 std::uint32_t{colour[2]};
  }
  raster.forEachRow([&](std::size_t first, const std::vector<std::int32_t>& entries) {
    std::uint32_t* out = pixels.data() + first;
    for (const std::int32_t entry : entries) *out++ = colours[static_cast<std::size_t>(entry)];
  });
  return pixels;
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
