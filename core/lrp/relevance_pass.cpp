#include "core/lrp/relevance_pass_internal.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <torch/torch.h>

#include "core/model/torch_model_internal.h"

namespace filterlens::lrp {
namespace {

constexpr double kLeak = 0.1;  // of the stem's activation

/// [1, C, H, W] -> [1, H * W, C] and back
torch::Tensor tokensOf(const torch::Tensor& map) { return map.flatten(2).transpose(1, 2); }

torch::Tensor mapOf(const torch::Tensor& tokens, std::int64_t rows, std::int64_t cols) {
  return tokens.transpose(1, 2).reshape({1, tokens.size(2), rows, cols});
}

Step poolStep(const torch::Tensor& x, std::int64_t rows, std::int64_t cols, Pass& pass) {
  if (x.size(2) == rows && x.size(3) == cols) {
    return {x, [](const torch::Tensor& r) { return r; }};
  }
  const auto z = averagePool(x, rows, cols);
  return {z,
          [=, &pass](const torch::Tensor& r) { return throughAveragePool(x, z, r, pass.ledger); }};
}

Step stemStep(const torch::Tensor& x, const Stage& stage, const Rule& rule, Pass& pass) {
  const auto layer = pass.weights.convolution(std::string(stage.module) + ".layer1");
  auto step = affineStep(x, layer, rule, pass);
  step.value = torch::leaky_relu(step.value, kLeak);
  return step;
}

/// The encoder on tokens to which the sinusoid of their positions is added.
Step placedEncoderStep(const torch::Tensor& tokens, const torch::Tensor& positions,
                       const std::string& path, const Stage& stage, Pass& pass) {
  auto encoder = encoderStep(tokens + positions, path, stage, pass);
  return {encoder.value, [=, &pass, back = std::move(encoder.back)](const torch::Tensor& r) {
            return throughAddedConstant(tokens, positions, back(r), pass.ledger);
          }};
}

/// Where an intervention skipped the encoder.
Step unchanged(const torch::Tensor& x) {
  return {x, [](const torch::Tensor& r) { return r; }};
}

bool isAttentionOff(const LayerTrace* recorded) { return recorded && recorded->attentionOff; }

/// x + spread(encoder(pool(x))), then the inverted residual.
Step pooledStep(const torch::Tensor& x, const LayerTrace* recorded, const Stage& stage,
                const Rule& rule, Pass& pass) {
  const std::string module(stage.module);
  if (isAttentionOff(recorded)) return invertedResidualStep(x, module + ".conv", rule, pass);
  const auto pooled = poolStep(x, stage.grid, stage.grid, pass);
  const auto encoder =
      placedEncoderStep(tokensOf(pooled.value), sinusoidTable(stage.grid * stage.grid, stage.in),
                        module + ".trans", stage, pass);
  const auto spread =
      poolStep(mapOf(encoder.value, stage.grid, stage.grid), x.size(2), x.size(3), pass);
  const Step branch{spread.value, [=, grid = stage.grid](const torch::Tensor& r) {
                      const auto ofTokens = encoder.back(tokensOf(spread.back(r)));
                      return pooled.back(mapOf(ofTokens, grid, grid));
                    }};
  const Step sum = residualStep(x, branch, pass);
  return chain(sum, invertedResidualStep(sum.value, module + ".conv", rule, pass));
}

/// [K], ascending.
torch::Tensor cellsOf(const LayerTrace& layer) {
  const std::vector<std::int64_t> cells(layer.selection.begin(), layer.selection.end());
  return std::get<0>(torch::tensor(cells).sort());
}

/// x times the recorded mask, where there is one.
torch::Tensor gated(const torch::Tensor& x, const LayerTrace& layer) {
  const auto& mask = layer.importance;
  return mask.empty() ? x : x * torch::tensor(mask.values).view({1, 1, mask.rows, mask.cols});
}

/// The gate gives all relevance to what it scales; tokens leave the map and come back to it.
Step selectingStep(const torch::Tensor& x, const LayerTrace& layer, const Stage& stage,
                   const Rule& rule, Pass& pass) {
  const std::string module(stage.module);
  if (layer.attentionOff) {
    return invertedResidualStep(gated(x, layer), module + ".conv_block", rule, pass);
  }
  const auto pixels = gated(x, layer).flatten(2);  // [1, C, H * W]
  const auto cells = cellsOf(layer);
  const auto index = cells.expand({1, stage.in, -1});
  const auto row = torch::div(cells, x.size(3), "floor");
  const auto positions = sinusoidTable(stage.grid * stage.grid, stage.in)
                             .index({row * stage.grid + (cells - row * x.size(3))});
  const auto encoder = placedEncoderStep(pixels.gather(2, index).transpose(1, 2), positions,
                                         module + ".leaky_attention.trans", stage, pass);
  const Step attended{pixels.scatter(2, index, encoder.value.transpose(1, 2)).view_as(x),
                      [=](const torch::Tensor& r) {
                        const auto flat = r.flatten(2);
                        const auto ofTokens = encoder.back(flat.gather(2, index).transpose(1, 2));
                        return flat.scatter(2, index, ofTokens.transpose(1, 2)).view_as(r);
                      }};
  return chain(attended, invertedResidualStep(attended.value, module + ".conv_block", rule, pass));
}

Step attendedMap(const torch::Tensor& map, const LayerTrace* recorded, const Stage& stage,
                 Pass& pass) {
  if (isAttentionOff(recorded)) return unchanged(map);
  const auto rows = map.size(2);
  const auto cols = map.size(3);
  const auto encoder =
      encoderStep(tokensOf(map), std::string(stage.module) + ".trans", stage, pass);
  return {mapOf(encoder.value, rows, cols),
          [=](const torch::Tensor& r) { return mapOf(encoder.back(tokensOf(r)), rows, cols); }};
}

Step fullStep(const torch::Tensor& x, const LayerTrace* recorded, const Stage& stage,
              const Rule& rule, Pass& pass) {
  const std::string module(stage.module);
  Step branch;
  if (stage.reduce == 1) {
    branch = attendedMap(x, recorded, stage, pass);
  } else {
    branch = invertedResidualStep(x, module + ".reduce", rule, pass);
    branch = chain(branch, attendedMap(branch.value, recorded, stage, pass));
    branch = chain(branch, invertedResidualStep(branch.value, module + ".expand", rule, pass));
  }
  const Step sum = residualStep(x, branch, pass);
  return chain(sum, invertedResidualStep(sum.value, module + ".conv", rule, pass));
}

const LayerTrace* recordOf(const Trace& trace, const Stage& stage) {
  const int layer = trace.findLayer(stage.module);
  return layer < 0 ? nullptr : &trace.layers[static_cast<std::size_t>(layer)];
}

/// Rules by stage: pixels for the first, early below the first Full stage, above from there on.
class StageRules {
 public:
  explicit StageRules(const RelevanceOptions& options)
      : options_(options), composite_(*findLrpComposite(options.composite)) {}

