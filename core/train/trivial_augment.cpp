#include "core/train/trivial_augment.h"

#include <cmath>
#include <numbers>

#include "core/train/colours.h"
#include "core/train/movements.h"

namespace filterlens {

Image applied(const Image& image, TrivialOperation operation, int strength, bool negative) {
  using enum TrivialOperation;
  const double share = static_cast<double>(strength) / (kTrivialStrengths - 1);
  const double sign = negative ? -1 : 1;
  const double shear = sign * 0.99 * share;
  const double shift = sign * std::trunc(32 * share);
  const double factor = 1 + sign * 0.99 * share;
  switch (operation) {
    case Identity:
      return image;
    case ShearX:
      return moved(image, {1, shear, 0, 0, 1, 0}, Beyond::Black);
    case ShearY:
      return moved(image, {1, 0, 0, shear, 1, 0}, Beyond::Black);
    case TranslateX:
      return moved(image, {1, 0, -shift, 0, 1, 0}, Beyond::Black);
    case TranslateY:
      return moved(image, {1, 0, 0, 0, 1, -shift}, Beyond::Black);
    case Rotate:
      return turned(image, sign * share * 0.75 * std::numbers::pi, Beyond::Black);
    case Brightness:
      return withBrightness(image, factor);
    case Color:
      return withSaturation(image, factor);
    case Contrast:
      return withContrast(image, factor);
    case Sharpness:
      return withSharpness(image, factor);
    case Posterize:
      return posterized(image, 8 - static_cast<int>(std::nearbyint(6 * share)));
    case Solarize:
      return solarized(image, 255 * (1 - share));
    case AutoContrast:
      return autoContrasted(image);
    case Equalize:
      return equalized(image);
  }
  return image;
}

Image triviallyAugmented(const Image& image, Random& random) {
  const auto operation = static_cast<TrivialOperation>(random.integer(kTrivialOperations));
  const int strength = random.integer(kTrivialStrengths);
  return applied(image, operation, strength, random.chance(0.5));
}

}  // namespace filterlens
