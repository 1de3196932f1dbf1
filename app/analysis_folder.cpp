#include "app/analysis_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace filterlens {
namespace {

namespace fs = std::filesystem;

Error cannotWrite(const fs::path& path, const std::string& reason) {
  return {"The folder " + path.string() + " could not be written: " + reason + "."};
}

}  // namespace

bool isAnalysisFolder(const fs::path& folder) {
  constexpr std::array<std::string_view, 4> kOurs = {"analysis.json", "sheet.png", "maps",
                                                     "overlays"};
  std::error_code error;
  if (!fs::exists(folder / kOurs.front(), error)) return false;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename().string();
    if (std::find(kOurs.begin(), kOurs.end(), name) == kOurs.end()) return false;
  }
  return !error;
}

Result<AnalysisFolder> AnalysisFolder::beside(const fs::path& target) {
  std::error_code error;
  if (fs::exists(target, error) && !isAnalysisFolder(target)) {
    return Error{target.string() +
                 " exists and is not the folder of an analysis: nothing is written there. Remove "
                 "it, or choose another --out."};
  }
  fs::create_directories(target.parent_path(), error);
  if (error) return cannotWrite(target.parent_path(), error.message());

  const auto prefix = "." + target.filename().string() + "." + std::to_string(getpid()) + ".";
  for (int n = 0; !error; ++n) {
    const auto path = target.parent_path() / (prefix + std::to_string(n));
    if (fs::create_directory(path, error)) return AnalysisFolder(target, path);
  }
  return cannotWrite(target.parent_path(), error.message());
}

AnalysisFolder::AnalysisFolder(fs::path target, fs::path path)
    : target_(std::move(target)), path_(std::move(path)) {}

AnalysisFolder::AnalysisFolder(AnalysisFolder&& other) noexcept
    : target_(std::move(other.target_)), path_(std::exchange(other.path_, {})) {}

AnalysisFolder::~AnalysisFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<void> AnalysisFolder::commit() {
  std::error_code error;
  if (!fs::exists(target_, error)) {
    fs::rename(path_, target_, error);
    if (error) return cannotWrite(target_, error.message());
    path_.clear();
    return {};
  }
  // The old folder and the new one change places in one step; the destructor removes the old one.
  const char* from = path_.c_str();
  if (renameat2(AT_FDCWD, from, AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) == 0) return {};
  // Not every file system can do that.
  fs::remove_all(target_, error);
  if (!error) fs::rename(path_, target_, error);
  if (error) return cannotWrite(target_, error.message());
  path_.clear();
  return {};
}

}  // namespace filterlens
