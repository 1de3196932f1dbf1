#include "core/explain/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace filterlens {
namespace {

const ParameterSpec* find(const std::vector<ParameterSpec>& specs, std::string_view id) {
  const auto found = std::find_if(specs.begin(), specs.end(),
                                  [&](const ParameterSpec& spec) { return spec.id == id; });
  return found == specs.end() ? nullptr : &*found;
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

/// The shortest text that reads back as the number.
std::string text(double number) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

std::string join(const std::vector<std::string_view>& words) {
  std::string all;
  for (std::string_view word : words) {
    if (!all.empty()) all += ", ";
    all += word;
  }
  return all;
}

Error unknownParameter(const std::vector<ParameterSpec>& specs, std::string_view id) {
  std::vector<std::string_view> known;
  known.reserve(specs.size());
  for (const ParameterSpec& spec : specs) known.push_back(spec.id);
  return {
      "There is no parameter " + quoted(id) +
      (known.empty() ? "; this method takes none." : "; this method takes: " + join(known) + ".")};
}

Error wrongValue(const ParameterSpec& spec, const std::string& value) {
  return {"Parameter " + quoted(spec.id) + " takes " +
          (spec.isChoice() ? "one of: " + join(spec.choices)
                           : (spec.whole ? "a whole number from " : "a number from ") +
                                 text(spec.minimum) + " to " + text(spec.maximum)) +
          "; it was given " + value + "."};
}

bool inRange(const ParameterSpec& spec, double number) {
  return number >= spec.minimum && number <= spec.maximum &&  // false for NaN
         (!spec.whole || number == std::floor(number));
}

bool isOffered(const ParameterSpec& spec, std::string_view choice) {
  return std::find(spec.choices.begin(), spec.choices.end(), choice) != spec.choices.end();
}

/// The whole of a text as a number in the C notation, whatever the locale.
bool readNumber(std::string_view digits, double& number) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size();
}

}  // namespace

Result<Parameters> completeParameters(const std::vector<ParameterSpec>& specs,
                                      const Parameters& given) {
  Parameters complete;
  for (const ParameterSpec& spec : specs) {
    if (spec.isChoice()) {
      complete.set(spec.id, spec.choices.front());
    } else {
      complete.set(spec.id, spec.fallback);
    }
  }
  for (const auto& [id, number] : given.numbers()) {
    const ParameterSpec* spec = find(specs, id);
    if (spec == nullptr) return unknownParameter(specs, id);
    if (spec->isChoice() || !inRange(*spec, number)) return wrongValue(*spec, text(number));
    complete.set(id, number);
  }
  for (const auto& [id, choice] : given.choices()) {
    const ParameterSpec* spec = find(specs, id);
    if (spec == nullptr) return unknownParameter(specs, id);
    if (!isOffered(*spec, choice)) return wrongValue(*spec, quoted(choice));
    complete.set(id, std::string_view(choice));
  }
  return complete;
}

Result<void> parseParameter(const std::vector<ParameterSpec>& specs, std::string_view assignment,
                            Parameters& parameters) {
  const std::size_t sign = assignment.find('=');
  if (sign == std::string_view::npos || sign == 0) {
    return Error{quoted(assignment) + " is not a parameter: write id=value."};
  }
  const std::string_view id = assignment.substr(0, sign);
  const std::string_view value = assignment.substr(sign + 1);
  const ParameterSpec* spec = find(specs, id);
  if (spec == nullptr) return unknownParameter(specs, id);

  if (spec->isChoice()) {
    if (!isOffered(*spec, value)) return wrongValue(*spec, quoted(value));
    parameters.set(id, value);
    return {};
  }
  double number = 0;
  if (!readNumber(value, number) || !inRange(*spec, number)) {
    return wrongValue(*spec, quoted(value));
  }
  parameters.set(id, number);
  return {};
}

}  // namespace filterlens
