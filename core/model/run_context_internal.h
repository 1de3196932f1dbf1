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

  /// Begins with what an earlier run recorded: its inputs and outputs of the layers that the trace
  /// already holds.
  void resume(std::vector<torch::Tensor> inputs, std::vector<torch::Tensor> outputs);

  void beginLayer(const Stage& stage, const MapGeometry& input, const MapGeometry& output);
  /// Keeps the layer's input, from which it can be run again.
  void keepInput(const torch::Tensor& input) { inputs_.push_back(input); }
  /// Keeps the layer's output for its values and, later, its gradient.
  void endLayer(const torch::Tensor& output);
  template <class Mixing>
  void mixes(Mixing how) {
    trace_.mixing.push_back({layerIndex(), std::move(how)});
  }

  [[nodiscard]] const std::vector<torch::Tensor>& inputs() const { return inputs_; }
  [[nodiscard]] const std::vector<torch::Tensor>& outputs() const { return outputs_; }

 private:
  Trace& trace_;
  std::vector<torch::Tensor> inputs_;   // [1, C, H, W] each; part of the graph behind the first
  std::vector<torch::Tensor> outputs_;  // [1, C, H, W] each, part of the autograd graph
};

/// How filter blocks are trained beyond the plain forward pass, and what they hand to the loss.
/// None of it changes what a trained network computes.
struct MaskTraining {
  bool straightThrough = false;  ///< selected tokens pass their gradient to the mask as if it had
                                 ///< gated the encoder's answer (Bengio et al., arXiv 1308.3432)
  double selectionNoise = 0;     ///< standard deviation of what is added to the mask's normalised
                                 ///< response before the K largest are taken
  double selectedFactor = 1;     ///< K is multiplied by this
  double restSwap = 0;  ///< probability with which a block gives a photo the unselected cells of
                        ///< another photo of the batch

  struct Filter {
    torch::Tensor normalised;  ///< BN(response), [B, 1, H, W]
    torch::Tensor importance;  ///< [B, 1, H, W]
    torch::Tensor features;    ///< the map with the encoder's answers written back, [B, C, H, W]
  };
  std::vector<Filter> filters;  ///< filled by the forward pass, in the order of the blocks
};

struct RunContext {
  std::map<std::string, std::vector<int>> selections;  ///< see RunOptions
  std::uint64_t seed = 0;
  Interventions interventions;           ///< see RunOptions
  Recorder* recorder = nullptr;          ///< nullptr: record nothing (training, plain inference)
  std::vector<MapGeometry> geometries;   ///< after each stage; used when recording
  bool inputGradient = false;            ///< recording: keep the graph back to the input
  MaskTraining* maskTraining = nullptr;  ///< nullptr: filter blocks are trained plainly
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
