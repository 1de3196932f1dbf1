#include "core/model/model_metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace filterlens {
namespace {

using nlohmann::json;

constexpr const char* kArchitecture = "filterlens.architecture";
constexpr const char* kClasses = "filterlens.classes";
constexpr const char* kPreprocessing = "filterlens.preprocessing";
constexpr const char* kTemperature = "filterlens.temperature";
constexpr const char* kTraining = "filterlens.training";

Error notUnderstood(const std::string& key, const std::string& expected) {
  return {"The model file's metadata \"" + key + "\" are not " + expected +
          ": the file was not written by this program, or is damaged."};
}

Result<std::vector<std::string>> classNamesIn(const std::string& text) {
  // What is nested deeper than an array of texts is dropped while it is parsed, unseen and unpaid.
  const json names = json::parse(
      text, [](int depth, json::parse_event_t, json&) { return depth <= 1; }, false);
  const bool good = names.is_array() && std::all_of(names.begin(), names.end(),
                                                    [](const json& j) { return j.is_string(); });
  if (!good) return notUnderstood(kClasses, "a JSON array of class names");
  return names.get<std::vector<std::string>>();
}

}  // namespace

std::map<std::string, std::string> toStrings(const ModelMetadata& metadata) {
  std::map<std::string, std::string> strings;
  if (metadata.architecture) strings[kArchitecture] = *metadata.architecture;
  if (!metadata.classNames.empty()) {
    strings[kClasses] =
        json(metadata.classNames).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  if (metadata.preprocessing) strings[kPreprocessing] = toJson(*metadata.preprocessing);
  if (metadata.temperature) strings[kTemperature] = json(*metadata.temperature).dump();
  if (metadata.training) strings[kTraining] = *metadata.training;
  return strings;
}

Result<ModelMetadata> modelMetadataFrom(const std::map<std::string, std::string>& strings) {
  ModelMetadata metadata;
  if (const auto found = strings.find(kArchitecture); found != strings.end()) {
    metadata.architecture = found->second;
  }
  if (const auto found = strings.find(kClasses); found != strings.end()) {
    auto names = classNamesIn(found->second);
    if (!names) return names.error();
    metadata.classNames = *std::move(names);
  }
  if (const auto found = strings.find(kPreprocessing); found != strings.end()) {
    auto preprocessing = preprocessingFromJson(found->second);
    if (!preprocessing) return preprocessing.error();
    metadata.preprocessing = *preprocessing;
  }
  if (const auto found = strings.find(kTemperature); found != strings.end()) {
    const auto value = json::parse(found->second, nullptr, false);
    if (!value.is_number() || value.get<double>() < 0.01 || value.get<double>() > 100) {
      return notUnderstood(kTemperature, "a number from 0.01 to 100");
    }
    metadata.temperature = value.get<double>();
  }
  if (const auto found = strings.find(kTraining); found != strings.end()) {
    if (!json::accept(found->second)) return notUnderstood(kTraining, "JSON");
    metadata.training = found->second;
  }
  return metadata;
}

}  // namespace filterlens
