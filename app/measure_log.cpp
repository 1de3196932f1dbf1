#include "app/measure_log.h"

#include <iterator>
#include <sstream>

#include "core/export/whole_file.h"
#include "core/measure/photo_line.h"

namespace filterlens {

namespace fs = std::filesystem;

Result<MeasureLog> MeasureLog::open(const fs::path& path, const std::string& settings) {
  MeasureLog log(path);
  std::string kept = settings + "\n";
  if (std::ifstream old(path, std::ios::binary); old) {
    std::string line;
    if (std::getline(old, line) && line != settings) {
      return Error{path.string() +
                   " holds measures that were made with other settings. Choose another --out, or "
                   "remove that file."};
    }
    while (std::getline(old, line)) {
      auto photo = photoFromLine(line);
      if (!photo) continue;
      kept += line + "\n";
      log.photos_.insert_or_assign(photo->file, std::move(*photo));
    }
  }
  if (auto written = writeWhole(path, kept); !written) return written.error();
  log.file_.open(path, std::ios::binary | std::ios::app);
  return log;
}

const PhotoMeasures* MeasureLog::find(const std::string& name, const std::string& sha256) const {
  const auto found = photos_.find(name);
  return found != photos_.end() && found->second.sha256 == sha256 ? &found->second : nullptr;
}

Result<void> MeasureLog::add(const PhotoMeasures& photo) {
  file_ << photoLine(photo) << "\n" << std::flush;
  if (file_) return {};
  return Error{"Cannot write " + path_.string() +
               ": is there space left? Free some and give the command again; it goes on from "
               "there."};
}

}  // namespace filterlens
