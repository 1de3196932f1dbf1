#include "core/model/network_module.h"

#include <torch/torch.h>

namespace filterlens {
namespace {

torch::ScalarType torchType(DType type) {
  switch (type) {
    case DType::F64:
      return torch::kDouble;
    case DType::I64:
      return torch::kLong;
    default:
      return torch::kFloat;
  }
}

void copyInto(torch::Tensor target, const Tensor& source) {
  const bool direct =
      source.dtype == DType::F64 || source.dtype == DType::I64 || source.dtype == DType::F32;
  std::vector<float> converted;
  if (!direct) converted = source.toFloat();
  const void* data = direct ? static_cast<const void*>(source.data.data()) : converted.data();
  // from_blob takes a mutable pointer; copy_ only reads it.
  target.copy_(torch::from_blob(const_cast<void*>(data), source.shape,
                                direct ? torchType(source.dtype) : torch::kFloat));
}

}  // namespace

Network::Network(const Architecture& architecture, int classes) : architecture_(architecture) {
  for (const auto& stage : architecture.stages) {
    blocks_.push_back(makeBlock(stage));
    attach(*this, std::string(stage.module), blocks_.back());
  }
  const int features = architecture.features();
  const int hidden = architecture.headHidden;
  classifier_ = std::make_shared<torch::nn::LinearImpl>(hidden ? hidden : features, classes);
  attach(*this, hidden ? "mlp_head.3" : "classifier.0", classifier_);
  if (hidden) {
    hidden_ = std::make_shared<torch::nn::LinearImpl>(features, hidden);
    attach(*this, "mlp_head.0", hidden_);
  }
}

torch::Tensor Network::forwardFrom(std::size_t first, torch::Tensor x, RunContext& context) {
  // Behind a recorded layer the map is part of a graph already.
  bool following = context.inputGradient || x.requires_grad();
  for (std::size_t i = first; i < blocks_.size(); ++i) {
    if (context.progress.cancelled()) throw Cancelled();
    context.progress.report(
        static_cast<double>(i - first) / static_cast<double>(blocks_.size() - first),
        architecture_.stages[i].module);
    if (!context.recorder || following) {
      x = runStage(i, x, context);
      continue;
    }
    // What lies before the first layer's output is followed by no explanation: no graph for it.
    const torch::NoGradGuard noGrad;
    x = runStage(i, x, context);
    following = architecture_.stages[i].isLayer();
  }
  return head(x);
}

torch::Tensor Network::runStage(std::size_t index, const torch::Tensor& x, RunContext& context) {
  const Stage& stage = architecture_.stages[index];
  auto* recorder = stage.isLayer() ? context.recorder : nullptr;
  if (recorder) {
    recorder->beginLayer(stage, context.geometries.at(index - 1), context.geometries.at(index));
    recorder->keepInput(x);
  }
  auto y = blocks_[index]->forward(x, context);
  if (recorder) {
    if (!y.requires_grad()) y = y.detach().requires_grad_();
    recorder->endLayer(y);
  }
  return y;
}

torch::Tensor Network::head(const torch::Tensor& map) {
  auto features = map.mean(torch::IntArrayRef({2, 3}));
  if (hidden_) {
    features = torch::dropout(torch::gelu(hidden_->forward(features)), headDropout_, is_training());
  }
  return classifier_->forward(features);
}

void Network::load(const Checkpoint& checkpoint) {
  const torch::NoGradGuard noGrad;
  const auto parameters = named_parameters();
  const auto buffers = named_buffers();
  for (const auto& tensor : checkpoint.tensors) {
    if (const auto* parameter = parameters.find(tensor.name)) copyInto(*parameter, tensor);
    if (const auto* buffer = buffers.find(tensor.name)) copyInto(*buffer, tensor);
  }
}

void Network::setDropout(double encoders, double head) {
  headDropout_ = head;
  for (const auto& module : modules()) {
    if (auto* layer = dynamic_cast<EncoderLayer*>(module.get())) layer->setDropout(encoders);
  }
}

void Network::prepareForViewing() {
  eval();
  for (auto& parameter : parameters()) parameter.requires_grad_(false);
  for (const auto& module : modules()) {
    if (auto* unit = dynamic_cast<ConvNorm*>(module.get())) unit->fold();
  }
}

}  // namespace filterlens
