#include "app/repeat_command.h"

#include <algorithm>
#include <sstream>
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

std::string fullPath(const std::filesystem::path& path) {
  std::error_code error;
  const auto full = std::filesystem::absolute(path, error).lexically_normal();
  return error ? path.string() : full.string();
}

/// Joins words with spaces.
class Words {
 public:
  void add(const std::string& word) { text_ += (text_.empty() ? "" : " ") + quoted(word); }
  void add(const std::string& option, const std::string& value) {
    add(option);
    add(value);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string plain(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

}  // namespace

std::string repeatCommand(const ExplainOptions& options, const AnalysisRecord& record) {
  Words words;
  words.add("filterlens");
  words.add("explain");
  words.add(fullPath(record.photo.path));
  words.add("--model", fullPath(options.model));
  if (!options.classes.empty()) words.add("--classes", fullPath(options.classes));
  if (record.trace.targetClass >= 0) {
    words.add("--target", std::to_string(record.trace.targetClass));
  }
  for (const auto& method : options.methods) words.add("--method", method);
  for (const auto& layer : options.layers) words.add("--layer", layer);
  for (const auto& parameter : options.parameters) words.add("--param", parameter);
  words.add("--seed", std::to_string(options.seed));
  if (options.top > 0) words.add("--top", std::to_string(options.top));
  if (!options.colormap.empty()) words.add("--colormap", options.colormap);
  words.add("--opacity", plain(options.opacity));
  if (options.cells) words.add("--cells");
  if (options.force) words.add("--force");
  if (options.threads > 0) words.add("--threads", std::to_string(options.threads));
  if (!options.out.empty()) words.add("--out", fullPath(options.out));
  return words.text();
}

}  // namespace filterlens
