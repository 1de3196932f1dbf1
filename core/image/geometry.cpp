#include "core/image/geometry.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace filterlens {

AxisMap::AxisMap(int inputSize, std::vector<double> centres)
    : inputSize_(inputSize), centres_(std::move(centres)) {}

AxisMap AxisMap::identity(int inputSize) {
  std::vector<double> centres(static_cast<std::size_t>(std::max(inputSize, 0)));
  for (std::size_t i = 0; i < centres.size(); ++i) centres[i] = static_cast<double>(i) + 0.5;
  return {inputSize, std::move(centres)};
}

AxisMap AxisMap::afterConvolution(int kernel, int stride, int padding) const {
  const int room = size() + 2 * padding - kernel;
  if (size() == 0 || room < 0) return {inputSize_, {}};
  std::vector<double> centres(static_cast<std::size_t>(room / stride + 1));
  const double firstTap = (kernel - 1) / 2.0 - padding;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    centres[i] = positionAt(firstTap + static_cast<double>(i) * stride);
  }
  return {inputSize_, std::move(centres)};
}

AxisMap AxisMap::afterAdaptivePool(int outputSize) const {
  const long n = size();
  const long o = outputSize;
  if (n == 0 || o <= 0) return {inputSize_, {}};
  std::vector<double> centres(static_cast<std::size_t>(o));
  for (long i = 0; i < o; ++i) {
    double& centre = centres[static_cast<std::size_t>(i)];
    if (o >= 2 * n) {
      const double share = static_cast<double>(n) / static_cast<double>(o);
      centre = positionAt((static_cast<double>(i) + 0.5) * share - 0.5);
    } else {
      const long from = i * n / o;
      const long to = ((i + 1) * n + o - 1) / o;
      for (long cell = from; cell < to; ++cell) centre += centres_[static_cast<std::size_t>(cell)];
      centre /= static_cast<double>(to - from);
    }
  }
  return {inputSize_, std::move(centres)};
}

double AxisMap::lowerEdge(int i) const {
  if (size() == 1) return 0;
  return i == 0 ? centre(0) - (centre(1) - centre(0)) / 2 : (centre(i - 1) + centre(i)) / 2;
}

double AxisMap::upperEdge(int i) const {
  if (size() == 1) return inputSize_;
  const int last = size() - 1;
  return i == last ? centre(last) + (centre(last) - centre(last - 1)) / 2
                   : (centre(i) + centre(i + 1)) / 2;
}

double AxisMap::cellAt(double inputPosition) const {
  if (size() == 0) return std::numeric_limits<double>::quiet_NaN();
  if (size() == 1) return (inputPosition - centre(0)) / inputSize_;
  const auto above = std::upper_bound(centres_.begin() + 1, centres_.end() - 1, inputPosition);
  const auto i = static_cast<int>(above - centres_.begin()) - 1;
  return i + (inputPosition - centre(i)) / (centre(i + 1) - centre(i));
}

double AxisMap::positionAt(double cell) const {
  if (size() == 0) return std::numeric_limits<double>::quiet_NaN();
  if (size() == 1) return centre(0) + cell * inputSize_;
  const int i = static_cast<int>(std::clamp(cell, 0.0, static_cast<double>(size() - 2)));
  return centre(i) + (cell - i) * (centre(i + 1) - centre(i));
}

int AxisMap::cellContaining(double inputPosition) const {
  if (size() == 0 || !(inputPosition >= lowerEdge(0)) || inputPosition >= upperEdge(size() - 1)) {
    return -1;
  }
  const auto above = std::upper_bound(centres_.begin(), centres_.end(), inputPosition);
  const int i = static_cast<int>(above - centres_.begin());  // centres i - 1 and i enclose it
  if (i == size()) return i - 1;
  return i > 0 && inputPosition < lowerEdge(i) ? i - 1 : i;
}

RectF PhotoPlacement::inputRect() const {
  return {photoX(0), photoY(0), scaleX * inputWidth, scaleY * inputHeight};
}

RectF PhotoPlacement::cellRect(const MapGeometry& geometry, int row, int col) const {
  const double left = photoX(geometry.x.lowerEdge(col));
  const double top = photoY(geometry.y.lowerEdge(row));
  return {left, top, photoX(geometry.x.upperEdge(col)) - left,
          photoY(geometry.y.upperEdge(row)) - top};
}

}  // namespace filterlens
