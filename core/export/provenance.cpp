#include "core/export/provenance.h"

#include <array>
#include <charconv>

#include "core/explain/explainer.h"
#include "core/model/intervention_text.h"

namespace filterlens {
namespace {

constexpr std::size_t kHashDigits = 12;

/// The shortest text that reads back as the number.
std::string text(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

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
    if (number != parameters.numbers().end()) list += text(number->second);
  }
  return list;
}

/// " The network was changed: network.0:attention=off."; empty where it was not.
std::string changesSentence(const Interventions& interventions) {
  std::string list;
  for (const auto& [layer, change] : interventions) {
    list += (list.empty() ? "" : "; ") + layer + ":" + settingsText(change);
  }
  return list.empty() ? "" : " The network was changed: " + list + ".";
}

}  // namespace

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
  sentence += " (SHA-256 " + model.sha256.substr(0, kHashDigits) + "…)";
  return sentence + ", with seed " + std::to_string(seed) + "." + changesSentence(interventions);
}

}  // namespace filterlens
