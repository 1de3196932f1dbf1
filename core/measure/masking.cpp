#include "core/measure/masking.h"

#include <algorithm>

namespace filterlens {

Result<MaskingScores> maskingScores(const TargetClass& target, const InputTensor& input,
                                    double clean, const std::vector<double>& mask,
                                    const Progress& progress) {
  InputTensor visible = input;
  for (std::size_t i = 0; i < visible.values.size(); ++i) {
    visible.values[i] *= static_cast<float>(mask[i % mask.size()]);
  }
  const auto masked = target.probability(visible, progress);
  if (!masked) return masked.error();
  const double drop = clean > 0 ? std::max(0.0, clean - *masked) / clean : 0.0;
  return MaskingScores{drop, *masked > clean ? 1.0 : 0.0};
}

}  // namespace filterlens
