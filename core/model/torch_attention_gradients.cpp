#include <mutex>

#include <torch/torch.h>

#include "core/model/attention_gradients_internal.h"
#include "core/model/run_context_internal.h"
#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

class Source : public AttentionGradientSource {
 public:
  explicit Source(torch::Tensor logits) : logits_(std::move(logits)) {}

  Result<std::vector<std::vector<FloatArray>>> gradients(const Trace& trace) override {
    const std::scoped_lock lock(mutex_);
    if (target_ == trace.targetClass) return last_;
    try {
      last_ = follow(trace);
      target_ = trace.targetClass;
      return last_;
    } catch (const std::exception& e) {
      return libraryError("Following the class back to its attention", e);
    }
  }

 private:
  [[nodiscard]] std::vector<std::vector<FloatArray>> follow(const Trace& trace) const {
    std::vector<torch::Tensor> weights;
    for (const LayerTrace& layer : trace.layers) {
      for (const AttentionTrace& attention : layer.attention) {
        weights.push_back(*static_cast<const torch::Tensor*>(attention.node.get()));
      }
    }
    const auto gradients = torch::autograd::grad({logits_[0][trace.targetClass]}, weights, {},
                                                 /*retain_graph=*/true);
    std::vector<std::vector<FloatArray>> byLayer;
    std::size_t next = 0;
    for (const LayerTrace& layer : trace.layers) {
      auto& own = byLayer.emplace_back();
      for (std::size_t i = 0; i < layer.attention.size(); ++i) {
        own.push_back(toFloatArray(gradients[next++][0]));
      }
    }
    return byLayer;
  }

  torch::Tensor logits_;
  std::mutex mutex_;
  int target_ = -1;
  std::vector<std::vector<FloatArray>> last_;
};

}  // namespace

std::shared_ptr<AttentionGradientSource> makeAttentionGradientSource(torch::Tensor logits) {
  return std::make_shared<Source>(std::move(logits));
}

std::shared_ptr<void> keptNode(const torch::Tensor& tensor) {
  return std::make_shared<torch::Tensor>(tensor);
}

}  // namespace filterlens
