// What a forward pass is given beside its input, and where it writes what it records.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/model/trace.h"
#include "core/progress.h"

namespace filterlens {

/// Thrown between two stages when the user cancelled; never leaves the engine.
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("cancelled") {}
};

/// Fills a Trace while the network runs. Batch size must be 1.
class Recorder {
 public:
  explicit Recorder(Trace& trace) : trace_(trace) {}

  Trace& trace() { return trace_; }
  LayerTrace& layer() { return trace_.layers.back(); }
  [[nodiscard]] int layerIndex() const { return static_cast<int>(trace_.layers.size()) - 1; }

  void beginLayer(const Stage& stage, const MapGeometry& input, const MapGeometry& output);
  /// Keeps the layer's output for its values and, later, its gradient.
  void endLayer(const torch::Tensor& output);
  template <class Mixing>
  void mixes(Mixing how) {
    trace_.mixing.push_back({layerIndex(), std::move(how)});
  }

  [[nodiscard]] const std::vector<torch::Tensor>& outputs() const { return outputs_; }

 private:
  Trace& trace_;
  std::vector<torch::Tensor> outputs_;  // [1, C, H, W] each, part of the autograd graph
};

struct RunContext {
  std::map<std::string, std::vector<int>> selections;  ///< see RunOptions
  std::uint64_t seed = 0;
  Recorder* recorder = nullptr;         ///< nullptr: record nothing (training, plain inference)
  std::vector<MapGeometry> geometries;  ///< after each stage; used when recording
  bool inputGradient = false;           ///< recording: keep the graph back to the input
  Progress progress;
};

/// A float tensor's values without a copy where it is contiguous.
FloatArray toFloatArray(const torch::Tensor&);
/// The last two dimensions of a tensor that has one channel and batch 1.
Grid<float> toGrid(const torch::Tensor&);

/// What a convolution does to positions; see ConvolutionMixing. input: [1, C, H, W], weight: [..,
/// .., k, k].
ConvolutionMixing convolutionMixing(const torch::Tensor& input, const torch::Tensor& weight,
                                    int stride, int padding);

}  // namespace filterlens
