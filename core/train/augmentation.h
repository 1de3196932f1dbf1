// Augmentation: a photo as training sees it, a little different each time.
#pragma once

#include <string>

#include "core/image/image.h"
#include "core/result.h"
#include "core/train/random.h"

namespace filterlens {

/// What may be done to a photo, in the order in which it is done.
struct AugmentationOptions {
  /// Share of the photo's area that is cut out; 1 and 1 take the whole photo, whatever its shape.
  double minArea = 0.35;
  double maxArea = 1;
  double aspect = 4.0 / 3;  ///< width / height of the cut, from 1/aspect to aspect (log-uniform)
  bool flip = true;         ///< half of the photos are mirrored
  double rotation = 0;      ///< half of the photos are turned by up to this angle, in radians
  /// As torchvision's ColorJitter: factors from 1 - x to 1 + x, hue shifted by up to ±x turns.
  double brightness = 0;
  double contrast = 0;
  double saturation = 0;
  double hue = 0;
  double grey = 0;              ///< probability of losing the colours
  bool trivialAugment = false;  ///< one operation of TrivialAugmentWide (arXiv 2103.10158)
  /// Probability that a rectangle of 2 % to 20 % of the area is overwritten, with noise or the mean
  /// colour (RandomErasing, arXiv 1708.04896).
  double erasing = 0;
  /// Beta parameters of mixing two photos of a batch, 0 for never (arXiv 1710.09412, 1905.04899).
  /// Done by BatchLoader, not by augment(); with both, each photo draws one of them.
  double mixup = 0;
  double cutmix = 0;

  bool operator==(const AugmentationOptions&) const = default;
};

/// Whether options make sense. A failure names the field as it is called in JSON, and its bounds.
Result<void> validate(const AugmentationOptions&);

/// As JSON, so that a run records its recipe: {"min_area": …, "flip": true, …}.
std::string toJson(const AugmentationOptions&);
/// Fields that are missing keep their defaults; unknown ones are refused.
Result<AugmentationOptions> augmentationFromJson(const std::string& json);

/// A photo cut out, resized to size x size with PIL's antialiased filter, and changed as the
/// options say and random draws. photo is not empty; options are valid. Does not fail.
Image augment(const Image& photo, int size, const AugmentationOptions&, Random&);

}  // namespace filterlens
