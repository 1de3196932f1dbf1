#include "core/model/run_context_internal.h"

#include <torch/torch.h>

namespace filterlens {
namespace {

/// Euclidean norm over a dimension. As a sum of squares: torch's own vector norm takes several times
/// as long over the channels of a map.
torch::Tensor normOver(const torch::Tensor& x, std::int64_t dimension) {
  return x.square().sum(dimension).sqrt();
}

}  // namespace

void Recorder::beginLayer(const Stage& stage, const MapGeometry& input, const MapGeometry& output) {
  LayerTrace layer;
  layer.name = std::string(stage.module);
  layer.stage = &stage;
  layer.inputGeometry = input;
  layer.outputGeometry = output;
  layer.tokenGeometry = input;
  if (stage.kind == StageKind::Pooled) {
    layer.tokenGeometry = {input.y.afterAdaptivePool(stage.grid),
                           input.x.afterAdaptivePool(stage.grid)};
  }
  trace_.layers.push_back(std::move(layer));
}

void Recorder::resume(std::vector<torch::Tensor> inputs, std::vector<torch::Tensor> outputs) {
  inputs_ = std::move(inputs);
  outputs_ = std::move(outputs);
}

void Recorder::endLayer(const torch::Tensor& output) {
  outputs_.push_back(output);
  layer().output = toFloatArray(output.detach()[0]);
}

FloatArray toFloatArray(const torch::Tensor& tensor) {
  const torch::Tensor values = tensor.detach().to(torch::kFloat).contiguous();
  // The deleter holds the tensor, and with it the memory.
  return {values.sizes().vec(),
          std::shared_ptr<const float[]>(values.data_ptr<float>(), [values](const float*) {})};
}

Grid<float> toGrid(const torch::Tensor& tensor) {
  const auto values = tensor.detach().to(torch::kFloat).contiguous();
  Grid<float> grid(static_cast<int>(values.size(-2)), static_cast<int>(values.size(-1)));
  TORCH_CHECK(values.numel() == grid.size(), "a map of one channel was expected");
  std::copy_n(values.data_ptr<float>(), grid.values.size(), grid.values.begin());
  return grid;
}

torch::Tensor keptShare(const torch::Tensor& x, const torch::Tensor& branch,
                        std::int64_t dimension) {
  constexpr double kTiny = 1e-30;
  const torch::NoGradGuard noGrad;
  const auto own = normOver(x, dimension) + kTiny;
  return own / (own + normOver(branch, dimension) + kTiny);
}

ConvolutionMixing convolutionMixing(const torch::Tensor& input, const torch::Tensor& weight,
                                    int stride, int padding) {
  const torch::NoGradGuard noGrad;
  ConvolutionMixing mixing;
  mixing.kernel = static_cast<int>(weight.size(-1));
  mixing.stride = stride;
  mixing.padding = padding;
  mixing.activity = toGrid(normOver(input, 1));
  mixing.inputRows = mixing.activity.rows;
  mixing.inputCols = mixing.activity.cols;
  mixing.outputRows = (mixing.inputRows + 2 * padding - mixing.kernel) / stride + 1;
  mixing.outputCols = (mixing.inputCols + 2 * padding - mixing.kernel) / stride + 1;
  const auto taps = weight.abs().mean(torch::IntArrayRef({0, 1})).to(torch::kFloat).contiguous();
  mixing.weight.assign(taps.data_ptr<float>(), taps.data_ptr<float>() + taps.numel());
  return mixing;
}

}  // namespace filterlens
