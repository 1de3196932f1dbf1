// Mixing two pictures of a batch: mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899).
#pragma once

#include <array>

#include "core/image/image.h"
#include "core/image/pil_resize.h"
#include "core/image/preprocess.h"
#include "core/train/augmentation.h"
#include "core/train/random.h"

namespace filterlens {

/// How much of a picture stays, and what takes the place of the rest.
struct Mix {
  float share = 1;  ///< of the picture's own label
  /// CutMix: the part that the other picture fills. Empty for mixup, which mixes each pixel.
  PixelRect patch;
};

/// Draws how a picture of side x side is mixed: with options' mixup or cutmix, each half of the
/// time where both are set. One of them is above 0.
Mix drawMix(int side, const AugmentationOptions&, Random&);

/// Turns 8-bit pixels into a network's values.
class PixelValues {
 public:
  /// mean, stddev: of values in 0..1, RGB.
  PixelValues(const std::array<float, 3>& mean, const std::array<float, 3>& stddev)
      : tables_(valueTables(mean, stddev)) {}

  /// Writes a picture's width * height * 3 values, channels last.
  void write(const Image& picture, float* values) const;
  /// Writes picture mixed with other, which has the same size.
  void writeMixed(const Image& picture, const Image& other, const Mix&, float* values) const;

 private:
  ValueTables tables_;
};

}  // namespace filterlens
