// Trace: all that one run of a network recorded, as plain arrays. Every explanation is a function
// of a Trace.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/grid.h"
#include "core/image/geometry.h"
#include "core/model/architecture.h"
#include "core/model/intervention.h"

namespace filterlens {

class RelevanceSource;  // core/lrp/relevance.h

/// Softmax weights of one encoder layer: [heads, tokens, tokens]; row i says whom token i attends
/// to, and sums to 1.
struct AttentionTrace {
  int heads = 0;
  int tokens = 0;
  FloatArray weights;
};

/// One layer (a stage with attention). A layer's tokens are, in this order: Pooled: the grid x grid
/// bins, row-major; Filter, Dropout: the selected cells, ascending by cell index; Full: all cells,
/// row-major.
struct LayerTrace {
  std::string name;  ///< its module in the state dict
  const Stage* stage = nullptr;

  MapGeometry
      inputGeometry;  ///< of the map that the layer is given: the mask's and the selection's cells
  MapGeometry outputGeometry;  ///< of the map that it gives on: Grad-CAM's and rollout's cells
  MapGeometry
      tokenGeometry;  ///< Pooled: of its bins; otherwise that of the cells that the attention sees

  Grid<float> response;  ///< Filter: what the mask's convolution gives, before norm and activation
  Grid<float> importance;      ///< Filter: the filter mask sigmoid(GELU(norm(response))), >= 0.4576
  std::vector<int> selection;  ///< Filter, Dropout: cells by rank (Filter: importance descending,
                               ///< then index ascending; Dropout, and where an intervention draws:
                               ///< in the order of the draw)

  std::vector<AttentionTrace> attention;  ///< one for each encoder layer
  bool attentionOff = false;  ///< an intervention switched it off: nothing attended to anything

  FloatArray output;    ///< the layer's output, [channels, rows, cols]
  FloatArray gradient;  ///< d logit(target) / d output, same shape; empty where no target was
                        ///< followed back this far
};

/// How one convolution mixed positions: kernel x kernel taps around stride * i - padding.
struct ConvolutionMixing {
  int kernel = 1;
  int stride = 1;
  int padding = 0;
  int inputRows = 0;
  int inputCols = 0;
  int outputRows = 0;
  int outputCols = 0;
  bool skip = false;          ///< its block adds its input to its output
  std::vector<float> weight;  ///< kernel * kernel: mean over channels of |w|, norm folded in
  Grid<float> activity;       ///< inputRows x inputCols: Euclidean norm over the channels of the
                              ///< convolution's input
};

/// How adaptive average pooling mixed positions.
struct PoolMixing {
  int inputRows = 0;
  int inputCols = 0;
  int outputRows = 0;
  int outputCols = 0;
};

/// How a layer's attention mixed positions; the weights stand in Trace::layers[layer].
struct AttentionMixing {
  int layer = 0;
  int rows = 0;  ///< of the map whose positions are mixed (input and output alike)
  int cols = 0;
  std::optional<ConvolutionMixing>
      reduce;  ///< Full with reduce > 1: the inverted residuals around the attention,
  std::optional<ConvolutionMixing> expand;  ///< inside the block's outer residual
};

/// One step of the forward pass that mixes positions, in the order of the pass. Attention that is
/// switched off mixes none and is no step, but in a Full layer, whose reduce and expand still do.
struct MixingStep {
  int layer = -1;  ///< index into Trace::layers of the layer it belongs to; -1 before the first
  std::variant<ConvolutionMixing, PoolMixing, AttentionMixing> how;
};

struct Trace {
  const Architecture* architecture = nullptr;
  int inputRows = 0;
  int inputCols = 0;
  std::vector<float> logits;
  int targetClass = -1;         ///< whose logit the gradients follow; -1: none
  std::uint64_t seed = 0;       ///< of the draws of Dropout stages
  Interventions interventions;  ///< what the run changed in the network
  std::vector<LayerTrace> layers;
  std::vector<MixingStep> mixing;  ///< from the input to the last map
  FloatArray inputGradient;        ///< [3, rows, cols], where it was asked for

  /// What the model needs to follow another target without a second forward pass; opaque.
  std::shared_ptr<void> graph;
  /// Propagates relevance through this run on demand (propagateRelevance); null where nothing was
  /// recorded.
  std::shared_ptr<RelevanceSource> relevanceSource;

  /// Index of a layer by module name, or -1.
  [[nodiscard]] int findLayer(std::string_view name) const;
};

/// One class of a prediction.
struct Prediction {
  int index = 0;
  std::string name;  ///< "class 8" where the model has no names
  float logit = 0;
  float probability = 0;  ///< softmax over all classes of logit / temperature
};

/// All classes, the most probable first (ties: lower index first).
std::vector<Prediction> predictions(const std::vector<float>& logits,
                                    const std::vector<std::string>& classNames,
                                    double temperature = 1);

}  // namespace filterlens
