// Architecture: the one table of networks that this program knows (Sun et al., "FilterViT and
// DropoutViT", arXiv 2410.22709, and the authors' code). Adding a network means adding one entry to
// the table in architecture.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/image/geometry.h"
#include "core/result.h"

namespace filterlens {

/// What a stage of a network does. Shapes are [batch, channels, rows, cols].
enum class StageKind {
  Stem,              ///< 5x5 convolution, stride 2, no padding -> norm -> LeakyReLU(0.1)
  InvertedResidual,  ///< MobileNetV2's block: 1x1 expand, 3x3 depthwise, 1x1 reduce
  AdaptivePool,      ///< average pooling to grid x grid
  Pooled,            ///< attention among the tokens of a pooled map, added back to every pixel
  Filter,   ///< the filter mask scales every pixel; the K highest-scoring ones attend to each other
  Dropout,  ///< the same with K pixels drawn at random and no mask
  Full,     ///< attention among all pixels
};

std::string_view name(StageKind);  ///< for people: "filter", "pooled", …

/// One stage. Fields that a kind does not use keep their defaults.
struct Stage {
  StageKind kind;
  std::string_view module;  ///< its name in the state dict, e.g. "leaky_att_network.1"
  int in = 0;               ///< channels
  int out = 0;
  int stride = 1;  ///< of the closing inverted residual (of the convolution itself in Stem and
                   ///< InvertedResidual)
  int expand = 2;  ///< width of the inverted residual's and the encoder's hidden layer, as a
                   ///< multiple of its input
  int heads = 0;
  int grid = 0;    ///< Pooled, AdaptivePool: tokens per side; Filter, Dropout: row length of the
                   ///< position table
  int k = 0;       ///< Filter, Dropout: number of selected tokens
  int layers = 1;  ///< encoder layers
  int reduce = 1;  ///< Full: channels are divided by this around the attention
  int filterKernel = 7;    ///< Filter: size of the mask's convolution
  int filterDilation = 5;  ///< Filter: its dilation; padding keeps the size

  /// True for the stages with attention, which are the layers that explanations speak of.
  [[nodiscard]] bool isLayer() const;
};

struct Architecture {
  std::string_view id;         ///< "xs": what the command line and model files call it
  std::string_view className;  ///< "ConvFormer_xs": in the authors' code (compact: ours)
  std::string_view title;      ///< "FilterViT xs": for people
  std::vector<Stage> stages;   ///< in the order of the forward pass
  int headHidden =
      0;  ///< `mlp_head`: Linear -> GELU -> Linear over this many; 0: one Linear, `classifier`
  bool anyInputSize = false;  ///< true: any that its blocks take; false: only defaultInputSize
  int defaultInputSize = 224;

  [[nodiscard]] int features() const;  ///< channels that reach the head
  [[nodiscard]] bool drawsTokens()
      const;  ///< its prediction depends on a seed (it has Dropout stages)
};

std::span<const Architecture> architectures();
const Architecture* findArchitecture(
    std::string_view idOrClassName);  ///< nullptr where there is none

/// Name and shape of one tensor of a state dict.
struct TensorSpec {
  std::string name;
  std::vector<std::int64_t> shape;
  bool operator==(const TensorSpec&) const = default;
};

/// Every tensor of the network's state dict, `num_batches_tracked` too, in the order of the
/// authors' modules.
std::vector<TensorSpec> stateDict(const Architecture&, int classes);

/// Trainable parameters of the network.
std::int64_t parameterCount(const Architecture&, int classes);

struct RecognisedArchitecture {
  const Architecture* architecture = nullptr;
  int classes = 0;
};

/// Finds the network whose state dict has a checkpoint's names and shapes. The sentence of a
/// failure names the closest network, what it expects and what the file holds instead (the first
/// few names).
Result<RecognisedArchitecture> recogniseArchitecture(const Checkpoint&);

/// Where the map after each stage lies in the input, stage by stage; an input of inputSize x
/// inputSize pixels. Fails where the network cannot take this size.
Result<std::vector<MapGeometry>> stageGeometries(const Architecture&, int inputRows, int inputCols);

}  // namespace filterlens
