#include <algorithm>
#include <set>

#include <torch/torch.h>

#include "core/lrp/relevance_pass_internal.h"
#include "core/model/attention_gradients_internal.h"
#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

/// What followTarget needs of a finished forward pass; lives in Trace::graph.
struct Graph {
  torch::Tensor input;  // undefined where no gradient of it was asked for
  torch::Tensor logits;
  std::vector<torch::Tensor> outputs;
};

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

/// Gradients of one logit with respect to every layer's output (and the input), written into the
/// trace.
void followBack(const Graph& graph, int targetClass, Trace& trace) {
  std::vector<torch::Tensor> sources = graph.outputs;
  if (graph.input.defined()) sources.push_back(graph.input);
  const auto gradients = torch::autograd::grad({graph.logits[0][targetClass]}, sources, {},
                                               /*retain_graph=*/true);
  for (std::size_t i = 0; i < trace.layers.size(); ++i) {
    trace.layers[i].gradient = toFloatArray(gradients[i][0]);
  }
  if (graph.input.defined()) trace.inputGradient = toFloatArray(gradients.back()[0]);
  trace.targetClass = targetClass;
}

template <class Work>
auto withoutExceptions(const std::string& doing, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const Cancelled&) {
    return cancelledError();
  } catch (const std::exception& e) {
    return libraryError(doing, e);
  }
}

}  // namespace

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
  if (auto checked = checkSelections(options, *geometries); !checked) return checked.error();

  const std::scoped_lock lock(mutex_);
  return withoutExceptions("Running " + std::string(info_.architecture->title), [&] {
    return Result<Trace>(record(input, options, std::move(*geometries), progress));
  });
}

Trace TorchModel::record(const InputTensor& input, const RunOptions& options,
                         std::vector<MapGeometry> geometries, const Progress& progress) const {
  constexpr double kForwardShare = 0.5;
  Trace trace;
  trace.architecture = info_.architecture;
  trace.inputRows = input.height;
  trace.inputCols = input.width;
  trace.seed = options.seed;
  Recorder recorder(trace);

  const Progress forwardProgress = progress.part(0, kForwardShare);
  RunContext context{.selections = options.selections,
                     .seed = options.seed,
                     .recorder = options.record ? &recorder : nullptr,
                     .geometries = std::move(geometries),
                     .inputGradient = options.record && options.inputGradient,
                     .progress = forwardProgress};
  const torch::AutoGradMode gradients(options.record);
  auto graph = std::make_shared<Graph>();
  auto x = tensorOf(input);
  if (context.inputGradient) graph->input = x.requires_grad_();
  graph->logits = network_->forward(x, context);
  trace.logits = valuesOf(graph->logits);
  if (!options.record) return trace;

  trace.relevanceSource = lrp::makeRelevanceSource(network_, x.detach());
  trace.attentionGradientSource = makeAttentionGradientSource(graph->logits);
  if (progress.cancelled()) throw Cancelled();
  progress.report(kForwardShare, "gradients");
  graph->outputs = recorder.outputs();
  const auto top = std::max_element(trace.logits.begin(), trace.logits.end());
  followBack(*graph, options.targetClass.value_or(static_cast<int>(top - trace.logits.begin())),
             trace);
  trace.graph = std::move(graph);
  progress.report(1, "done");
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
    followBack(*static_cast<const Graph*>(trace.graph.get()), targetClass, other);
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

Result<void> TorchModel::checkSelections(const RunOptions& options,
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
  return {};
}

}  // namespace filterlens
