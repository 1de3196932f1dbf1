#include "core/export/provenance.h"

#include "core/explain/explainer.h"
#include "core/export/command_words.h"
#include "core/listed.h"
#include "core/model/intervention_text.h"

namespace filterlens {
namespace {

/// "evidence positive, residual-weight 0.5"; in the order in which the method declares them.
std::string parameterList(const Explainer& method, const Parameters& parameters) {
  std::string list;
  for (const ParameterSpec& spec : method.parameters) {
    const std::string id(spec.id);
    const auto choice = parameters.choices().find(id);
    const auto number = parameters.numbers().find(id);
    if (!list.empty()) list += ", ";
    list += id + " ";
    if (choice != parameters.choices().end()) list += choice->second;
    if (number != parameters.numbers().end()) list += plainNumber(number->second);
  }
  return list;
}

/// " The network was changed: network.0:attention=off."; empty where it was not.
std::string changesSentence(const Interventions& interventions) {
  const auto changeOf = [](const auto& change) {
    return change.first + ":" + settingsText(change.second);
  };
  const auto list = listed(interventions, changeOf, "; ");
  return list.empty() ? "" : " The network was changed: " + list + ".";
}

}  // namespace

std::string shortHash(const ModelInfo& model) {
  constexpr std::size_t kDigits = 12;
  return model.sha256.substr(0, kDigits);
}

std::string provenance(const Heatmap& map, const ModelInfo& model, std::uint64_t seed,
                       const Interventions& interventions) {
  const Explainer* method = findExplainer(map.method);
  std::string sentence = "Made by " + (method ? std::string(method->label) : map.method);
  sentence += " at " + map.layer;
  if (map.targetClass >= 0) {
    sentence += " for class \"" + model.className(map.targetClass) + "\" (" +
                std::to_string(map.targetClass) + ")";
  }
  const std::string parameters = method ? parameterList(*method, map.parameters) : std::string();
  sentence += parameters.empty() ? ", a method without parameters" : ", with " + parameters;
  if (model.architecture)
    sentence += ", from the network " + std::string(model.architecture->className);
  sentence += " in " + model.path.filename().string();
  sentence += " (SHA-256 " + shortHash(model) + "…)";
  return sentence + ", with seed " + std::to_string(seed) + "." + changesSentence(interventions);
}

}  // namespace filterlens
