#include "core/image/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/image/pil_resize.h"

namespace filterlens {
namespace {

using Fit = Preprocessing::Fit;

/// Where a photo is resized to, and which part of it becomes the input.
struct Plan {
  std::int64_t width = 0;
  std::int64_t height = 0;
  PixelRect part;
};

/// Where a centred crop begins: halves are rounded to even, as Python's round() does.
std::int64_t cropOffset(std::int64_t side, int crop) {
  const std::int64_t room = side - crop;
  const std::int64_t half = room / 2;
  return room % 2 == 0 ? half : half + half % 2;
}

Plan planFor(const Image& photo, const Preprocessing& preprocessing) {
  const int size = preprocessing.inputSize;
  if (preprocessing.fit == Fit::Stretch) return {size, size, {0, 0, size, size}};
  const std::int64_t side = preprocessing.resizeShortSide;
  const std::int64_t shorter = std::min(photo.width(), photo.height());
  const std::int64_t longSide = side * std::max(photo.width(), photo.height()) / shorter;
  Plan plan{longSide, side, {0, 0, size, size}};
  if (photo.width() <= photo.height()) std::swap(plan.width, plan.height);
  plan.part.x = cropOffset(plan.width, size);
  plan.part.y = cropOffset(plan.height, size);
  return plan;
}

PhotoPlacement placementOf(const Image& photo, const Plan& plan) {
  PhotoPlacement placement;
  placement.photoWidth = photo.width();
  placement.photoHeight = photo.height();
  placement.inputWidth = plan.part.width;
  placement.inputHeight = plan.part.height;
  placement.scaleX = static_cast<double>(photo.width()) / static_cast<double>(plan.width);
  placement.scaleY = static_cast<double>(photo.height()) / static_cast<double>(plan.height);
  placement.offsetX = static_cast<double>(plan.part.x) * placement.scaleX;
  placement.offsetY = static_cast<double>(plan.part.y) * placement.scaleY;
  return placement;
}

InputTensor normalised(const Image& picture, const Preprocessing& preprocessing) {
  InputTensor tensor{picture.height(), picture.width(), {}};
  const std::size_t plane = static_cast<std::size_t>(tensor.height) * tensor.width;
  tensor.values.resize(3 * plane);
  const ValueTables tables = valueTables(preprocessing.mean, preprocessing.stddev);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::array<float, 256>& table = tables[channel];
    const std::uint8_t* source = picture.data() + channel;
    float* values = tensor.values.data() + channel * plane;
    for (std::size_t i = 0; i < plane; ++i) values[i] = table[source[3 * i]];
  }
  return tensor;
}

}  // namespace

ValueTables valueTables(const std::array<float, 3>& mean, const std::array<float, 3>& stddev) {
  ValueTables tables{};
  for (std::size_t channel = 0; channel < tables.size(); ++channel) {
    for (std::size_t v = 0; v < tables[channel].size(); ++v) {
      tables[channel][v] = (static_cast<float>(v) / 255.0F - mean[channel]) / stddev[channel];
    }
  }
  return tables;
}

Result<PreparedInput> preprocess(const Image& photo, const Preprocessing& preprocessing) {
  if (photo.empty() || photo.width() == 0 || photo.height() == 0) {
    return Error{"There is no picture to prepare."};
  }
  if (auto valid = validate(preprocessing); !valid) return valid.error();
  const Plan plan = planFor(photo, preprocessing);
  return PreparedInput{
      normalised(pilResize(photo, plan.width, plan.height, plan.part), preprocessing),
      placementOf(photo, plan)};
}

Image pictureOf(const InputTensor& tensor, const Preprocessing& preprocessing) {
  const std::size_t plane = static_cast<std::size_t>(tensor.height) * tensor.width;
  std::vector<std::uint8_t> pixels(3 * plane);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float* values = tensor.values.data() + channel * plane;
    for (std::size_t i = 0; i < plane; ++i) {
      const float value =
          (values[i] * preprocessing.stddev[channel] + preprocessing.mean[channel]) * 255.0F;
      // The comparison also sends NaN to black.
      pixels[3 * i + channel] =
          value > 0 ? static_cast<std::uint8_t>(std::lround(std::min(value, 255.0F))) : 0;
    }
  }
  return {tensor.width, tensor.height, std::move(pixels)};
}

}  // namespace filterlens
