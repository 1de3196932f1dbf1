#include "app/model_file.h"

namespace filterlens {
namespace {

bool isStatistic(const Tensor& tensor) {
  return tensor.name.ends_with("running_mean") || tensor.name.ends_with("running_var");
}

}  // namespace

std::int64_t ModelFile::parameters() const {
  if (network.architecture) return parameterCount(*network.architecture, network.classes);
  std::int64_t sum = 0;
  for (const auto& tensor : checkpoint.tensors) {
    if (isFloat(tensor.dtype) && !isStatistic(tensor)) sum += tensor.count();
  }
  return sum;
}

Result<ModelFile> readModelFile(const std::filesystem::path& path) {
  auto checkpoint = readCheckpoint(path);
  if (!checkpoint) return checkpoint.error();
  ModelFile file;
  file.checkpoint = std::move(*checkpoint);

  auto metadata = modelMetadataFrom(file.checkpoint.metadata);
  if (!metadata) return metadata.error();
  file.metadata = std::move(*metadata);

  const auto network = recogniseArchitecture(file.checkpoint);
  if (network) {
    file.network = *network;
  } else {
    file.problem = network.error().sentence;
  }
  return file;
}

}  // namespace filterlens
