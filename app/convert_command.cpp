#include "app/convert_command.h"

#include <fstream>
#include <iostream>
#include <sstream>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/model_file.h"

namespace filterlens {
namespace {

/// JSON itself, or what stands in the file of this name.
Result<Preprocessing> readPreprocessing(const std::string& jsonOrFile) {
  if (jsonOrFile.starts_with('{')) return preprocessingFromJson(jsonOrFile);
  std::ifstream file(jsonOrFile);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) return Error{"The preprocessing file " + jsonOrFile + " could not be read."};
  return preprocessingFromJson(text.str());
}

Result<void> checkWeights(const ModelFile& file, bool force) {
  const auto damaged = nonFiniteTensors(file.checkpoint);
  if (damaged.empty() || force) return {};
  return Error{file.checkpoint.path.string() + " holds NaN or infinite weights, in " +
               firstNames(damaged) + ". Convert it all the same with --force."};
}

/// What the new file says about itself: what the old one said, and what the user adds.
Result<ModelMetadata> describe(const ModelFile& file, const ConvertOptions& options) {
  auto metadata = file.metadata;
  metadata.architecture = std::string(file.network.architecture->id);
  if (!options.classes.empty()) {
    auto names = readClassNames(options.classes);
    if (!names) return names.error();
    metadata.classNames = std::move(*names);
  }
  const auto classes = static_cast<std::size_t>(file.network.classes);
  if (!metadata.classNames.empty() && metadata.classNames.size() != classes) {
    return Error{"The model has " + std::to_string(classes) + " classes, but " +
                 std::to_string(metadata.classNames.size()) + " class names are given" +
                 (options.classes.empty() ? "." : " in " + options.classes.string() + ".")};
  }
  if (!options.preprocessing.empty()) {
    auto preprocessing = readPreprocessing(options.preprocessing);
    if (!preprocessing) return preprocessing.error();
    metadata.preprocessing = *preprocessing;
  }
  return metadata;
}

}  // namespace

int runConvert(const ConvertOptions& options) {
  std::error_code ignored;
  if (!options.overwrite && std::filesystem::exists(options.out, ignored)) {
    complain(options.out.string() + " exists. Replace it with --overwrite.");
    return kExitUsage;
  }
  const auto file = readModelFile(options.in);
  if (!file) {
    complain(file.error().sentence);
    return kExitModel;
  }
  if (!file->network.architecture) {
    complain(file->problem);
    return kExitModel;
  }
  if (const auto sound = checkWeights(*file, options.force); !sound) {
    complain(sound.error().sentence);
    return kExitModel;
  }
  const auto metadata = describe(*file, options);
  if (!metadata) {
    complain(metadata.error().sentence);
    return kExitUsage;
  }
  auto strings = file->checkpoint.metadata;  // keys that are not ours stay
  for (const auto& [key, value] : toStrings(*metadata)) strings[key] = value;
  if (const auto epoch = file->checkpoint.epoch) strings["epoch"] = std::to_string(*epoch);
  const auto written = writeSafetensors(options.out, file->checkpoint.tensors, strings);
  if (!written) {
    complain(written.error().sentence);
    return kExitSomeFailed;
  }
  std::cout << options.out.string() << "\n";
  return kExitOk;
}

}  // namespace filterlens
