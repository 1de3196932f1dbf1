// From a model file to a network that is ready for viewing.
#include <torch/torch.h>

#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

Result<void> checkFinite(const Checkpoint& checkpoint) {
  const auto broken = nonFiniteTensors(checkpoint);
  if (broken.empty()) return {};
  return Error{checkpoint.path.filename().string() + " holds NaN or infinite values in " +
               std::to_string(broken.size()) +
               (broken.size() == 1 ? " tensor (" : " tensors (first: ") + broken.front() +
               "): its training probably diverged. Open it with force to look at it anyway."};
}

/// What the file says about itself, with what the user said in its place.
Result<ModelInfo> describe(const Checkpoint& checkpoint, const RecognisedArchitecture& recognised,
                           const OpenOptions& options) {
  auto metadata = modelMetadataFrom(checkpoint.metadata);
  if (!metadata) return metadata.error();
  const auto& a = *recognised.architecture;
  ModelInfo info;
  info.path = checkpoint.path;
  info.sha256 = checkpoint.sha256;
  info.format = checkpoint.format;
  info.architecture = &a;
  info.classes = recognised.classes;
  info.parameters = parameterCount(a, recognised.classes);
  info.epoch = checkpoint.epoch;
  info.temperature = metadata->temperature.value_or(1);
  info.classNames = options.classNames.empty() ? metadata->classNames : options.classNames;
  Preprocessing fallback;
  fallback.inputSize = a.defaultInputSize;
  info.preprocessing = options.preprocessing.value_or(metadata->preprocessing.value_or(fallback));
  return info;
}

Result<void> checkFits(const ModelInfo& info) {
  const auto names = info.classNames.size();
  if (names != 0 && names != static_cast<std::size_t>(info.classes)) {
    return Error{"There are " + std::to_string(names) + " class names, but " +
                 info.path.filename().string() + " has " + std::to_string(info.classes) +
                 " classes. Give a list of the right length."};
  }
  const int size = info.preprocessing.inputSize;
  if (auto maps = stageGeometries(*info.architecture, size, size); !maps) return maps.error();
  return {};
}

}  // namespace

Result<std::shared_ptr<const Model>> openTorchModel(const std::filesystem::path& path,
                                                    const OpenOptions& options,
                                                    const Progress& progress) {
  constexpr double kReadShare = 0.7;
  const auto checkpoint = readCheckpoint(path, progress.part(0, kReadShare));
  if (!checkpoint) return checkpoint.error();
  const auto recognised = recogniseArchitecture(*checkpoint);
  if (!recognised) return recognised.error();
  if (!options.allowNonFinite) {
    if (auto finite = checkFinite(*checkpoint); !finite) return finite.error();
  }
  auto info = describe(*checkpoint, *recognised, options);
  if (!info) return info.error();
  if (auto fits = checkFits(*info); !fits) return fits.error();
  if (progress.cancelled()) return cancelledError();

  progress.report(kReadShare, "building " + std::string(info->architecture->title));
  try {
    auto network = std::make_shared<Network>(*info->architecture, info->classes);
    network->load(*checkpoint);
    network->prepareForViewing();
    progress.report(1, "done");
    return std::shared_ptr<const Model>(
        std::make_shared<TorchModel>(std::move(*info), std::move(network)));
  } catch (const std::exception& e) {
    return libraryError("Building the network of " + path.filename().string(), e);
  }
}

}  // namespace filterlens
