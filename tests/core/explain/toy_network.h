// ToyNetwork: a hand-made Trace of a small network, filled with random numbers, stage by stage.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/model/trace.h"

namespace filterlens {

/// A FloatArray with these values.
FloatArray floatArray(std::vector<std::int64_t> shape, const std::vector<float>& values);

/// Answers with the gradients that the trace's attention holds now.
std::shared_ptr<AttentionGradientSource> ownAttentionGradients(const Trace&);

class ToyNetwork {
 public:
  ToyNetwork(int rows, int cols, std::uint64_t seed = 1);
  ToyNetwork(const ToyNetwork&) = delete;  // the trace points at the stages
  ToyNetwork& operator=(const ToyNetwork&) = delete;

  // Steps that mix positions. A convolution belongs to the layer begun last.
  ToyNetwork& convolution(int kernel, int stride, int padding, bool skip = false);
  ToyNetwork& adaptivePool(int size);

  // Layers; each begins with its attention.
  ToyNetwork& pooled(int grid, int heads = 2, int encoderLayers = 1);
  ToyNetwork& filter(int k, int heads = 2, int encoderLayers = 1);
  ToyNetwork& dropout(int k, int heads = 2, int encoderLayers = 1);
  ToyNetwork& full(int heads = 2, int encoderLayers = 1, bool reduced = false);

  /// Fills in each layer's output and gradient ([3, rows, cols]), the gradients of the attention,
  /// and what residuals kept.
  ToyNetwork& finish();

  /// The steps of section 6's prototype: 33 px, maps of 15, 8, 4, 2 and 1, every kind of stage, and
  /// pooling with bins that overlap.
  static std::unique_ptr<ToyNetwork> small(std::uint64_t seed = 1, int encoderLayers = 1);

  /// A number in [low, high).
  float uniform(float low, float high);
  /// Attention of random softmax rows.
  AttentionTrace randomAttention(int heads, int tokens);
  /// k different cells out of n, in random order.
  std::vector<int> randomCells(int k, int n);

  Trace trace;

 private:
  LayerTrace& beginLayer(StageKind kind, const std::string& name);
  Grid<float> randomShares(int rows, int cols);
  void fillInResiduals();
  void addAttention(LayerTrace& layer, int heads, int tokens, int encoderLayers);
  ToyNetwork& choosing(StageKind kind, int k, int heads, int encoderLayers);
  ConvolutionMixing randomConvolution(int kernel, int stride, int padding, bool skip);

  std::mt19937_64 random_;
  std::mt19937_64 more_{7};  // of what was added later: the other numbers stay as they were
  std::deque<Stage> stages_;
  MapGeometry geometry_;  // of the map so far
};

}  // namespace filterlens
