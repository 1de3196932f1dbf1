#include "toy_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/lrp/relevance.h"
#include "core/model/attention_gradients.h"

namespace filterlens {
namespace {

/// Gives every map the same relevance everywhere.
class ToyRelevance : public RelevanceSource {
 public:
  Result<std::shared_ptr<const Relevance>> relevance(const Trace& trace,
                                                     const RelevanceOptions& options,
                                                     const Progress&) override {
    auto relevance = std::make_shared<Relevance>();
    relevance->options = options;
    relevance->targetClass = trace.targetClass;
    relevance->input.values = Grid<float>(trace.inputRows, trace.inputCols, -0.5F);
    for (const LayerTrace& layer : trace.layers) {
      const MapGeometry& cells = layer.outputGeometry;
      relevance->layers.push_back(
          {layer.name, Grid<float>(cells.rows(), cells.cols(), 0.5F), 0, {}});
    }
    return std::shared_ptr<const Relevance>(std::move(relevance));
  }
};

/// The gradients that the trace held when this was made.
class ToyAttentionGradients : public AttentionGradientSource {
 public:
  explicit ToyAttentionGradients(const Trace& trace) {
    for (const LayerTrace& layer : trace.layers) {
      auto& own = gradients_.emplace_back();
      for (const AttentionTrace& attention : layer.attention) own.push_back(attention.gradient);
    }
  }
  Result<std::vector<std::vector<FloatArray>>> gradients(const Trace&) override {
    return gradients_;
  }

 private:
  std::vector<std::vector<FloatArray>> gradients_;
};

float between(std::mt19937_64& random, float low, float high) {
  return low + (high - low) * static_cast<float>(random() >> 40) * 0x1p-24F;
}

}  // namespace

std::shared_ptr<AttentionGradientSource> ownAttentionGradients(const Trace& trace) {
  return std::make_shared<ToyAttentionGradients>(trace);
}

FloatArray floatArray(std::vector<std::int64_t> shape, const std::vector<float>& values) {
  const std::shared_ptr<float[]> data(new float[values.size()]);
  std::copy(values.begin(), values.end(), data.get());
  return {std::move(shape), data};
}

ToyNetwork::ToyNetwork(int rows, int cols, std::uint64_t seed)
    : random_(seed), geometry_{AxisMap::identity(rows), AxisMap::identity(cols)} {
  trace.inputRows = rows;
  trace.inputCols = cols;
  trace.logits = {0.5F, 1.5F, -1.0F};
  trace.targetClass = 1;
  trace.seed = seed;
}

float ToyNetwork::uniform(float low, float high) { return between(random_, low, high); }

AttentionTrace ToyNetwork::randomAttention(int heads, int tokens) {
  std::vector<float> weights;
  for (int row = 0; row < heads * tokens; ++row) {
    std::vector<float> exponentials(static_cast<std::size_t>(tokens));
    for (float& e : exponentials) e = std::exp(uniform(-3, 3));
    const float sum = std::accumulate(exponentials.begin(), exponentials.end(), 0.0F);
    for (const float e : exponentials) weights.push_back(e / sum);
  }
  return {heads, tokens, floatArray({heads, tokens, tokens}, weights)};
}

std::vector<int> ToyNetwork::randomCells(int k, int n) {
  std::vector<int> cells(static_cast<std::size_t>(n));
  std::iota(cells.begin(), cells.end(), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(k); ++i) {
    std::swap(cells[i], cells[i + random_() % (cells.size() - i)]);
  }
  cells.resize(static_cast<std::size_t>(k));
  return cells;
}

ConvolutionMixing ToyNetwork::randomConvolution(int kernel, int stride, int padding, bool skip) {
  ConvolutionMixing mixing;
  mixing.kernel = kernel;
  mixing.stride = stride;
  mixing.padding = padding;
  mixing.inputRows = geometry_.rows();
  mixing.inputCols = geometry_.cols();
  mixing.outputRows = (mixing.inputRows + 2 * padding - kernel) / stride + 1;
  mixing.outputCols = (mixing.inputCols + 2 * padding - kernel) / stride + 1;
  mixing.skip = skip;
  for (int tap = 0; tap < kernel * kernel; ++tap) mixing.weight.push_back(uniform(0, 2));
  mixing.activity = Grid<float>(mixing.inputRows, mixing.inputCols);
  for (float& activity : mixing.activity.values) activity = uniform(0.1F, 3);
  return mixing;
}

ToyNetwork& ToyNetwork::convolution(int kernel, int stride, int padding, bool skip) {
  const int layer = static_cast<int>(trace.layers.size()) - 1;
  trace.mixing.push_back({layer, randomConvolution(kernel, stride, padding, skip)});
  geometry_ = {geometry_.y.afterConvolution(kernel, stride, padding),
               geometry_.x.afterConvolution(kernel, stride, padding)};
  if (layer >= 0) trace.layers.back().outputGeometry = geometry_;
  return *this;
}

ToyNetwork& ToyNetwork::adaptivePool(int size) {
  const int layer = static_cast<int>(trace.layers.size()) - 1;
  trace.mixing.push_back({layer, PoolMixing{geometry_.rows(), geometry_.cols(), size, size}});
  geometry_ = {geometry_.y.afterAdaptivePool(size), geometry_.x.afterAdaptivePool(size)};
  return *this;
}

LayerTrace& ToyNetwork::beginLayer(StageKind kind, const std::string& name) {
  Stage stage{};
  stage.kind = kind;
  stages_.push_back(stage);
  LayerTrace layer;
  layer.name = name + "." + std::to_string(trace.layers.size());
  layer.stage = &stages_.back();
  layer.inputGeometry = layer.outputGeometry = layer.tokenGeometry = geometry_;
  trace.layers.push_back(std::move(layer));
  return trace.layers.back();
}

void ToyNetwork::addAttention(LayerTrace& layer, int heads, int tokens, int encoderLayers) {
  for (int i = 0; i < encoderLayers; ++i) layer.attention.push_back(randomAttention(heads, tokens));
  AttentionMixing mixing;
  mixing.layer = static_cast<int>(trace.layers.size()) - 1;
  mixing.rows = geometry_.rows();
  mixing.cols = geometry_.cols();
  trace.mixing.push_back({mixing.layer, mixing});
}

ToyNetwork& ToyNetwork::pooled(int grid, int heads, int encoderLayers) {
  LayerTrace& layer = beginLayer(StageKind::Pooled, "pooled");
  stages_.back().grid = grid;
  layer.tokenGeometry = {geometry_.y.afterAdaptivePool(grid), geometry_.x.afterAdaptivePool(grid)};
  addAttention(layer, heads, grid * grid, encoderLayers);
  return *this;
}

ToyNetwork& ToyNetwork::choosing(StageKind kind, int k, int heads, int encoderLayers) {
  LayerTrace& layer = beginLayer(kind, kind == StageKind::Filter ? "filter" : "dropout");
  stages_.back().k = k;
  const int cells = geometry_.rows() * geometry_.cols();
  layer.selection = randomCells(k, cells);
  if (kind == StageKind::Filter) {
    layer.response = layer.importance = Grid<float>(geometry_.rows(), geometry_.cols());
    for (float& response : layer.response.values) response = uniform(-4, 4);
    for (float& importance : layer.importance.values) importance = uniform(0.46F, 1);
  }
  addAttention(layer, heads, k, encoderLayers);
  return *this;
}

ToyNetwork& ToyNetwork::filter(int k, int heads, int encoderLayers) {
  return choosing(StageKind::Filter, k, heads, encoderLayers);
}

ToyNetwork& ToyNetwork::dropout(int k, int heads, int encoderLayers) {
  return choosing(StageKind::Dropout, k, heads, encoderLayers);
}

ToyNetwork& ToyNetwork::full(int heads, int encoderLayers, bool reduced) {
  LayerTrace& layer = beginLayer(StageKind::Full, "full");
  addAttention(layer, heads, geometry_.rows() * geometry_.cols(), encoderLayers);
  if (reduced) {
    auto& mixing = std::get<AttentionMixing>(trace.mixing.back().how);
    mixing.reduce = randomConvolution(3, 1, 1, false);
    mixing.expand = randomConvolution(3, 1, 1, false);
  }
  return *this;
}

Grid<float> ToyNetwork::randomShares(int rows, int cols) {
  Grid<float> shares(rows, cols);
  for (float& share : shares.values) share = between(more_, 0.1F, 0.9F);
  return shares;
}

void ToyNetwork::fillInResiduals() {
  for (LayerTrace& layer : trace.layers) {
    for (AttentionTrace& attention : layer.attention) {
      attention.kept = randomShares(1, attention.tokens).values;
      std::vector<float> gradient(attention.weights.span().size());
      for (float& value : gradient) value = between(more_, -1, 1);
      // The first token's row speaks for the class with no weight of any head.
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        const auto tokens = static_cast<std::size_t>(attention.tokens);
        if (i % (tokens * tokens) < tokens) gradient[i] = -std::abs(gradient[i]);
      }
      attention.gradient = floatArray(attention.weights.shape, gradient);
    }
  }
  for (MixingStep& step : trace.mixing) {
    if (auto* convolution = std::get_if<ConvolutionMixing>(&step.how)) {
      if (convolution->skip) {
        convolution->kept = randomShares(convolution->inputRows, convolution->inputCols);
      }
    } else if (auto* attention = std::get_if<AttentionMixing>(&step.how)) {
      attention->kept = randomShares(attention->rows, attention->cols);
    }
  }
  trace.attentionGradientSource = ownAttentionGradients(trace);
}

