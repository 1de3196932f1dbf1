#include "core/train/training_state_internal.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include <torch/torch.h>

namespace filterlens {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunPosition, epoch, batch, step, loss, classLoss, correct,
                                   pictures, seconds, waited, bestTop1, learningRate)

namespace {

Tensor asPlain(const std::string& name, const torch::Tensor& tensor) {
  const auto values = tensor.detach().contiguous();
  const auto bytes = static_cast<std::size_t>(values.nbytes());
  Tensor plain{name,
               values.scalar_type() == torch::kLong ? DType::I64 : DType::F32,
               {values.sizes().begin(), values.sizes().end()},
               std::vector<std::byte>(bytes)};
  std::memcpy(plain.data.data(), values.data_ptr(), bytes);
  return plain;
}

/// Kernels and matrices decay; biases and norms do not.
bool decays(const torch::Tensor& parameter) { return parameter.dim() > 1; }

std::vector<std::pair<std::string, torch::Tensor>> stateOf(Network& network) {
  std::vector<std::pair<std::string, torch::Tensor>> tensors;
  for (const auto& entry : network.named_parameters()) {
    tensors.emplace_back(entry.key(), entry.value());
  }
  for (const auto& entry : network.named_buffers()) {
    tensors.emplace_back(entry.key(), entry.value());
  }
  return tensors;
}

}  // namespace

TrainingState::TrainingState(const Architecture& architecture, int classes,
                             const TrainOptions& options)
    : averageDecay_(options.averageDecay) {
  torch::manual_seed(options.seed);
  network_ = std::make_shared<Network>(architecture, classes);
  objective_ = std::make_shared<MaskObjective>(architecture, classes, options.mask);
  network_->train();
  network_->setDropout(options.dropout, options.headDropout);
  for (const auto& entry : network_->named_parameters()) {
    parameters_.emplace_back(entry.key(), entry.value());
  }
  for (const auto& entry : objective_->named_parameters()) {
    parameters_.emplace_back("objective." + entry.key(), entry.value());
  }
  for (const auto& [name, tensor] : stateOf(*network_)) {
    averaged_.emplace_back(name, tensor.detach().clone());
  }
  buildOptimizer(options.weightDecay);
}

void TrainingState::buildOptimizer(double weightDecay) {
  std::vector<torch::Tensor> decaying;
  std::vector<torch::Tensor> others;
  for (const auto& [name, tensor] : parameters_) {
    (decays(tensor) ? decaying : others).push_back(tensor);
  }
  const auto group = [](std::vector<torch::Tensor> parameters, double decay) {
    return torch::optim::OptimizerParamGroup(
        std::move(parameters), std::make_unique<torch::optim::AdamWOptions>(
                                   torch::optim::AdamWOptions(0).weight_decay(decay)));
  };
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.push_back(group(std::move(decaying), weightDecay));
  groups.push_back(group(std::move(others), 0));
  optimizer_ =
      std::make_unique<torch::optim::AdamW>(std::move(groups), torch::optim::AdamWOptions(0));
}

torch::optim::AdamWParamState& TrainingState::momentsOf(const torch::Tensor& parameter) {
  const auto key = c10::guts::to_string(parameter.unsafeGetTensorImpl());
  auto& moments = optimizer_->state()[key];
  if (!moments) {  // as the optimizer's own first step would make them
    auto fresh = std::make_unique<torch::optim::AdamWParamState>();
    fresh->step(0);
    fresh->exp_avg(torch::zeros_like(parameter, torch::MemoryFormat::Preserve));
    fresh->exp_avg_sq(torch::zeros_like(parameter, torch::MemoryFormat::Preserve));
    moments = std::move(fresh);
  }
  return static_cast<torch::optim::AdamWParamState&>(*moments);
}

void TrainingState::startFrom(const Checkpoint& checkpoint) {
  network_->load(checkpoint);
  const torch::NoGradGuard noGrad;
  const auto now = stateOf(*network_);
  for (std::size_t i = 0; i < now.size(); ++i) averaged_[i].second.copy_(now[i].second);
}

