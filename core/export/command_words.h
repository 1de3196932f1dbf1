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

/// The absolute path, without "." and ".."; the path as it is where there is no working folder.
std::filesystem::path fullPath(const std::filesystem::path&);

/// As short as it can be said without saying another number: "0.6".
std::string plainNumber(double);
std::string plainNumber(float);

}  // namespace filterlens
