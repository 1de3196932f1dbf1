// Geometry: cell of a layer's map <-> pixel of the network's input <-> pixel of the photo.
//
// Positions are continuous, in pixels, and count from the outer edge of the first pixel: pixel i
// covers [i, i + 1) and its centre is i + 0.5. The network's real strides and padding decide where
// a cell lies; a map is never stretched over the picture (docs: a 4x4 map of a 224 input has its
// centres at pixels 2, 66, 130, 194, not 27.5, 83.5, …).
#pragma once

#include <cstddef>
#include <vector>

namespace filterlens {

/// Where the cells of a map lie along one axis of the network's input. Centres ascend strictly.
class AxisMap {
 public:
  AxisMap() = default;  ///< no cells
  /// The input itself: cell i is pixel i.
  static AxisMap identity(int inputSize);

  /// The map after a convolution over this one, floor((size + 2 * padding - kernel) / stride) + 1
  /// cells (none where the kernel does not fit): cell i is centred on the middle tap, which is cell
  /// i * stride - padding + (kernel - 1) / 2 of this map; a tap beyond the last cell lies where the
  /// cells would go on.
  [[nodiscard]] AxisMap afterConvolution(int kernel, int stride, int padding) const;
  /// The map after adaptive average pooling to outputSize cells: bin i covers floor(i*n/o) ..
  /// ceil((i+1)*n/o) and is centred on the mean of these cells. From o = 2n on, where several bins
  /// repeat one cell, bins share the length evenly: side by side, in order, each with its own
  /// place.
  [[nodiscard]] AxisMap afterAdaptivePool(int outputSize) const;

  [[nodiscard]] int size() const { return static_cast<int>(centres_.size()); }
  [[nodiscard]] int inputSize() const { return inputSize_; }
  /// The centre of cell i as a position in the input (pixel index + 0.5).
  [[nodiscard]] double centre(int i) const { return centres_[static_cast<std::size_t>(i)]; }
  /// The edges of cell i: half-way to its neighbours; the outermost cells are as wide as their
  /// inner half says. The only cell of a map covers the whole input.
  [[nodiscard]] double lowerEdge(int i) const;
  [[nodiscard]] double upperEdge(int i) const;
  /// The fractional cell index at a position: i at centre(i), linear between; unclamped linear
  /// continuation outside. (One cell: one index for each length of the input. None: NaN.)
  [[nodiscard]] double cellAt(double inputPosition) const;
  /// The inverse of cellAt: the position of a fractional cell index.
  [[nodiscard]] double positionAt(double cell) const;
  /// The cell whose edges enclose a position (lower edge included), or -1 outside all cells.
  [[nodiscard]] int cellContaining(double inputPosition) const;

  bool operator==(const AxisMap&) const = default;

 private:
  AxisMap(int inputSize, std::vector<double> centres);

  int inputSize_ = 0;
  std::vector<double> centres_;
};

/// Where a map's cells lie in the network's input.
struct MapGeometry {
  AxisMap y;  ///< rows
  AxisMap x;  ///< columns

  [[nodiscard]] int rows() const { return y.size(); }
  [[nodiscard]] int cols() const { return x.size(); }
  bool operator==(const MapGeometry&) const = default;
};

struct RectF {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;
};

/// Where the network's input lies in the photo: photo = offset + scale * input, for each axis.
struct PhotoPlacement {
  int photoWidth = 0;
  int photoHeight = 0;
  int inputWidth = 0;
  int inputHeight = 0;
  double offsetX = 0;
  double offsetY = 0;
  double scaleX = 1;
  double scaleY = 1;

  [[nodiscard]] double photoX(double inputX) const { return offsetX + scaleX * inputX; }
  [[nodiscard]] double photoY(double inputY) const { return offsetY + scaleY * inputY; }
  [[nodiscard]] double inputX(double photoXPosition) const {
    return (photoXPosition - offsetX) / scaleX;
  }
  [[nodiscard]] double inputY(double photoYPosition) const {
    return (photoYPosition - offsetY) / scaleY;
  }
  /// The part of the photo that the network was given.
  [[nodiscard]] RectF inputRect() const;
  /// The part of the photo that a cell covers (may reach over the photo's edge).
  [[nodiscard]] RectF cellRect(const MapGeometry&, int row, int col) const;

  bool operator==(const PhotoPlacement&) const = default;
};

}  // namespace filterlens