double TrainingState::step(double learningRate, double clip) {
  for (auto& group : optimizer_->param_groups()) group.options().set_lr(learningRate);
  std::vector<torch::Tensor> all;
  for (const auto& [name, tensor] : parameters_) all.push_back(tensor);
  const double limit = clip > 0 ? clip : std::numeric_limits<double>::infinity();
  const double norm = torch::nn::utils::clip_grad_norm_(all, limit);
  optimizer_->step();
  optimizer_->zero_grad();
  ++position.step;
  follow();
  return norm;
}

void TrainingState::follow() {
  const torch::NoGradGuard noGrad;
  // Early on the average follows closely, so that the random start is soon forgotten.
  const auto steps = static_cast<double>(position.step);
  const double decay = std::min(averageDecay_, (1 + steps) / (10 + steps));
  const auto now = stateOf(*network_);
  for (std::size_t i = 0; i < now.size(); ++i) {
    auto& average = averaged_[i].second;
    if (averageDecay_ > 0 && average.is_floating_point()) {
      average.lerp_(now[i].second, 1 - decay);
    } else {
      average.copy_(now[i].second);
    }
  }
}

std::vector<Tensor> TrainingState::model() const {
  std::vector<Tensor> tensors;
  const auto classes = static_cast<int>(network_->classes());
  for (const auto& spec : stateDict(network_->architecture(), classes)) {
    const auto found = std::find_if(averaged_.begin(), averaged_.end(),
                                    [&](const auto& entry) { return entry.first == spec.name; });
    tensors.push_back(asPlain(spec.name, found->second));
  }
  return tensors;
}

void TrainingState::visit(const std::function<void(const std::string&, torch::Tensor&)>& each) {
  for (auto [name, tensor] : stateOf(*network_)) each("model." + name, tensor);
  for (auto& [name, tensor] : averaged_) each("average." + name, tensor);
  for (auto& [name, tensor] : parameters_) {
    if (name.starts_with("objective.")) each(name, tensor);
    auto first = momentsOf(tensor).exp_avg();
    auto second = momentsOf(tensor).exp_avg_sq();
    each("adamw.exp_avg." + name, first);
    each("adamw.exp_avg_sq." + name, second);
  }
}

std::vector<Tensor> TrainingState::tensors() const {
  std::vector<Tensor> all;
  // Only reads; the moments of parameters that never had a gradient are made on the way.
  const_cast<TrainingState*>(this)->visit([&](const std::string& name, torch::Tensor& tensor) {
    all.push_back(asPlain(name, tensor));
  });
  return all;
}

std::string TrainingState::positionAsJson() const { return nlohmann::json(position).dump(); }

Result<void> TrainingState::restore(const Checkpoint& checkpoint) {
  const auto where = checkpoint.metadata.find("filterlens.position");
  const auto parsed = where == checkpoint.metadata.end()
                          ? nlohmann::json()
                          : nlohmann::json::parse(where->second, nullptr, false);
  if (!parsed.is_object()) {
    return Error{checkpoint.path.string() + " does not say where the run stopped: it is not the " +
                 "state of a training run, or damaged."};
  }
  const torch::NoGradGuard noGrad;
  std::string wrong;
  visit([&](const std::string& name, torch::Tensor& tensor) {
    const auto* saved = checkpoint.find(name);
    const auto type = tensor.scalar_type() == torch::kLong ? DType::I64 : DType::F32;
    if (!saved || saved->dtype != type ||
        saved->shape != std::vector<std::int64_t>(tensor.sizes().begin(), tensor.sizes().end())) {
      if (wrong.empty()) wrong = name;
      return;
    }
    // from_blob takes a mutable pointer; copy_ only reads it.
    auto* data = const_cast<std::byte*>(saved->data.data());
    tensor.copy_(torch::from_blob(data, saved->shape, tensor.scalar_type()));
  });
  if (!wrong.empty()) {
    return Error{checkpoint.path.string() + " does not fit this run's network: " + wrong +
                 " is missing or of another shape or type."};
  }
  try {
    position = parsed.get<RunPosition>();
  } catch (const nlohmann::json::exception&) {
    return Error{checkpoint.path.string() + " does not say where the run stopped: its position " +
                 "lacks a field."};
  }
  for (const auto& [name, tensor] : parameters_) momentsOf(tensor).step(position.step);
  return {};
}

}  // namespace filterlens