  Rule next(StageKind kind) {
    early_ = early_ && kind != StageKind::Full;
    if (kind == StageKind::Stem) return of(composite_.pixels);
    return of(early_ ? composite_.early : composite_.above);
  }
  [[nodiscard]] Rule of(LrpRule kind) const {
    return {.kind = kind, .gamma = options_.gamma, .alpha = options_.alpha};
  }
  [[nodiscard]] Rule above() const { return of(composite_.above); }

 private:
  const RelevanceOptions& options_;
  const LrpComposite& composite_;
  bool early_ = true;
};

RelevanceMap mapOfRelevance(std::string layer, const torch::Tensor& relevance, const Pass& pass) {
  RelevanceMap map;
  map.layer = std::move(layer);
  map.values = toGrid(relevance.sum(1));
  map.sum = relevance.sum(torch::kDouble).item<double>();
  map.absorbed = pass.ledger.absorbed;
  return map;
}

class Source : public RelevanceSource {
 public:
  Source(std::shared_ptr<const Network> network, torch::Tensor input)
      : network_(std::move(network)), input_(std::move(input)) {}

  Result<std::shared_ptr<const Relevance>> relevance(const Trace& trace,
                                                     const RelevanceOptions& options,
                                                     const Progress& progress) override {
    const std::scoped_lock lock(mutex_);
    if (last_ && last_->targetClass == trace.targetClass && last_->options == options) {
      return last_;
    }
    try {
      last_ =
          std::make_shared<const Relevance>(propagate(*network_, input_, trace, options, progress));
      return last_;
    } catch (const Cancelled&) {
      return cancelledError();
    } catch (const std::exception& e) {
      return libraryError("Propagating relevance", e);
    }
  }

