// TrivialAugment (Müller & Hutter, arXiv 2103.10158), the wide set of operations, as torchvision's
// TrivialAugmentWide defines it: one operation per photo, at a random strength.
#pragma once

#include "core/image/image.h"
#include "core/train/random.h"

namespace filterlens {

enum class TrivialOperation {
  Identity,
  ShearX,
  ShearY,
  TranslateX,
  TranslateY,
  Rotate,
  Brightness,
  Color,
  Contrast,
  Sharpness,
  Posterize,
  Solarize,
  AutoContrast,
  Equalize,
};
inline constexpr int kTrivialOperations = 14;
inline constexpr int kTrivialStrengths = 31;

/// One operation. strength is from 0 (nothing, save for Solarize, AutoContrast and Equalize) to
/// kTrivialStrengths - 1: a shear by 0.99, a shift by 32 pixels, a turn by 135 degrees, a factor of
/// 1.99, two bits left, all values inverted. negative turns the first ten around. What comes in
/// from beyond the border is black.
Image applied(const Image&, TrivialOperation, int strength, bool negative);

/// A random operation at a random strength.
Image triviallyAugmented(const Image&, Random&);

}  // namespace filterlens
