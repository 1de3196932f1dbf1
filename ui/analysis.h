// The slow work of the window, each step a plain function that runs on the worker thread.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/explain/explainer.h"
#include "ui/photo_pyramid.h"

namespace filterlens {

struct OpenedPhoto {
  std::filesystem::path path;
  Photo photo;
  PhotoPyramid pyramid;
};

/// What a model says about a photo.
struct Analysis {
  Trace trace;
  InputTensor input;  ///< what the network was given
  PhotoPlacement placement;
  std::vector<Prediction> predictions;  ///< the most probable first
  double seconds = 0;                   ///< that the network took
};

Result<std::shared_ptr<const OpenedPhoto>> openPhoto(const std::filesystem::path&, const Progress&);
Result<std::shared_ptr<const Model>> openModel(const std::filesystem::path&, const Progress&);

/// target: whose logit to follow back; none: the most probable class. interventions: what to change
/// in the network.
Result<std::shared_ptr<const Analysis>> analyse(const Model&, const OpenedPhoto&,
                                                std::optional<int> target, const Progress&,
                                                const Interventions& interventions = {});
/// The same analysis with another target class; the network does not run again.
Result<std::shared_ptr<const Analysis>> retarget(const Model&, const Analysis&, int target,
                                                 const Progress&);
/// Runs the model again where the method does; sketch: see NetworkRuns.
Result<std::shared_ptr<const Heatmap>> mapOf(
    const Model&, const Analysis&, const Explainer&, int layer, const Parameters&, const Progress&,
    const std::function<void(const Heatmap&)>& sketch = {});

}  // namespace filterlens