 private:
  std::shared_ptr<const Network> network_;
  torch::Tensor input_;
  std::mutex mutex_;
  std::shared_ptr<const Relevance> last_;
};

}  // namespace

Step stageStep(const StageInput& input, const Stage& stage, const Rule& rule, Pass& pass) {
  switch (stage.kind) {
    case StageKind::Stem:
      return stemStep(input.map, stage, rule, pass);
    case StageKind::InvertedResidual:
      return invertedResidualStep(input.map, std::string(stage.module), rule, pass);
    case StageKind::AdaptivePool:
      return poolStep(input.map, stage.grid, stage.grid, pass);
    case StageKind::Pooled:
      return pooledStep(input.map, input.recorded, stage, rule, pass);
    case StageKind::Filter:
    case StageKind::Dropout:
      return selectingStep(input.map, *input.recorded, stage, rule, pass);
    case StageKind::Full:
      return fullStep(input.map, input.recorded, stage, rule, pass);
  }
  return {};
}

Step headStep(const torch::Tensor& map, Pass& pass) {
  const auto pooled = poolStep(map, 1, 1, pass);
  Step step{pooled.value.flatten(1), [pooled](const torch::Tensor& r) {
              return pooled.back(r.view({1, -1, 1, 1}));
            }};
  if (!pass.weights.hasTensor("mlp_head.0.weight")) {
    return chain(step,
                 affineStep(step.value, pass.weights.linear("classifier.0"), pass.above, pass));
  }
  auto hidden = affineStep(step.value, pass.weights.linear("mlp_head.0"), pass.above, pass);
  hidden.value = torch::gelu(hidden.value);
  step = chain(std::move(step), std::move(hidden));
  return chain(step, affineStep(step.value, pass.weights.linear("mlp_head.3"), pass.above, pass));
}

Relevance propagate(const Network& network, const torch::Tensor& input, const Trace& trace,
                    const RelevanceOptions& options, const Progress& progress) {
  constexpr double kForwardShare = 0.3;
  const torch::NoGradGuard noGrad;
  const auto& stages = network.architecture().stages;
  const auto proceed = [&](double fraction) {
    if (progress.cancelled()) throw Cancelled();
    progress.report(fraction, "relevance");
  };

  StageRules rules(options);
  Pass pass{Weights(network), {.epsilon = options.epsilon}, rules.above(), options.throughSoftmax};
  std::vector<Step> steps;
  auto x = input;
  for (const Stage& stage : stages) {
    proceed(kForwardShare * static_cast<double>(steps.size()) / static_cast<double>(stages.size()));
    steps.push_back(stageStep({x, recordOf(trace, stage)}, stage, rules.next(stage.kind), pass));
    x = steps.back().value;
  }
  const auto head = headStep(x, pass);

  Relevance result;
  result.options = options;
  result.targetClass = trace.targetClass;
  auto relevance = torch::zeros_like(head.value);
  relevance[0][trace.targetClass] = head.value[0][trace.targetClass];
  result.start = relevance.sum(torch::kDouble).item<double>();
  relevance = head.back(relevance);
  for (std::size_t i = stages.size(); i-- > 0;) {
    proceed(1 -
            (1 - kForwardShare) * static_cast<double>(i + 1) / static_cast<double>(stages.size()));
    if (stages[i].isLayer()) {
      result.layers.push_back(mapOfRelevance(std::string(stages[i].module), relevance, pass));
    }
    relevance = steps[i].back(relevance);
    steps[i] = {};  // its maps are not needed any more
  }
  std::reverse(result.layers.begin(), result.layers.end());
  result.input = mapOfRelevance("input", relevance, pass);
  return result;
}

std::shared_ptr<RelevanceSource> makeRelevanceSource(std::shared_ptr<const Network> network,
                                                     torch::Tensor input) {
  return std::make_shared<Source>(std::move(network), std::move(input));
}

}  // namespace filterlens::lrp
