// Re-initialisation of a LibTorch network.
#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

/// Torch draws first weights from one generator for all; whoever else draws from it must not
/// notice.
class SeededDraws {
 public:
  explicit SeededDraws(std::uint64_t seed)
      : generator_(at::detail::getDefaultCPUGenerator()), before_(generator_.get_state()) {
    generator_.set_current_seed(seed);
  }
  ~SeededDraws() { generator_.set_state(before_); }
  SeededDraws(const SeededDraws&) = delete;
  SeededDraws& operator=(const SeededDraws&) = delete;

 private:
  at::Generator generator_;
  at::Tensor before_;
};

/// Copies what belongs to the first stages of a network.
void copyStages(const Network& from, Network& to, std::size_t count) {
  const torch::NoGradGuard noGrad;
  const auto& stages = from.architecture().stages;
  const auto belongs = [&](const std::string& name) {
    return std::any_of(
        stages.begin(), stages.begin() + static_cast<std::ptrdiff_t>(count),
        [&](const Stage& s) { return name.starts_with(std::string(s.module) + "."); });
  };
  auto parameters = to.named_parameters();
  for (const auto& parameter : from.named_parameters()) {
    if (belongs(parameter.key())) parameters[parameter.key()].copy_(parameter.value());
  }
  auto buffers = to.named_buffers();
  for (const auto& buffer : from.named_buffers()) {
    if (belongs(buffer.key())) buffers[buffer.key()].copy_(buffer.value());
  }
}

}  // namespace

Result<std::shared_ptr<const Model>> TorchModel::reinitialised(int stages,
                                                               std::uint64_t seed) const {
  const auto all = info_.architecture->stages.size();
  if (stages < 0 || static_cast<std::size_t>(stages) > all) {
    return Error{"There are " + std::to_string(all) + " stages to re-initialise, not " +
                 std::to_string(stages) + "."};
  }
  try {
    // All of it is drawn each time, so that a stage's new weights do not depend on how many of them
    // are kept.
    const SeededDraws draws(seed);
    auto network = std::make_shared<Network>(*info_.architecture, info_.classes);
    copyStages(*network_, *network, all - static_cast<std::size_t>(stages));
    network->prepareForViewing();
    return std::shared_ptr<const Model>(std::make_shared<TorchModel>(info_, std::move(network)));
  } catch (const std::exception& e) {
    return libraryError("Re-initialising " + std::string(info_.architecture->title), e);
  }
}

}  // namespace filterlens
