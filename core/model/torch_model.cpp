#include <algorithm>
#include <set>

#include <torch/torch.h>

#include "core/lrp/relevance_pass_internal.h"
#include "core/model/attention_gradients_internal.h"
#include "core/model/torch_model_internal.h"

namespace filterlens {

/// What followTarget and rerun need of a finished forward pass; lives in Trace::graph.
struct TorchModel::Graph {
  RunOptions options;  // of the run
  std::vector<MapGeometry> geometries;
  torch::Tensor input;                 // asks for a gradient where the run did
  std::vector<torch::Tensor> inputs;   // of each layer
  std::vector<torch::Tensor> outputs;  // of each layer
  torch::Tensor logits;

  /// Gradients of one logit with respect to the outputs of layers from `followed` on (and, from the
  /// first one on, the input), written into the trace.
  void followBack(int targetClass, std::size_t followed, Trace& trace) const;
};

namespace {

torch::Tensor tensorOf(const InputTensor& input) {
  // clone: the graph may outlive the caller's values.
  return torch::from_blob(const_cast<float*>(input.values.data()),
                          {1, 3, input.height, input.width})
      .clone();
}

std::vector<float> valuesOf(const torch::Tensor& logits) {
  const auto row = logits.detach()[0].contiguous();
  return {row.data_ptr<float>(), row.data_ptr<float>() + row.numel()};
}

int mostProbable(const std::vector<float>& logits) {
  return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// Whether two runs of one input treat a layer alike.
bool sameInLayer(const RunOptions& a, const RunOptions& b, const LayerTrace& layer) {
  const auto cellsIn = [&](const RunOptions& options) {
    const auto given = options.selections.find(layer.name);
    return given == options.selections.end() ? std::vector<int>() : given->second;
  };
  const auto& changeA = interventionIn(a.interventions, layer.name);
  const auto& changeB = interventionIn(b.interventions, layer.name);
  const bool draws = layer.stage->kind == StageKind::Dropout;
  return changeA == changeB && cellsIn(a) == cellsIn(b) && (!draws || a.seed == b.seed);
}

/// The first layer that differs, or the number of layers.
std::size_t firstChange(const RunOptions& a, const RunOptions& b, const Trace& trace) {
  std::size_t layer = 0;
  while (layer < trace.layers.size() && sameInLayer(a, b, trace.layers[layer])) ++layer;
  return layer;
}

std::size_t stageOf(const Architecture& network, const LayerTrace& layer) {
  const auto found = std::find_if(network.stages.begin(), network.stages.end(),
                                  [&](const Stage& stage) { return stage.module == layer.name; });
  return static_cast<std::size_t>(found - network.stages.begin());
}

}  // namespace

void TorchModel::Graph::followBack(int targetClass, std::size_t followed, Trace& trace) const {
  const bool toInput = followed == 0 && options.inputGradient;
  std::vector<torch::Tensor> sources(outputs.begin() + static_cast<std::ptrdiff_t>(followed),
                                     outputs.end());
  if (toInput) sources.push_back(input);
  const auto gradients =
      torch::autograd::grad({logits[0][targetClass]}, sources, {}, /*retain_graph=*/true);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    trace.layers[i].gradient =
        i < followed ? FloatArray() : toFloatArray(gradients[i - followed][0]);
  }
  trace.inputGradient = toInput ? toFloatArray(gradients.back()[0]) : FloatArray();
  trace.targetClass = targetClass;
}

Error libraryError(const std::string& doing, const std::exception& e) {
  if (dynamic_cast<const std::bad_alloc*>(&e)) {
    return {doing + " needs more memory than there is. Close other programs and try again."};
  }
  const std::string text = e.what();
  return {doing + " failed: " + text.substr(0, text.find('\n'))};
}

TorchModel::TorchModel(ModelInfo info, std::shared_ptr<Network> network)
    : info_(std::move(info)), network_(std::move(network)) {}

Result<Trace> TorchModel::run(const InputTensor& input, const RunOptions& options,
                              const Progress& progress) const {
  if (auto checked = check(input, options); !checked) return checked.error();
  auto geometries = stageGeometries(*info_.architecture, input.height, input.width);
  if (!geometries) return geometries.error();
  if (auto checked = checkChanges(options, *geometries); !checked) return checked.error();

  const std::scoped_lock lock(mutex_);
  return withoutExceptions("Running " + std::string(info_.architecture->title), [&] {
    return Result<Trace>(record(input, options, std::move(*geometries), progress));
  });
}

Trace TorchModel::record(const InputTensor& input, const RunOptions& options,
                         std::vector<MapGeometry> geometries, const Progress& progress) const {
  Trace trace;
  trace.architecture = info_.architecture;
  trace.inputRows = input.height;
  trace.inputCols = input.width;
  auto graph = std::make_shared<Graph>();
  graph->options = options;
  graph->geometries = std::move(geometries);
  graph->input = tensorOf(input);
  if (options.record && options.inputGradient) graph->input.requires_grad_();
  const auto x = graph->input;
  finish(trace, std::move(graph), 0, x, 0, progress);
  return trace;
}

void TorchModel::finish(Trace& trace, std::shared_ptr<Graph> graph, std::size_t stage,
                        const torch::Tensor& map, std::size_t followed,
                        const Progress& progress) const {
  constexpr double kForwardShare = 0.5;
  const RunOptions& options = graph->options;
  trace.seed = options.seed;
  trace.interventions = withoutIdle(options.interventions);
  Recorder recorder(trace);
  recorder.resume(std::move(graph->inputs), std::move(graph->outputs));
  const Progress forwardProgress = progress.part(0, kForwardShare);
  RunContext context{.selections = options.selections,
                     .seed = options.seed,
                     .interventions = options.interventions,
                     .recorder = options.record ? &recorder : nullptr,
                     .geometries = graph->geometries,
                     .inputGradient = options.record && options.inputGradient,
                     .progress = forwardProgress};
  const torch::AutoGradMode gradients(options.record);
  graph->logits = network_->forwardFrom(stage, map, context);
  trace.logits = valuesOf(graph->logits);
  if (!options.record) return;

  trace.relevanceSource = lrp::makeRelevanceSource(network_, graph->input.detach());
  trace.attentionGradientSource = makeAttentionGradientSource(graph->logits);
  if (progress.cancelled()) throw Cancelled();
  progress.report(kForwardShare, "gradients");
  graph->inputs = recorder.inputs();
  graph->outputs = recorder.outputs();
  graph->followBack(options.targetClass.value_or(mostProbable(trace.logits)), followed, trace);
  trace.graph = std::move(graph);
  progress.report(1, "done");
}

Result<Trace> TorchModel::rerun(const Trace& before, const RunOptions& options, FollowBack follow,
                                const Progress& progress) const {
  if (!before.graph) {
    return Error{"This run kept nothing to start again from. Run the network with recording on."};
  }
  const auto& earlier = *static_cast<const Graph*>(before.graph.get());
  if (auto checked = options.targetClass ? checkTarget(*options.targetClass) : Result<void>();
      !checked) {
    return checked.error();
  }
  if (auto checked = checkChanges(options, earlier.geometries); !checked) return checked.error();

  const std::size_t first = firstChange(earlier.options, options, before);
  const std::scoped_lock lock(mutex_);
  return withoutExceptions("Running " + std::string(info_.architecture->title) + " again", [&] {
    return Result<Trace>(recordFrom(before, earlier, first, options, follow, progress));
  });
}

Trace TorchModel::recordFrom(const Trace& before, const Graph& earlier, std::size_t first,
                             const RunOptions& options, FollowBack follow,
                             const Progress& progress) const {
  auto graph = std::make_shared<Graph>();
  graph->options = options;
  graph->geometries = earlier.geometries;
  graph->input = earlier.input;
  // A graph that ends at the first layer cannot be followed on to the input: it is made anew.
  const bool whole = options.record && options.inputGradient && !earlier.input.requires_grad();
  if (whole) graph->input = earlier.input.detach().clone().requires_grad_();
  const std::size_t kept = whole ? 0 : first;

  Trace trace = before;
  trace.graph.reset();
  trace.relevanceSource.reset();
  trace.attentionGradientSource.reset();
  trace.layers.resize(kept);
  std::erase_if(trace.mixing, [&](const MixingStep& step) {
    return whole || step.layer >= static_cast<int>(kept);
  });
  if (!options.record) {
    trace.layers.clear();
    trace.mixing.clear();
    trace.targetClass = -1;
    trace.inputGradient = {};
  }
  const auto upTo = static_cast<std::ptrdiff_t>(kept);
  graph->inputs.assign(earlier.inputs.begin(), earlier.inputs.begin() + upTo);
  graph->outputs.assign(earlier.outputs.begin(), earlier.outputs.begin() + upTo);

  const auto& stages = info_.architecture->stages;
  std::size_t stage = 0;
  auto map = graph->input;
  if (!whole && first < before.layers.size()) {
    stage = stageOf(*info_.architecture, before.layers[first]);
    map = earlier.inputs[first];
  } else if (!whole) {
    stage = stages.size();
    map = earlier.outputs.back();
  }
  const std::size_t followed =
      follow == FollowBack::ToFirstLayer ? 0 : std::min(kept, before.layers.size() - 1);
  finish(trace, std::move(graph), stage, map, followed, progress);
  return trace;
}

Result<Trace> TorchModel::followTarget(const Trace& trace, int targetClass,
                                       const Progress& progress) const {
  if (auto checked = checkTarget(targetClass); !checked) return checked.error();
  if (!trace.graph)
    return Error{"This run kept no graph to follow a class back through. Run it again."};
  if (progress.cancelled()) return cancelledError();
  const std::scoped_lock lock(mutex_);
  return withoutExceptions("Following class " + info_.className(targetClass), [&] {
    Trace other = trace;
    static_cast<const Graph*>(trace.graph.get())->followBack(targetClass, 0, other);
    return Result<Trace>(std::move(other));
  });
}

Result<void> TorchModel::check(const InputTensor& input, const RunOptions& options) const {
  const auto expected =
      3 * static_cast<std::size_t>(input.height) * static_cast<std::size_t>(input.width);
  if (input.height <= 0 || input.width <= 0 || input.values.size() != expected) {
    return Error{"The input holds " + std::to_string(input.values.size()) +
                 " values; 3 x height x width = " + std::to_string(expected) + " were expected."};
  }
  if (!std::all_of(input.values.begin(), input.values.end(),
                   [](float v) { return std::isfinite(v); })) {
    return Error{"The input holds a NaN or an infinite value."};
  }
  return options.targetClass ? checkTarget(*options.targetClass) : Result<void>();
}

Result<void> TorchModel::checkTarget(int targetClass) const {
  if (targetClass >= 0 && targetClass < info_.classes) return {};
  return Error{"There is no class " + std::to_string(targetClass) +
               ": this model has classes 0 to " + std::to_string(info_.classes - 1) + "."};
}

Result<void> TorchModel::checkChanges(const RunOptions& options,
                                      const std::vector<MapGeometry>& geometries) const {
  const auto& stages = info_.architecture->stages;
  for (const auto& selection : options.selections) {
    const auto& module = selection.first;
    const auto& cells = selection.second;
    const auto stage = std::find_if(stages.begin(), stages.end(), [&](const Stage& s) {
      return s.module == module && (s.kind == StageKind::Filter || s.kind == StageKind::Dropout);
    });
    if (stage == stages.end()) {
      return Error{"A selection was given for " + module + ", which selects no tokens."};
    }
    const auto& map = geometries[static_cast<std::size_t>(stage - stages.begin()) - 1];
    const int count = map.rows() * map.cols();
    const std::set<int> distinct(cells.begin(), cells.end());
    if (cells.empty() || distinct.size() != cells.size() || *distinct.begin() < 0 ||
        *distinct.rbegin() >= count) {
      return Error{"The selection for " + module + " must be different cells from 0 to " +
                   std::to_string(count - 1) + ", at least one."};
    }
  }
  return checkInterventions(*info_.architecture, options.interventions, geometries);
}

}  // namespace filterlens
