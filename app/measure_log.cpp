#include "app/measure_log.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>

#include "core/export/whole_file.h"
#include "core/measure/photo_line.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

constexpr auto kComplete = R"({"complete":true})";

std::string logName(const Shard& shard) {
  if (shard.count <= 1) return "photos.jsonl";
  return "photos-" + std::to_string(shard.index) + "-of-" + std::to_string(shard.count) + ".jsonl";
}

/// The shard that a file's name says it holds; none where it is no log.
std::optional<Shard> shardOf(const fs::path& path) {
  const auto name = path.filename().string();
  if (name == logName({})) return Shard{};
  Shard shard;
  char end = 0;
  if (std::sscanf(name.c_str(), "photos-%d-of-%d.json%c", &shard.index, &shard.count, &end) != 3) {
    return std::nullopt;
  }
  if (name != logName(shard) || shard.index < 1 || shard.index > shard.count) return std::nullopt;
  return shard;
}

/// Sorted by name.
std::vector<fs::path> logsIn(const fs::path& folder) {
  std::vector<fs::path> logs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (shardOf(entry.path())) logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  return logs;
}

struct LogContent {
  std::string settings;
  std::vector<PhotoMeasures> photos;
  bool complete = false;
};

LogContent readLog(const fs::path& path) {
  LogContent content;
  std::ifstream file(path, std::ios::binary);
  std::getline(file, content.settings);
  for (std::string line; std::getline(file, line);) {
    if (line == kComplete) content.complete = true;
    if (auto photo = photoFromLine(line)) content.photos.push_back(std::move(*photo));
  }
  return content;
}

/// Which shards of a division into count are missing.
void findMissingShards(const std::set<int>& there, int count, std::vector<std::string>& missing) {
  for (int index = 1; index <= count; ++index) {
    if (there.contains(index)) continue;
    missing.push_back("Shard " + std::to_string(index) + " of " + std::to_string(count) +
                      " is not there: the tables are without its photos.");
  }
}

}  // namespace

Result<MeasureLog> MeasureLog::open(const fs::path& folder, const Shard& shard,
                                    const std::string& settings) {
  MeasureLog log(folder / logName(shard));
  std::string kept = settings + "\n";
  for (const auto& path : logsIn(folder)) {
    auto content = readLog(path);
    if (!content.settings.empty() && content.settings != settings) {
      return Error{path.string() +
                   " holds measures that were made with other settings. Choose another --out, or "
                   "remove that file."};
    }
    for (auto& photo : content.photos) {
      if (path == log.path_) {
        kept += photoLine(photo) + "\n";
        log.own_.insert_or_assign(photo.file, photo.sha256);
      }
      log.photos_.insert_or_assign(photo.file, std::move(photo));
    }
  }
  if (auto written = writeWhole(log.path_, kept); !written) return written.error();
  log.file_.open(log.path_, std::ios::binary | std::ios::app);
  return log;
}

const PhotoMeasures* MeasureLog::find(const std::string& name, const std::string& sha256) const {
  const auto found = photos_.find(name);
  return found != photos_.end() && found->second.sha256 == sha256 ? &found->second : nullptr;
}

Result<void> MeasureLog::add(const PhotoMeasures& photo) {
  const auto own = own_.find(photo.file);
  if (own != own_.end() && own->second == photo.sha256) return {};
  own_.insert_or_assign(photo.file, photo.sha256);
  return append(photoLine(photo));
}

Result<void> MeasureLog::complete() { return append(kComplete); }

Result<void> MeasureLog::append(const std::string& line) {
  file_ << line << "\n" << std::flush;
  if (file_) return {};
  return Error{"Cannot write " + path_.string() +
               ": is there space left? Free some and give the command again; it goes on from "
               "there."};
}

void removeLog(const fs::path& folder, const Shard& shard) {
  std::error_code ignored;
  fs::remove(folder / logName(shard), ignored);
}

Result<MeasuredPhotos> readMeasureLogs(std::span<const fs::path> folders) {
  MeasuredPhotos all;
  std::map<std::string, PhotoMeasures> photos;
  std::map<int, std::set<int>> shards;  // by their count
  fs::path first;
  for (const auto& folder : folders) {
    for (const auto& path : logsIn(folder)) {
      auto content = readLog(path);
      if (content.settings.empty()) continue;
      if (first.empty()) {
        first = path;
        all.settings = content.settings;
      }
      if (content.settings != all.settings) {
        return Error{path.string() + " and " + first.string() +
                     " were made with different settings, so they are not parts of one "
                     "measurement."};
      }
      const auto shard = *shardOf(path);
      shards[shard.count].insert(shard.index);
      if (!content.complete) {
        all.missing.push_back(path.string() +
                              " is not complete: give its command again, and then merge anew.");
      }
      for (auto& photo : content.photos) {
        const auto line = photoLine(photo);
        const auto [known, isNew] = photos.try_emplace(photo.file, std::move(photo));
        if (!isNew && photoLine(known->second) != line) {
          return Error{"There are two different measures of " + known->first + ", one of them in " +
                       path.string() + ". Remove the older file and give its command again."};
        }
      }
    }
  }
  if (photos.empty()) {
    return Error{"There are no measures in " + folders.front().string() +
                 ": filterlens measure --out writes them (photos.jsonl)."};
  }
  for (const auto& [count, there] : shards) findMissingShards(there, count, all.missing);
  for (auto& [file, photo] : photos) all.photos.push_back(std::move(photo));
  return all;
}

}  // namespace filterlens
