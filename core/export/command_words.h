// A command line as text: words with spaces between them, quoted where a shell needs it.
#pragma once

#include <filesystem>
#include <string>

namespace filterlens {

class CommandWords {
 public:
  void add(const std::string& word);
  void add(const std::string& option, const std::string& value);
  /// An option whose value is a file: its full path.
  void addPath(const std::filesystem::path&);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// As short as it can be said: "0.6".
std::string plainNumber(double);

}  // namespace filterlens
