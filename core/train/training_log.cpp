#include "core/train/training_log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/export/whole_file.h"

namespace filterlens {

namespace {

/// Visits name and value of each field, in the order of the files' columns.
template <class Epoch, class Visit>
void eachField(Epoch& e, Visit visit) {
  visit("epoch", e.epoch);
  visit("step", e.step);
  visit("side", e.side);
  visit("learning_rate", e.learningRate);
  visit("loss", e.loss);
  visit("class_loss", e.classLoss);
  visit("top1", e.top1);
  visit("validation_loss", e.validationLoss);
  visit("validation_top1", e.validationTop1);
  visit("validation_worst", e.validationWorst);
  visit("calibration_error", e.calibrationError);
  visit("seconds", e.seconds);
  visit("photos_per_second", e.photosPerSecond);
  visit("wait_share", e.waitShare);
}

std::string asJsonLines(const std::vector<EpochMetrics>& epochs) {
  std::string text;
  for (const auto& epoch : epochs) {
    nlohmann::ordered_json line;
    eachField(epoch, [&](const char* name, const auto& value) { line[name] = value; });
    text += line.dump() + "\n";
  }
  return text;
}

std::string asCsv(const std::vector<EpochMetrics>& epochs) {
  std::string text;
  const EpochMetrics none;
  eachField(none, [&](const char* name, const auto&) {
    text += (text.empty() ? "" : ",") + std::string(name);
  });
  for (const auto& epoch : epochs) {
    std::string line;
    eachField(epoch, [&](const char*, const auto& value) {
      line += (line.empty() ? "\n" : ",") + nlohmann::json(value).dump();
    });
    text += line;
  }
  return text + "\n";
}

}  // namespace

std::filesystem::path RunFolder::epochModel(int epoch) const {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "epoch-%04d.safetensors", epoch);
  return epochs() / name.data();
}

bool isRunFolder(const std::filesystem::path& folder) {
  std::error_code ignored;
  const RunFolder run{folder};
  return std::filesystem::exists(run.recipe(), ignored) &&
         std::filesystem::is_directory(run.epochs(), ignored);
}

std::vector<EpochModel> epochModels(const RunFolder& run) {
  constexpr std::string_view kPrefix = "epoch-";
  std::vector<EpochModel> models;
  std::error_code ignored;
  for (std::filesystem::directory_iterator at(run.epochs(), ignored), end; at != end;
       at.increment(ignored)) {
    const auto stem = at->path().stem().string();
    if (!stem.starts_with(kPrefix) || at->path().extension() != ".safetensors") continue;
    const char* const last = stem.data() + stem.size();
    int epoch = 0;
    if (std::from_chars(stem.data() + kPrefix.size(), last, epoch).ptr != last) continue;
    models.push_back({epoch, at->path()});
  }
  std::sort(models.begin(), models.end(),
            [](const EpochModel& a, const EpochModel& b) { return a.epoch < b.epoch; });
  return models;
}

Result<void> writeMetrics(const RunFolder& folder, const std::vector<EpochMetrics>& epochs) {
  if (auto written = writeWhole(folder.jsonLines(), asJsonLines(epochs)); !written) return written;
  return writeWhole(folder.csv(), asCsv(epochs));
}

Result<std::vector<EpochMetrics>> readMetrics(const RunFolder& folder) {
  std::vector<EpochMetrics> epochs;
  std::ifstream file(folder.jsonLines());
  for (std::string line; std::getline(file, line);) {
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    if (parsed.is_discarded() || !parsed.is_object()) {
      return Error{"The metrics in " + folder.jsonLines().string() + " are damaged: line " +
                   std::to_string(epochs.size() + 1) + " is no JSON. Delete or mend the line."};
    }
    EpochMetrics epoch;
    eachField(epoch, [&](const char* name, auto& value) { value = parsed.value(name, value); });
    epochs.push_back(epoch);
  }
  return epochs;
}

}  // namespace filterlens
