#include "core/train/mixing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace filterlens {
namespace {

/// A square of 1 - share of the area, its middle anywhere, cut off at the border.
PixelRect drawPatch(int side, double share, Random& random) {
  const double half = std::sqrt(1 - share) * side / 2;
  const auto range = [&](double middle) {
    const auto from = static_cast<int>(std::lround(std::max(0.0, middle - half)));
    const auto to = static_cast<int>(std::lround(std::min<double>(side, middle + half)));
    return std::array<int, 2>{from, to};
  };
  const auto [left, right] = range(random.uniform(0, side));
  const auto [top, bottom] = range(random.uniform(0, side));
  return {left, top, right - left, bottom - top};
}

}  // namespace

Mix drawMix(int side, const AugmentationOptions& options, Random& random) {
  const bool cut = options.mixup > 0 ? options.cutmix > 0 && random.chance(0.5) : true;
  const double share = random.beta(cut ? options.cutmix : options.mixup);
  if (!cut) return {static_cast<float>(share), {}};
  const PixelRect patch = drawPatch(side, share, random);
  // Of the pixels that really stay, since the patch was cut off and rounded.
  const double area = static_cast<double>(patch.width) * patch.height;
  return {static_cast<float>(1 - area / (static_cast<double>(side) * side)), patch};
}

void PixelValues::write(const Image& picture, float* values) const {
  const std::uint8_t* from = picture.data();
  const std::size_t count = picture.byteCount();
  for (std::size_t i = 0; i < count; i += 3) {
    values[i] = tables_[0][from[i]];
    values[i + 1] = tables_[1][from[i + 1]];
    values[i + 2] = tables_[2][from[i + 2]];
  }
}

void PixelValues::writeMixed(const Image& picture, const Image& other, const Mix& mix,
                             float* values) const {
  write(picture, values);
  const PixelRect& patch = mix.patch;
  if (patch.width > 0) {
    for (std::int64_t y = patch.y; y < patch.y + patch.height; ++y) {
      const auto start = static_cast<std::size_t>(y * picture.width() + patch.x) * 3;
      const auto end = start + static_cast<std::size_t>(patch.width) * 3;
      for (std::size_t i = start; i < end; ++i) values[i] = tables_[i % 3][other.data()[i]];
    }
    return;
  }
  const std::size_t count = picture.byteCount();
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = mix.share * values[i] + (1 - mix.share) * tables_[i % 3][other.data()[i]];
  }
}

}  // namespace filterlens
