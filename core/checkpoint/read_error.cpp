#include "core/checkpoint/read_error.h"

#include <nlohmann/json.hpp>

namespace filterlens {

void throwDamaged(const std::string& finding) {
  throw ReadError("the file is damaged: " + finding + ". Copy or download it again.");
}

std::string inQuotes(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  const bool shortened = text.size() > kLongest;
  std::string shown(text.substr(0, kLongest));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (shortened) shown += "…";
  // The JSON library knows how to replace what is not UTF-8, a character cut in two included.
  return nlohmann::json(shown).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool isUtf8(std::string_view text) {
  const nlohmann::json value(text);
  // A text that needs no replacing comes back as it was.
  return nlohmann::json::parse(
             value.dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore)) == value;
}

}  // namespace filterlens
