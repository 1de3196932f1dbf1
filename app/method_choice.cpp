#include "app/method_choice.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace filterlens {
namespace {

Result<const Explainer*> methodOf(const std::string& id) {
  if (const Explainer* method = findExplainer(id)) return method;
  std::string known;
  for (const auto& method : explainers()) {
    known += (known.empty() ? "" : ", ") + std::string(method.id);
  }
  return Error{"There is no method \"" + id + "\"; there are " + known + "."};
}

Result<void> checkIds(const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    if (const auto method = methodOf(id); !method) return method.error();
  }
  return {};
}

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(between);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<float> readFloat(std::string_view text) {
  float value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

/// "0.1..0.9"
std::optional<ValueRange> readRange(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto low = readFloat(text.substr(0, dots));
  const auto high = readFloat(text.substr(dots + 2));
  if (!low || !high || *low > *high) return std::nullopt;
  return ValueRange{*low, *high};
}

Result<MapChoice> chosenMap(const std::string& word) {
  constexpr std::string_view kRange = "range=";
  const auto parts = split(word, ':');
  if (parts.size() < 2 || parts[1].empty()) {
    return Error{"--show takes METHOD:LAYER, not \"" + word + "\"."};
  }
  const auto method = methodOf(parts[0]);
  if (!method) return method.error();
  MapChoice map{*method, parts[1], {}};
  for (std::size_t i = 2; i < parts.size(); ++i) {
    if (parts[i].starts_with(kRange)) {
      map.range = readRange(std::string_view(parts[i]).substr(kRange.size()));
      if (!map.range) return Error{"--show " + word + ": a range is written range=LOW..HIGH."};
      continue;
    }
    const auto set = parseParameter((*method)->parameters, parts[i], map.parameters);
    if (!set) return Error{"--show " + word + ": " + set.error().sentence};
  }
  return map;
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

Result<std::vector<MapChoice>> chosenMaps(const std::vector<std::string>& words) {
  std::vector<MapChoice> maps;
  for (const auto& word : words) {
    auto map = chosenMap(word);
    if (!map) return map.error();
    maps.push_back(*std::move(map));
  }
  return maps;
}

}  // namespace filterlens
