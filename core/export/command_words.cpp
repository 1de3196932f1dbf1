#include "core/export/command_words.h"

#include <array>
#include <charconv>
#include <string_view>

namespace filterlens {
namespace {

bool needsQuotes(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,";
  return word.empty() || word.find_first_not_of(kPlain) != std::string_view::npos;
}

std::string quoted(const std::string& word) {
  if (!needsQuotes(word)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

template <class Number>
std::string shortest(Number number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

}  // namespace

void CommandWords::add(const std::string& word) {
  text_ += (text_.empty() ? "" : " ") + quoted(word);
}

void CommandWords::add(const std::string& option, const std::string& value) {
  add(option);
  add(value);
}

void CommandWords::addPath(const std::filesystem::path& path) { add(fullPath(path).string()); }

std::filesystem::path fullPath(const std::filesystem::path& path) {
  std::error_code error;
  const auto full = std::filesystem::absolute(path, error);
  return error ? path : full.lexically_normal();
}

std::string plainNumber(double number) { return shortest(number); }

std::string plainNumber(float number) { return shortest(number); }

}  // namespace filterlens
