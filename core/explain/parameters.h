// Parameters of explanation methods: what a method declares, and the values that a user chose.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace filterlens {

/// Declares one parameter: a number in [minimum, maximum], or one of choices.
struct ParameterSpec {
  std::string_view id;     ///< "residual-weight"
  std::string_view label;  ///< "Residual weight"
  std::string_view help;   ///< one sentence
  double minimum = 0;
  double maximum = 1;
  double fallback = 0;                         ///< the default of a number
  std::vector<std::string_view> choices = {};  ///< not empty: a choice; its default is the first
  bool whole = false;                          ///< a number without a fraction

  [[nodiscard]] bool isChoice() const { return !choices.empty(); }
};

/// Values by parameter id. A number is kept as a number, a choice as its text.
class Parameters {
 public:
  void set(std::string_view id, double value) { numbers_.insert_or_assign(std::string(id), value); }
  void set(std::string_view id, std::string_view choice) {
    choices_.insert_or_assign(std::string(id), std::string(choice));
  }
  /// The value; only where it was set (completeParameters sets all).
  [[nodiscard]] double number(std::string_view id) const { return numbers_.find(id)->second; }
  [[nodiscard]] const std::string& choice(std::string_view id) const {
    return choices_.find(id)->second;
  }

  [[nodiscard]] const std::map<std::string, double, std::less<>>& numbers() const {
    return numbers_;
  }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& choices() const {
    return choices_;
  }
  bool operator==(const Parameters&) const = default;

 private:
  std::map<std::string, double, std::less<>> numbers_;
  std::map<std::string, std::string, std::less<>> choices_;
};

/// Fills in defaults. Fails with a sentence on an unknown id, a number out of range or with a
/// fraction where it must be whole, or an unknown choice.
Result<Parameters> completeParameters(const std::vector<ParameterSpec>&, const Parameters& given);

/// Reads "id=value" (as the command line has it) into parameters.
Result<void> parseParameter(const std::vector<ParameterSpec>&, std::string_view assignment,
                            Parameters&);

}  // namespace filterlens
