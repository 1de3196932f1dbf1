// ModelFile: a checkpoint, what it says about itself, and the network that its tensors are of; what
// info and convert work on.
#pragma once

#include <filesystem>
#include <string>

#include "core/checkpoint/checkpoint.h"
#include "core/model/architecture.h"
#include "core/model/model_metadata.h"
#include "core/result.h"

namespace filterlens {

struct ModelFile {
  Checkpoint checkpoint;
  ModelMetadata metadata;
  RecognisedArchitecture network;  ///< architecture is nullptr where it is none that we know
  std::string problem;             ///< the sentence that says so; empty otherwise

  /// Values of all float tensors that training changes: counts no BatchNorm statistics.
  [[nodiscard]] std::int64_t parameters() const;
};

Result<ModelFile> readModelFile(const std::filesystem::path&);

}  // namespace filterlens
