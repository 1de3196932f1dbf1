#include "core/train/augmentation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "core/image/pil_resize.h"
#include "core/train/colours.h"
#include "core/train/movements.h"
#include "core/train/trivial_augment.h"

namespace filterlens {
namespace {

using Options = AugmentationOptions;

/// Tries at a rectangle that fits before something simpler is done, as in torchvision.
constexpr int kTries = 10;

/// A rectangle of this area and aspect (width / height) in a picture, anywhere that it fits.
std::optional<PixelRect> rectangle(const Image& image, double area, double aspect, Random& random) {
  const auto width = static_cast<int>(std::lround(std::sqrt(area * aspect)));
  const auto height = static_cast<int>(std::lround(std::sqrt(area / aspect)));
  // Drawn in any case, so that what follows in the stream does not depend on the picture's size.
  const double x = random.uniform();
  const double y = random.uniform();
  if (width < 1 || height < 1 || width > image.width() || height > image.height()) return {};
  return PixelRect{static_cast<std::int64_t>(x * (image.width() - width + 1)),
                   static_cast<std::int64_t>(y * (image.height() - height + 1)), width, height};
}

double areaOf(const Image& image) { return static_cast<double>(image.width()) * image.height(); }

double logUniform(double low, double high, Random& random) {
  return std::exp(random.uniform(std::log(low), std::log(high)));
}

/// The largest cut about the middle whose aspect is allowed.
PixelRect middle(const Image& image, double aspect) {
  PixelRect rect{0, 0, image.width(), image.height()};
  const double own = static_cast<double>(image.width()) / image.height();
  if (own > aspect) rect.width = static_cast<int>(std::lround(image.height() * aspect));
  if (own < 1 / aspect) rect.height = static_cast<int>(std::lround(image.width() * aspect));
  rect.width = std::clamp(rect.width, 1, image.width());
  rect.height = std::clamp(rect.height, 1, image.height());
  rect.x = (image.width() - rect.width) / 2;
  rect.y = (image.height() - rect.height) / 2;
  return rect;
}

PixelRect randomCut(const Image& image, const Options& options, Random& random) {
  if (options.minArea >= 1) return {0, 0, image.width(), image.height()};
  for (int i = 0; i < kTries; ++i) {
    const double area = areaOf(image) * random.uniform(options.minArea, options.maxArea);
    const double aspect = logUniform(1 / options.aspect, options.aspect, random);
    if (const auto rect = rectangle(image, area, aspect, random)) return *rect;
  }
  return middle(image, options.aspect);
}

double factor(double spread, Random& random) {
  return random.uniform(std::max(0.0, 1 - spread), 1 + spread);
}

/// Brightness, contrast, saturation and hue, in a random order.
Image jittered(Image image, const Options& options, Random& random) {
  std::array<int, 4> order{0, 1, 2, 3};
  for (int i = 3; i > 0; --i) {
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(random.integer(i + 1))]);
  }
  for (const int step : order) {
    if (step == 0 && options.brightness > 0) {
      image = withBrightness(image, factor(options.brightness, random));
    } else if (step == 1 && options.contrast > 0) {
      image = withContrast(image, factor(options.contrast, random));
    } else if (step == 2 && options.saturation > 0) {
      image = withSaturation(image, factor(options.saturation, random));
    } else if (step == 3 && options.hue > 0) {
      image = withHueShifted(image, random.uniform(-options.hue, options.hue));
    }
  }
  return image;
}

Image erased(const Image& image, Random& random) {
  constexpr double kSmallest = 0.02;
  constexpr double kLargest = 0.2;
  constexpr double kAspect = 3.3;
  for (int i = 0; i < kTries; ++i) {
    const double area = areaOf(image) * random.uniform(kSmallest, kLargest);
    const double aspect = logUniform(1 / kAspect, kAspect, random);
    if (const auto rect = rectangle(image, area, aspect, random)) {
      return random.chance(0.5) ? withMeanIn(image, *rect) : withNoiseIn(image, *rect, random);
    }
  }
  return image;
}

}  // namespace

Image augment(const Image& photo, int size, const Options& options, Random& random) {
  Image image = pilResizeCut(photo, randomCut(photo, options, random), size, size);
  if (options.flip && random.chance(0.5)) image = mirrored(image);
  if (options.rotation > 0 && random.chance(0.5)) {
    image = turned(image, random.uniform(-options.rotation, options.rotation), Beyond::Reflection);
  }
  image = jittered(std::move(image), options, random);
  if (options.grey > 0 && random.chance(options.grey)) image = withoutColour(image);
  if (options.trivialAugment) image = triviallyAugmented(image, random);
  if (options.erasing > 0 && random.chance(options.erasing)) image = erased(image, random);
  return image;
}

}  // namespace filterlens
