#include "app/method_choice.h"

#include <algorithm>

#include "core/listed.h"

namespace filterlens {
namespace {

Result<void> checkIds(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (const auto method = methodOf(id); !method) return method.error();
  }
  return {};
}

/// Brings "rollout.residual-weight=0.3" to its method.
Result<void> setParameter(const std::string& assignment, std::vector<MethodChoice>& methods) {
  const auto dot = assignment.find('.');
  const auto id = assignment.substr(0, dot);
  if (dot == std::string::npos || id.find('=') != std::string::npos) {
    return Error{"--param takes METHOD.ID=VALUE, not \"" + assignment + "\"."};
  }
  for (auto& [method, parameters] : methods) {
    if (method->id != id) continue;
    auto set = parseParameter(method->parameters, assignment.substr(dot + 1), parameters);
    if (!set) return Error{"--param " + assignment + ": " + set.error().sentence};
    return set;
  }
  return Error{"--param " + assignment + ": \"" + id + "\" is none of the chosen methods."};
}

}  // namespace

Result<const Explainer*> methodOf(const std::string& id) {
  if (const Explainer* method = findExplainer(id)) return method;
  return Error{"There is no method \"" + id + "\"; there are " +
               listed(explainers(), &Explainer::id) + "."};
}

Result<std::vector<MethodChoice>> chosenMethods(const std::vector<std::string>& ids,
                                                const std::vector<std::string>& assignments) {
  if (auto known = checkIds(ids); !known) return known.error();
  std::vector<MethodChoice> methods;
  for (const auto& method : explainers()) {
    const bool named = std::find(ids.begin(), ids.end(), method.id) != ids.end();
    if (named || (ids.empty() && method.byDefault)) {
      methods.push_back({&method, {}});
    }
  }
  for (const auto& assignment : assignments) {
    if (auto set = setParameter(assignment, methods); !set) return set.error();
  }
  return methods;
}

}  // namespace filterlens
