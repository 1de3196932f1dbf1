#include "core/explain/rollout_check.h"

#include <algorithm>
#include <limits>
#include <span>
#include <string>

#include "core/explain/explainer.h"

namespace filterlens {
namespace {

Error damaged(const std::string& what) {
  return {what + ": this run's record is damaged; run the network again."};
}

/// Whether all values are finite and not negative. Attention has millions of them: counting,
/// instead of leaving at the first bad one, lets the compiler take several at a time.
bool areWeights(std::span<const float> values) {
  int good = 0;
  for (const float value : values) {
    good += (value >= 0) & (value <= std::numeric_limits<float>::max());  // false for NaN
  }
  return static_cast<std::size_t>(good) == values.size();
}

Error notWeights(const std::string& where) {
  return {"The network computed NaN or infinite numbers in " + where +
          ", so relevance cannot be followed through it; check the model's weights."};
}

Result<void> checkConvolution(const ConvolutionMixing& mixing, const std::string& where,
                              const RolloutOptions& options) {
  const auto outputs = [&](int inputs) {
    return (inputs + 2 * mixing.padding - mixing.kernel) / mixing.stride + 1;
  };
  // A padding below the kernel's size leaves every window at least one tap inside the input.
  const bool fits = mixing.kernel > 0 && mixing.stride > 0 && mixing.padding >= 0 &&
                    mixing.padding < mixing.kernel && mixing.inputRows > 0 &&
                    mixing.inputCols > 0 && mixing.outputRows > 0 && mixing.outputCols > 0 &&
                    mixing.outputRows == outputs(mixing.inputRows) &&
                    mixing.outputCols == outputs(mixing.inputCols);
  const bool sameSize =
      mixing.inputRows == mixing.outputRows && mixing.inputCols == mixing.outputCols;
  if (!fits || (mixing.skip && !sameSize)) {
    return damaged("The sizes of a convolution in " + where + " do not fit");
  }
  if (options.convolution == ConvolutionWeighting::Structural) return {};

  if (mixing.weight.size() !=
      static_cast<std::size_t>(mixing.kernel) * static_cast<std::size_t>(mixing.kernel)) {
    return damaged("The weights of a convolution in " + where + " are missing");
  }
  if (!areWeights(mixing.weight)) return notWeights(where);
  if (options.convolution == ConvolutionWeighting::Kernel) return {};

  if (mixing.activity.rows != mixing.inputRows || mixing.activity.cols != mixing.inputCols) {
    return damaged("The activity of a convolution's input in " + where + " is missing");
  }
  if (!areWeights(mixing.activity.values)) return notWeights(where);
  return {};
}

/// The number of tokens of a layer whose attention sees a map of this size; -1 where its record
/// cannot be right.
int expectedTokens(const LayerTrace& layer, const CellCount& map) {
  if (layer.stage == nullptr) return -1;
  switch (layer.stage->kind) {
    case StageKind::Pooled:
      return layer.stage->grid * layer.stage->grid;
    case StageKind::Full:
      return map.cells();
    case StageKind::Filter:
    case StageKind::Dropout: {
      std::vector<int> cells = layer.selection;
      std::sort(cells.begin(), cells.end());
      const bool repeats = std::adjacent_find(cells.begin(), cells.end()) != cells.end();
      if (cells.empty() || repeats || cells.front() < 0 || cells.back() >= map.cells()) return -1;
      return static_cast<int>(cells.size());
    }
    default:
      return -1;
  }
}

Result<void> checkWeights(const AttentionMixing& mixing, const LayerTrace& layer,
                          const RolloutOptions& options) {
  const int tokens = expectedTokens(layer, {mixing.rows, mixing.cols});
  if (tokens <= 0) return damaged("The tokens of " + layer.name + " do not fit its map");
  if (layer.attention.empty()) {
    return Error{"This run recorded no attention for " + layer.name +
                 "; run the network with recording on."};
  }
  for (const AttentionTrace& attention : layer.attention) {
    if (attention.heads <= 0 || attention.tokens != tokens || attention.weights.empty() ||
        attention.weights.size() != std::int64_t{attention.heads} * tokens * tokens) {
      return damaged("The attention of " + layer.name + " does not fit its tokens");
    }
    if (!options.uniformAttention && !areWeights(attention.weights.span())) {
      return notWeights(layer.name);
    }
  }
  return {};
}

Result<void> checkAttention(const AttentionMixing& mixing, const LayerTrace& layer,
                            const RolloutOptions& options) {
  if (!layer.attentionOff) {
    if (auto checked = checkWeights(mixing, layer, options); !checked) return checked;
  }
  for (const auto& around : {mixing.reduce, mixing.expand}) {
    if (!around) continue;
    if (auto checked = checkConvolution(*around, layer.name, options); !checked) return checked;
    if (around->inputRows != mixing.rows || around->inputCols != mixing.cols ||
        around->outputRows != mixing.rows || around->outputCols != mixing.cols) {
      return damaged("A convolution around the attention of " + layer.name + " does not fit");
    }
  }
  return {};
}

Result<void> checkStep(const Trace& trace, const MixingStep& step, const RolloutOptions& options) {
  const std::string where =
      step.layer < 0 ? "the first stages" : trace.layers[static_cast<std::size_t>(step.layer)].name;
  if (const auto* convolution = std::get_if<ConvolutionMixing>(&step.how)) {
    return checkConvolution(*convolution, where, options);
  }
  if (const auto* attention = std::get_if<AttentionMixing>(&step.how)) {
    if (step.layer < 0 || attention->layer != step.layer) {
      return damaged("A step of attention belongs to no layer");
    }
    return checkAttention(*attention, trace.layers[static_cast<std::size_t>(step.layer)], options);
  }
  return {};
}

/// The steps of each layer stand together, in the order of the layers, and none has no step.
bool followLayers(const Trace& trace) {
  int layer = -1;
  for (const MixingStep& step : trace.mixing) {
    if (step.layer != layer && step.layer != layer + 1) return false;
    layer = step.layer;
  }
  return layer == static_cast<int>(trace.layers.size()) - 1;
}

}  // namespace

CellCount inputSize(const MixingStep& step) {
  if (const auto* attention = std::get_if<AttentionMixing>(&step.how)) {
    return {attention->rows, attention->cols};
  }
  if (const auto* pool = std::get_if<PoolMixing>(&step.how)) {
    return {pool->inputRows, pool->inputCols};
  }
  const auto& convolution = std::get<ConvolutionMixing>(step.how);
  return {convolution.inputRows, convolution.inputCols};
}

CellCount outputSize(const MixingStep& step) {
  if (const auto* attention = std::get_if<AttentionMixing>(&step.how)) {
    return {attention->rows, attention->cols};
  }
  if (const auto* pool = std::get_if<PoolMixing>(&step.how)) {
    return {pool->outputRows, pool->outputCols};
  }
  const auto& convolution = std::get<ConvolutionMixing>(step.how);
  return {convolution.outputRows, convolution.outputCols};
}

bool isAbove(const MixingStep& step, int layer) {
  return layer == kInputLayer || step.layer > layer;
}

Result<void> checkMixing(const Trace& trace, const RolloutOptions& options, int downTo) {
  if (trace.layers.empty() || trace.mixing.empty()) {
    return Error{
        "This run did not record how the network mixes positions; run it with recording on."};
  }
  if (!followLayers(trace)) return damaged("The steps of the network do not follow its layers");

  CellCount map{trace.inputRows, trace.inputCols};
  for (std::size_t i = 0; i < trace.mixing.size(); ++i) {
    const MixingStep& step = trace.mixing[i];
    if (inputSize(step) != map || outputSize(step).cells() <= 0) {
      return damaged("The maps of the network's steps do not follow each other");
    }
    if (isAbove(step, downTo)) {
      if (auto checked = checkStep(trace, step, options); !checked) return checked;
    }
    map = outputSize(step);

    const bool endsLayer = step.layer >= 0 && (i + 1 == trace.mixing.size() ||
                                               trace.mixing[i + 1].layer != step.layer);
    if (!endsLayer) continue;
    const LayerTrace& layer = trace.layers[static_cast<std::size_t>(step.layer)];
    if (map != CellCount{layer.outputGeometry.rows(), layer.outputGeometry.cols()}) {
      return damaged("The output of " + layer.name + " has another size than its last step");
    }
  }
  return {};
}

}  // namespace filterlens
