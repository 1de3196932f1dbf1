// Batch: pictures as the training loop takes them.
#pragma once

#include <vector>

namespace filterlens {

struct Batch {
  int size = 0;               ///< pictures
  int pixels = 0;             ///< side of each picture
  std::vector<float> values;  ///< [size, pixels, pixels, 3], channels last, normalised
  std::vector<int> labels;    ///< one for each picture
  /// The target of picture i is share[i] of labels[i] and 1 - share[i] of mixedLabels[i]. Where
  /// nothing was mixed in, the share is 1 and both labels are the same.
  std::vector<int> mixedLabels;
  std::vector<float> share;
};

}  // namespace filterlens
