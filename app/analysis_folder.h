// The folder of one photo's files: there whole, or not at all.
#pragma once

#include <filesystem>

#include "core/result.h"

namespace filterlens {

/// Whether a folder is one that an analysis wrote: it holds analysis.json, and nothing that an
/// analysis does not write.
bool isAnalysisFolder(const std::filesystem::path&);

/// Files are written to path(), a hidden folder beside the target; commit() puts it in the target's
/// place. Without commit() it is removed and the target stays as it was.
class AnalysisFolder {
 public:
  /// Fails where the target exists and is not an analysis folder, so that nobody's files are lost,
  /// and where the place cannot be written to.
  static Result<AnalysisFolder> beside(const std::filesystem::path& target);
  AnalysisFolder(AnalysisFolder&&) noexcept;
  AnalysisFolder& operator=(AnalysisFolder&&) = delete;
  ~AnalysisFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  Result<void> commit();

 private:
  AnalysisFolder(std::filesystem::path target, std::filesystem::path path);

  std::filesystem::path target_;
  std::filesystem::path path_;  // empty once it is moved or committed
};

}  // namespace filterlens
