// A real network of which is known what it reads: weights built by hand so that the logit of class
// 0 rises with one red patch and with nothing else of the photo.
#pragma once

#include <memory>
#include <string>

#include "core/model/torch_model_internal.h"
#include "core/train/random.h"

namespace filterlens::test {

/// Stem, inverted residual, filter block, full attention block, linear head, on 61 x 61 inputs:
/// maps of 29, 15, 15 and 8 cells, whose centres lie symmetrically. The stem measures redness over
/// its window and subtracts a threshold; SiLU silences what lies far below it; the filter mask
/// follows the same number; attention reads it from red tokens into channels of its own.
class PlantedNetwork {
 public:
  static constexpr int kSide = 61;
  static constexpr int kPatch = 24;     ///< first row and column of the patch
  static constexpr int kPatchEnd = 40;  ///< behind the last
  static constexpr int kTokens = 16;    ///< K: the cells that lie in the patch

  static const Architecture& architecture();
  static Checkpoint weights();
  /// The same tensors drawn at random.
  static Checkpoint randomWeights(std::uint64_t seed);
  static std::shared_ptr<TorchModel> model(const Checkpoint&);

  /// Grey noise of +-0.25 around a red patch.
  static InputTensor photo();
  /// Whether a cell's centre lies in the patch.
  static bool isInPatch(const MapGeometry&, int row, int col);
};

/// The tensor of a checkpoint; the test stops where it is missing.
Tensor& tensorOf(Checkpoint&, const std::string& name);
/// Replaces one value of a tensor, by its index in each dimension.
void setValue(Checkpoint&, const std::string& name, const std::vector<std::int64_t>& index,
              float value);

}  // namespace filterlens::test
