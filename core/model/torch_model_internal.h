// Model on LibTorch: what Engine::openModel gives.
#pragma once

#include <memory>
#include <mutex>

#include "core/engine.h"
#include "core/model/network_module.h"
#include "core/model/reinitialise.h"

namespace filterlens {

class TorchModel : public Model, public Reinitialisable {
 public:
  /// network must be prepared for viewing.
  TorchModel(ModelInfo info, std::shared_ptr<Network> network);

  [[nodiscard]] const ModelInfo& info() const override { return info_; }
  [[nodiscard]] Result<Trace> run(const InputTensor&, const RunOptions&,
                                  const Progress&) const override;
  [[nodiscard]] Result<Trace> followTarget(const Trace&, int targetClass,
                                           const Progress&) const override;
  [[nodiscard]] Result<std::shared_ptr<const Model>> reinitialised(
      int stages, std::uint64_t seed) const override;  // in torch_reinitialise.cpp
  [[nodiscard]] Result<Trace> rerun(const Trace& before, const RunOptions&, FollowBack,
                                    const Progress&) const override;

  [[nodiscard]] Result<std::vector<std::vector<float>>> logitsOf(std::span<const InputTensor>,
                                                                 const RunOptions&,
                                                                 const Progress&) const override;
  [[nodiscard]] Result<std::vector<InputGradient>> inputGradientsOf(std::span<const InputTensor>,
                                                                    const RunOptions&,
                                                                    const Progress&) const override;

 private:
  struct Graph;
  /// Checks a batch and hands it to work(batch [B, 3, H, W], context).
  template <class Work>
  auto onBatch(std::span<const InputTensor>, const RunOptions&, const Progress&, Work work) const
      -> Result<decltype(work(std::declval<torch::Tensor>(), std::declval<RunContext&>()))>;

  [[nodiscard]] Result<void> check(const InputTensor&, const RunOptions&) const;
  /// Whether selections and interventions fit the maps of these geometries.
  [[nodiscard]] Result<void> checkChanges(const RunOptions&, const std::vector<MapGeometry>&) const;
  [[nodiscard]] Result<void> checkTarget(int targetClass) const;
  [[nodiscard]] Trace record(const InputTensor&, const RunOptions&,
                             std::vector<MapGeometry> geometries, const Progress&) const;
  /// Runs the stages from the one of layer `first` on, over what an earlier run recorded of those
  /// before it, and follows the target back.
  [[nodiscard]] Trace recordFrom(const Trace& before, const Graph& earlier, std::size_t first,
                                 const RunOptions&, FollowBack, const Progress&) const;
  /// Runs the network from a stage on into a trace that holds what lies before it, and follows the
  /// target back to the outputs of layers from followed on.
  void finish(Trace&, std::shared_ptr<Graph>, std::size_t stage, const torch::Tensor& map,
              std::size_t followed, const Progress&) const;

  ModelInfo info_;
  std::shared_ptr<Network> network_;
  mutable std::mutex mutex_;  // one run at a time
};

/// Reads a checkpoint and builds its network.
Result<std::shared_ptr<const Model>> openTorchModel(const std::filesystem::path&,
                                                    const OpenOptions&, const Progress&);

/// A library's exception as a sentence: its first line, after what was being done.
Error libraryError(const std::string& doing, const std::exception&);

/// What work() gives; its exceptions as sentences.
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

}  // namespace filterlens
