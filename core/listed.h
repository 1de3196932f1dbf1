// Words in a row, for messages and help.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace filterlens {

/// "a, b, c": of each element, what word makes of it (a member or a function).
template <class Range, class Word = std::identity>
std::string listed(const Range& range, Word word = {}, std::string_view between = ", ") {
  std::string list;
  for (const auto& element : range) {
    if (!list.empty()) list += between;
    list += std::invoke(word, element);
  }
  return list;
}

}  // namespace filterlens
