#include "tests/ui/synthetic.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace filterlens::test {

std::shared_ptr<const OpenedPhoto> plainPhoto(int width, int height, QColor colour) {
  std::vector<std::uint8_t> pixels;
  pixels.reserve(static_cast<std::size_t>(width) * height * 3);
  for (int i = 0; i < width * height; ++i) {
    for (const int part : {colour.red(), colour.green(), colour.blue()}) {
      pixels.push_back(static_cast<std::uint8_t>(part));
    }
  }
  Image image(width, height, std::move(pixels));
  PhotoPyramid pyramid(image);
  return std::make_shared<const OpenedPhoto>(
      OpenedPhoto{"plain.png", Photo{image, {}}, std::move(pyramid)});
}

PhotoPlacement stretched(int photoWidth, int photoHeight, int inputSize) {
  PhotoPlacement placement;
  placement.photoWidth = photoWidth;
  placement.photoHeight = photoHeight;
  placement.inputWidth = placement.inputHeight = inputSize;
  placement.scaleX = static_cast<double>(photoWidth) / inputSize;
  placement.scaleY = static_cast<double>(photoHeight) / inputSize;
  return placement;
}

Heatmap mapOverInput(int inputSize, int stride) {
  Heatmap map;
  map.geometry.x = map.geometry.y = AxisMap::identity(inputSize).afterConvolution(5, stride, 0);
  map.values = Grid<float>(map.geometry.rows(), map.geometry.cols());
  return map;
}

bool sameFloats(const std::vector<float>& a, const std::vector<float>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float left, float right) {
    return left == right || (std::isnan(left) && std::isnan(right));
  });
}

int differingPixels(const QImage& a, const QImage& b) {
  int count = 0;
  for (int y = 0; y < a.height(); ++y) {
    for (int x = 0; x < a.width(); ++x) count += a.pixel(x, y) != b.pixel(x, y);
  }
  return count;
}

}  // namespace filterlens::test
