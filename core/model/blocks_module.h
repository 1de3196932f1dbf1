// The blocks of FilterViT and DropoutViT (Sun et al., arXiv 2410.22709), one class for each kind of
// stage. All take and give maps, [B, C, H, W].
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/model/units_module.h"

namespace filterlens {

/// One stage of a network.
class Block : public torch::nn::Module {
 public:
  virtual torch::Tensor forward(const torch::Tensor& x, RunContext& context) = 0;
};

/// The block of a stage, under the authors' names; its own name is up to the network.
std::shared_ptr<Block> makeBlock(const Stage&);

/// 5x5 convolution, stride 2, no padding -> norm -> LeakyReLU(0.1).
class StemBlock : public Block {
 public:
  explicit StemBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  std::shared_ptr<ConvNorm> conv_;
};

/// An inverted residual that stands alone.
class InvertedResidualBlock : public Block {
 public:
  explicit InvertedResidualBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  std::shared_ptr<InvertedResidual> conv_;
};

/// Average pooling to a fixed grid; no parameters.
class AdaptivePoolBlock : public Block {
 public:
  explicit AdaptivePoolBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  int grid_;
};

/// Encoder layers, one after the other.
class Encoder : public torch::nn::Module {
 public:
  Encoder(int width, int heads, int hidden, int layers);
  /// recorder: where not null, the current layer receives each encoder layer's attention.
  torch::Tensor forward(torch::Tensor tokens, Recorder* recorder);

 private:
  std::vector<std::shared_ptr<EncoderLayer>> layers_;
};

/// Attention among the tokens of a pooled map; the answer is spread over the pixels and added
/// (authors' name FirstConvFormerBlock).
class PooledBlock : public Block {
 public:
  explicit PooledBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  const Stage& stage_;
  torch::Tensor positions_;  // [grid * grid, C]
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<InvertedResidual> conv_;
};

/// What a filter mask says about a map: all but the scaled map are [B, 1, H, W].
struct MaskMaps {
  torch::Tensor response;    ///< the convolution's output; not defined in a fast training step
  torch::Tensor normalised;  ///< norm(response)
  torch::Tensor importance;  ///< sigmoid(GELU(norm(response))), exact GELU
  torch::Tensor scaled;      ///< the map times its importance
};

/// The filter mask: a dilated convolution to one channel, norm, GELU, sigmoid.
class FilterMask : public torch::nn::Module {
 public:
  explicit FilterMask(const Stage&);
  MaskMaps forward(const torch::Tensor& x);

 private:
  int dilation_;
  std::shared_ptr<torch::nn::Conv2dImpl> conv_;
  std::shared_ptr<torch::nn::BatchNorm2dImpl> norm_;
};

/// Filter block and Dropout block: K chosen pixels attend to each other, the others pass on
/// (authors' names LeakyConvFormerBlock, DropOutBlock). The choice itself carries no gradient; the
/// mask's scale does.
class SelectingBlock : public Block {
 public:
  explicit SelectingBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  /// The cells to select, [B, K], by rank (in training in any order); importance is undefined in a
  /// Dropout block.
  [[nodiscard]] torch::Tensor select(const torch::Tensor& x, const torch::Tensor& importance,
                                     const RunContext& context) const;
  /// The same where an intervention asks for other cells.
  [[nodiscard]] torch::Tensor selectUnder(const Intervention&, const torch::Tensor& x,
                                          const torch::Tensor& importance,
                                          const RunContext& context) const;
  /// The same for training, where the choice may be made at random around the mask's.
  [[nodiscard]] torch::Tensor selectInTraining(const MaskMaps& mask, const MaskTraining&) const;
  /// Table rows of cells: a map may be narrower than the table's grid. [B, K, C]
  [[nodiscard]] torch::Tensor positionsOf(const torch::Tensor& cells, std::int64_t cols) const;
  /// The map with the encoder's answers written over the selected cells. x is scaled by the mask.
  [[nodiscard]] torch::Tensor attend(const torch::Tensor& x, const torch::Tensor& byRank,
                                     const MaskMaps& mask, RunContext& context);

  const Stage& stage_;
  torch::Tensor positions_;           // [grid * grid, C]
  std::shared_ptr<FilterMask> mask_;  // null in a Dropout block
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<InvertedResidual> conv_;
};

/// Attention among all pixels, with an outer residual that is always on (authors' name
/// ConvFormerBlock).
class FullBlock : public Block {
 public:
  explicit FullBlock(const Stage&);
  torch::Tensor forward(const torch::Tensor& x, RunContext& context) override;

 private:
  const Stage& stage_;
  std::shared_ptr<InvertedResidual> reduce_;  // null where nothing is reduced
  std::shared_ptr<InvertedResidual> expand_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<InvertedResidual> conv_;
};

}  // namespace filterlens
