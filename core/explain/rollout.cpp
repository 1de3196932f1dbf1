#include "core/explain/rollout.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/explain/gradcam.h"
#include "core/explain/rollout_check.h"

namespace filterlens {
namespace {

std::unique_ptr<const MixingOperator> attentionOperator(const AttentionMixing& mixing,
                                                        const LayerTrace& layer,
                                                        const RolloutOptions& options) {
  if (layer.stage->kind == StageKind::Pooled) {
    return std::make_unique<PooledOperator>(mixing, layer, options);
  }
  if (layer.stage->kind == StageKind::Full) {
    return std::make_unique<FullOperator>(mixing, layer, options);
  }
  return std::make_unique<SelectionOperator>(layer, options);
}

std::unique_ptr<const MixingOperator> makeOperator(const Trace& trace, const MixingStep& step,
                                                   const RolloutOptions& options) {
  if (const auto* convolution = std::get_if<ConvolutionMixing>(&step.how)) {
    return std::make_unique<ConvolutionOperator>(*convolution, options);
  }
  if (const auto* pool = std::get_if<PoolMixing>(&step.how)) {
    return std::make_unique<PoolOperator>(*pool);
  }
  const auto& attention = std::get<AttentionMixing>(step.how);
  return attentionOperator(attention, trace.layers[static_cast<std::size_t>(attention.layer)],
                           options);
}

/// What a step is given: the input, a layer's output, or (nothing) a map inside a layer.
std::optional<int> inputOf(const std::vector<MixingStep>& steps, std::size_t i) {
  if (i == 0) return kInputLayer;
  const int before = steps[i - 1].layer;
  const bool isOutput = before >= 0 && before != steps[i].layer;
  return isOutput ? std::optional(before) : std::nullopt;
}

Grid<double> grid(int rows, int cols, std::vector<double> values) {
  Grid<double> map;
  map.rows = rows;
  map.cols = cols;
  map.values = std::move(values);
  return map;
}

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

bool isRelevance(const std::vector<double>& values) {
  const double total = sum(values);
  return total > 0 && std::isfinite(total) &&
         std::all_of(values.begin(), values.end(), [](double value) { return value >= 0; });
}

}  // namespace

const Grid<double>& RelevanceFlow::at(int layer) const {
  return layer == kInputLayer ? input : outputs[static_cast<std::size_t>(layer)];
}

Result<Rollout> Rollout::build(const Trace& trace, const RolloutOptions& options, int downTo,
                               std::optional<int> from) {
  if (const auto checked = checkMixing(trace, options, downTo); !checked) return checked.error();
  Rollout rollout;
  rollout.downTo_ = downTo;
  for (const LayerTrace& layer : trace.layers) {
    rollout.outputs_.push_back(layer.outputGeometry);
    rollout.tokens_.push_back({layer.inputGeometry.rows(), layer.inputGeometry.cols(),
                               layer.stage->kind == StageKind::Pooled ? layer.stage->grid : 0});
  }
  for (std::size_t i = 0; i < trace.mixing.size(); ++i) {
    const MixingStep& step = trace.mixing[i];
    if (!isAbove(step, downTo) || (from && step.layer > *from)) continue;
    const CellCount size = inputSize(step);
    Step made;
    made.layer = step.layer;
    made.inputRows = size.rows;
    made.inputCols = size.cols;
    made.inputIs = inputOf(trace.mixing, i);
    made.mixing = makeOperator(trace, step, options);
    made.isAttention = std::holds_alternative<AttentionMixing>(step.how);
    made.selection = dynamic_cast<const SelectionOperator*>(made.mixing.get());
    rollout.steps_.push_back(std::move(made));
  }
  return rollout;
}

Result<RelevanceFlow> Rollout::handBack(int layer, Grid<double> relevance) const {
  const int layers = static_cast<int>(outputs_.size());
  if (layer < 0 || layer >= layers || layer < downTo_) {
    return Error{"Relevance cannot start at layer " + std::to_string(layer) + "."};
  }
  const MapGeometry& output = outputs_[static_cast<std::size_t>(layer)];
  if (relevance.rows != output.rows() || relevance.cols != output.cols() ||
      relevance.size() != output.rows() * output.cols()) {
    return Error{"Relevance must lie on the " + std::to_string(output.rows()) + "x" +
                 std::to_string(output.cols()) + " cells of the layer's output."};
  }

  if (!isRelevance(relevance.values)) {
    return Error{"Relevance must be finite, nowhere negative, and more than 0 in all."};
  }

  RelevanceFlow flow;
  flow.outputs.resize(outputs_.size());
  std::vector<double> current = relevance.values;
  flow.outputs[static_cast<std::size_t>(layer)] = std::move(relevance);
  const auto end = std::find_if(steps_.begin(), steps_.end(),
                                [layer](const Step& step) { return step.layer > layer; });
  passDown(static_cast<std::size_t>(end - steps_.begin()), std::move(current), flow);
  return flow;
}

void Rollout::passDown(std::size_t endStep, std::vector<double> current,
                       RelevanceFlow& flow) const {
  for (std::size_t i = endStep; i-- > 0;) {
    const Step& step = steps_[i];
    if (step.selection != nullptr) {
      flow.routes.push_back({step.layer, step.selection->onSelection(current) / sum(current)});
    }
    current = step.mixing->pullBack(current);
    if (!step.inputIs) continue;
    Grid<double>& map = *step.inputIs == kInputLayer
                            ? flow.input
                            : flow.outputs[static_cast<std::size_t>(*step.inputIs)];
    map = grid(step.inputRows, step.inputCols, current);
  }
  std::reverse(flow.routes.begin(), flow.routes.end());
}

Result<RelevanceFlow> Rollout::fromLastMap(Grid<double> start) const {
  return handBack(static_cast<int>(outputs_.size()) - 1, std::move(start));
}

Result<RelevanceFlow> Rollout::ancestry(int layer, int cell) const {
  const bool hasLayer = layer >= 0 && layer < static_cast<int>(outputs_.size());
  const MapGeometry output = hasLayer ? outputs_[static_cast<std::size_t>(layer)] : MapGeometry{};
  Grid<double> start(output.rows(), output.cols());
  if (hasLayer && (cell < 0 || cell >= start.size())) {
    return Error{"There is no cell " + std::to_string(cell) + "; the layer's output has " +
                 std::to_string(start.size()) + ", counted from 0."};
  }
  if (hasLayer) start.values[static_cast<std::size_t>(cell)] = 1;
  return handBack(layer, std::move(start));
}

Result<RelevanceFlow> Rollout::ancestryOfToken(int layer, int cell) const {
  if (layer < 0 || layer >= static_cast<int>(tokens_.size()) || layer <= downTo_) {
    return Error{"Relevance cannot start at layer " + std::to_string(layer) + "."};
  }
  const Tokens& tokens = tokens_[static_cast<std::size_t>(layer)];
  const int cells = tokens.bins > 0 ? tokens.bins * tokens.bins : tokens.rows * tokens.cols;
  if (cell < 0 || cell >= cells) {
    return Error{"There is no cell " + std::to_string(cell) + "; the layer's attention has " +
                 std::to_string(cells) + ", counted from 0."};
  }
  std::vector<double> start(static_cast<std::size_t>(cells));
  start[static_cast<std::size_t>(cell)] = 1;
  if (tokens.bins > 0) {
    start = PoolOperator({tokens.rows, tokens.cols, tokens.bins, tokens.bins}).pullBack(start);
  }
  // A layer begins with its attention; where that mixes nothing, the cell is what it was before.
  auto first = std::find_if(steps_.begin(), steps_.end(),
                            [layer](const Step& step) { return step.layer >= layer; });
  if (first != steps_.end() && first->layer == layer && first->isAttention) ++first;
  RelevanceFlow flow;
  flow.outputs.resize(outputs_.size());
  passDown(static_cast<std::size_t>(first - steps_.begin()), std::move(start), flow);
  return flow;
}

Grid<double> uniformStart(const Trace& trace) {
  if (trace.layers.empty()) return {};
  const MapGeometry& output = trace.layers.back().outputGeometry;
  return {output.rows(), output.cols(), 1.0 / (output.rows() * output.cols())};
}

Result<ClassStart> classStart(const Trace& trace) {
  if (trace.layers.empty())
    return Error{"This run recorded no layers; run the network with recording on."};
  auto evidence = gradCamBeforeRelu(trace.layers.back());
  if (!evidence) return evidence.error();
  ClassStart start;
  start.relevance = Grid<double>(evidence->rows, evidence->cols);
  std::transform(evidence->values.begin(), evidence->values.end(), start.relevance.values.begin(),
                 [](float value) { return value < 0 ? 0.0 : value; });
  start.evidence = sum(start.relevance.values);
  if (!std::isfinite(start.evidence)) {
    return Error{"The network computed NaN or infinite numbers in " + trace.layers.back().name +
                 ", so there is no evidence to start from; check the model's weights."};
  }
  start.isUniform = start.evidence == 0;
  if (start.isUniform) {
    start.relevance = uniformStart(trace);
  } else {
    for (double& value : start.relevance.values) value /= start.evidence;
  }
  return start;
}

}  // namespace filterlens
