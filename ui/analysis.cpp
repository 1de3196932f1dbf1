#include "ui/analysis.h"

#include <chrono>

#include "core/image/preprocess.h"

namespace filterlens {
namespace {

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

Result<std::shared_ptr<const OpenedPhoto>> openPhoto(const std::filesystem::path& path,
                                                     const Progress& progress) {
  const auto engine = loadEngine();
  if (!engine) return engine.error();
  if (progress.cancelled()) return cancelledError();
  auto photo = (*engine)->readPhoto(path);
  if (!photo) return photo.error();
  if (progress.cancelled()) return cancelledError();
  PhotoPyramid pyramid(photo->image);
  return std::make_shared<const OpenedPhoto>(
      OpenedPhoto{path, *std::move(photo), std::move(pyramid)});
}

Result<std::shared_ptr<const Model>> openModel(const std::filesystem::path& path,
                                               const Progress& progress) {
  const auto engine = loadEngine();
  if (!engine) return engine.error();
  if (progress.cancelled()) return cancelledError();
  return (*engine)->openModel(path, {}, progress);
}

Result<std::shared_ptr<const Analysis>> analyse(const Model& model, const OpenedPhoto& photo,
                                                std::optional<int> target, const Progress& progress,
                                                const Interventions& interventions) {
  auto input = preprocess(photo.photo.image, model.info().preprocessing);
  if (!input) return input.error();
  const Stopwatch watch;
  RunOptions options;
  options.targetClass = target;
  options.interventions = interventions;
  auto trace = model.run(input->tensor, options, progress);
  if (!trace) return trace.error();
  auto classes = predictions(trace->logits, model.info().classNames, model.info().temperature);
  return std::make_shared<const Analysis>(Analysis{*std::move(trace), std::move(input->tensor),
                                                   input->placement, std::move(classes),
                                                   watch.seconds()});
}

Result<std::shared_ptr<const Analysis>> retarget(const Model& model, const Analysis& analysis,
                                                 int target, const Progress& progress) {
  const Stopwatch watch;
  auto trace = model.followTarget(analysis.trace, target, progress);
  if (!trace) return trace.error();
  return std::make_shared<const Analysis>(Analysis{*std::move(trace), analysis.input,
                                                   analysis.placement, analysis.predictions,
                                                   watch.seconds()});
}

Result<std::shared_ptr<const Heatmap>> mapOf(const Model& model, const Analysis& analysis,
                                             const Explainer& method, int layer,
                                             const Parameters& parameters, const Progress& progress,
                                             const std::function<void(const Heatmap&)>& sketch) {
  const NetworkRuns runs{model, analysis.input, analysis.trace, progress, sketch};
  auto map = explain(method, runs, layer, parameters);
  if (!map) return map.error();
  return std::make_shared<const Heatmap>(*std::move(map));
}

}  // namespace filterlens
