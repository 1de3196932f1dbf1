// MeasureLog: the photos that are measured already, kept on disk so that a command that was stopped
// goes on where it was.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "core/measure/measure_photo.h"
#include "core/result.h"

namespace filterlens {

/// A file of lines: the settings, then one photo a line.
class MeasureLog {
 public:
  /// Reads the file where there is one; a last line that was cut off is passed over. Fails where it
  /// was made with other settings (one line of JSON), or is no such file.
  static Result<MeasureLog> open(const std::filesystem::path&, const std::string& settings);

  /// What is known about a photo with this content; nullptr: nothing yet.
  [[nodiscard]] const PhotoMeasures* find(const std::string& name, const std::string& sha256) const;
  /// Adds a photo's line. Fails where it cannot be written.
  Result<void> add(const PhotoMeasures&);

 private:
  explicit MeasureLog(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::ofstream file_;
  std::map<std::string, PhotoMeasures> photos_;  // by file
};

}  // namespace filterlens
