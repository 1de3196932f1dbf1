// What a model file of ours says about itself, beside its weights: strings in the metadata of a
// safetensors file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/image/preprocess.h"
#include "core/result.h"

namespace filterlens {

/// Everything is optional: a bare .pth says nothing, and defaults serve.
struct ModelMetadata {
  std::optional<std::string> architecture;  ///< Architecture::id
  std::vector<std::string> classNames;      ///< in the order of the logits
  std::optional<Preprocessing> preprocessing;
  std::optional<double> temperature;    ///< divides the logits so that probabilities are calibrated
  std::optional<std::string> training;  ///< the training record, JSON
};

/// Keys: "filterlens.architecture", "filterlens.classes" (JSON array), "filterlens.preprocessing"
/// (JSON), "filterlens.temperature" (a number), "filterlens.training" (JSON). Unknown keys are left
/// alone.
std::map<std::string, std::string> toStrings(const ModelMetadata&);
Result<ModelMetadata> modelMetadataFrom(const std::map<std::string, std::string>&);

/// Class names from a text file (one a line) or a JSON file (an array, or ImageNet's {"0":
/// ["n01440764", "tench"], …}).
Result<std::vector<std::string>> readClassNames(const std::filesystem::path&);

}  // namespace filterlens