ToyNetwork& ToyNetwork::finish() {
  fillInResiduals();
  for (LayerTrace& layer : trace.layers) {
    const std::int64_t rows = layer.outputGeometry.rows();
    const std::int64_t cols = layer.outputGeometry.cols();
    std::vector<float> output(static_cast<std::size_t>(3 * rows * cols));
    std::vector<float> gradient(output.size());
    for (float& value : output) value = uniform(-1, 1);
    for (float& value : gradient) value = uniform(-1, 1);
    layer.output = floatArray({3, rows, cols}, output);
    layer.gradient = floatArray({3, rows, cols}, gradient);
  }
  trace.relevanceSource = std::make_shared<ToyRelevance>();
  return *this;
}

std::unique_ptr<ToyNetwork> ToyNetwork::small(std::uint64_t seed, int encoderLayers) {
  auto toy = std::make_unique<ToyNetwork>(33, 33, seed);
  toy->convolution(5, 2, 0).convolution(3, 1, 1, true);                // 15
  toy->pooled(4, 2, encoderLayers).convolution(3, 2, 1);               // 8
  toy->filter(9, 2, encoderLayers).convolution(3, 1, 1, true);         // 8
  toy->pooled(3, 2, encoderLayers).convolution(3, 2, 1);               // 4
  toy->dropout(5, 2, encoderLayers).convolution(3, 1, 1, true);        // 4
  toy->full(2, encoderLayers, /*reduced=*/true).convolution(3, 2, 1);  // 2
  toy->full(4, encoderLayers).convolution(3, 2, 1);                    // 1
  toy->finish();
  return toy;
}

}  // namespace filterlens
