// MeasureLog: the photos that are measured already, kept on disk so that a command that was stopped
// goes on where it was, and so that several may share the work.
#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/measure_command.h"
#include "core/measure/measure_photo.h"
#include "core/result.h"

namespace filterlens {

/// A file of lines: the settings, then one photo a line, then a line that says that it is complete.
/// It is called photos.jsonl, or photos-3-of-8.jsonl where it holds a shard; those of one folder
/// belong together.
class MeasureLog {
 public:
  /// Reads what the folder holds; a last line that was cut off is passed over. Fails where one of
  /// its logs was made with other settings (one line of JSON), or is no such file.
  static Result<MeasureLog> open(const std::filesystem::path& folder, const Shard&,
                                 const std::string& settings);

  /// What is known about a photo with this content; nullptr: nothing yet.
  [[nodiscard]] const PhotoMeasures* find(const std::string& name, const std::string& sha256) const;
  /// Adds a photo's line, unless this very log has it. Fails where it cannot be written.
  Result<void> add(const PhotoMeasures&);
  /// Says that nothing is missing.
  Result<void> complete();

 private:
  explicit MeasureLog(std::filesystem::path path) : path_(std::move(path)) {}
  Result<void> append(const std::string& line);

  std::filesystem::path path_;
  std::ofstream file_;
  std::map<std::string, PhotoMeasures> photos_;  // by file
  std::map<std::string, std::string> own_;       // file and hash of what stands in this log
};

/// Removes the log of a shard whose photos stand in another one.
void removeLog(const std::filesystem::path& folder, const Shard&);

/// All that the logs of some folders hold.
struct MeasuredPhotos {
  std::string settings;
  std::vector<PhotoMeasures> photos;  ///< sorted by file, each once
  std::vector<std::string> missing;   ///< sentences: shards that are not there, or not complete
};

/// Fails where there are none, where they were made with different settings, and where two of them
/// disagree about a photo.
Result<MeasuredPhotos> readMeasureLogs(std::span<const std::filesystem::path> folders);

}  // namespace filterlens
