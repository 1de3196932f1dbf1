// What settings that are kept as JSON have in common: how they are read, and the sentences about
// what is wrong with them. For the .cpp files that read some.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace filterlens {

/// A text of a reasonable length as JSON; discarded where it is none.
inline nlohmann::ordered_json parsedSettings(const std::string& text) {
  using Json = nlohmann::ordered_json;
  constexpr std::size_t kLongest = 4096;  // a bound on what may be nested in it, too
  return text.size() <= kLongest ? Json::parse(text, nullptr, /*allow_exceptions=*/false)
                                 : Json(Json::value_t::discarded);
}

/// A value as a sentence quotes it.
inline std::string shortened(const nlohmann::ordered_json& value) {
  constexpr std::size_t kMost = 60;
  std::string text = value.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

/// What a sentence about a bad field says: the field, and what it should be.
template <class T>
Error badSetting(std::string_view settings, std::string_view field, const T& found,
                 std::string_view expected) {
  std::ostringstream sentence;
  sentence << "The " << settings << "'s \"" << field << "\" is " << found << "; it must be "
           << expected << ".";
  return Error{sentence.str()};
}

}  // namespace filterlens
