// Average drop and increase: what the prediction becomes where only that stays visible which a map
// puts first (Chattopadhay et al., Grad-CAM++, arXiv 1710.11063, section 4.1).
#pragma once

#include "core/measure/class_probability.h"
#include "core/measure/pixel_map.h"

namespace filterlens {

/// Of one photo. f is the target's probability, x * M the normalised input times the map as
/// maskAtPixels gives it, which fades what the map leaves out to the mean colour.
struct MaskingScores {
  double drop = 0;      ///< max(0, f(x) - f(x * M)) / f(x), 0..1; low is good
  double increase = 0;  ///< 1 where f(x * M) > f(x), else 0; high is good
};

/// One forward pass. clean: f(x). mask: a value for each pixel.
Result<MaskingScores> maskingScores(const TargetClass&, const InputTensor&, double clean,
                                    const std::vector<double>& mask, const Progress&);

}  // namespace filterlens
