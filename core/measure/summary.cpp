#include "core/measure/summary.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "core/measure/csv.h"

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;

std::vector<MeasureRow> rowsOf(std::span<const PhotoMeasures> photos, bool onlyRight,
                               std::uint64_t seed) {
  std::vector<MeasureRow> rows;
  std::vector<std::vector<double>> values;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places;
  for (const auto& photo : photos) {
    if (onlyRight && !photo.right()) continue;
    for (const auto& [method, layer, measure, value] : photo.values) {
      const auto [place, isNew] = places.try_emplace({method, layer, measure}, rows.size());
      if (isNew) {
        rows.push_back({method, layer, measure, {}});
        values.emplace_back();
      }
      values[place->second].push_back(value);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].value = bootstrapMean(values[i], seed);
  return rows;
}

/// Short, and the same number when read again.
std::string text(double value) {
  std::string digits(32, ' ');
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  digits.resize(static_cast<std::size_t>(end - digits.data()));
  return digits;
}

void addCsv(const std::vector<MeasureRow>& rows, const std::string& photos, std::string& csv) {
  for (const auto& [method, layer, measure, value] : rows) {
    csv += csvLine({photos, method, layer, measure, text(value.mean), text(value.low),
                    text(value.high), std::to_string(value.n)});
  }
}

void addJson(const std::vector<MeasureRow>& rows, const std::string& photos, Json& list) {
  for (const auto& [method, layer, measure, value] : rows) {
    list.push_back({{"photos", photos},
                    {"method", method},
                    {"layer", layer},
                    {"measure", measure},
                    {"mean", value.mean},
                    {"low", value.low},
                    {"high", value.high},
                    {"n", value.n}});
  }
}

}  // namespace

MeasureSummary summarise(std::span<const PhotoMeasures> photos, std::uint64_t seed) {
  MeasureSummary summary;
  summary.photos = static_cast<int>(photos.size());
  for (const auto& photo : photos) {
    if (photo.label) ++summary.labelled;
    if (photo.label && photo.right()) ++summary.right;
    for (const auto& note : photo.notes) {
      const auto& notes = summary.notes;
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) summary.notes.push_back(note);
    }
  }
  summary.main = rowsOf(photos, true, seed);
  summary.all = rowsOf(photos, false, seed);
  return summary;
}

std::string measuresCsv(const MeasureSummary& summary) {
  std::string csv = "photos,method,layer,measure,mean,low,high,n\n";
  addCsv(summary.main, "right", csv);
  addCsv(summary.all, "all", csv);
  return csv;
}

std::string photosCsv(std::span<const PhotoMeasures> photos, const ModelInfo& model) {
  std::string csv = "file,class,predicted,right,probability,method,layer,measure,value\n";
  for (const auto& photo : photos) {
    for (const auto& [method, layer, measure, value] : photo.values) {
      csv += csvLine({photo.file, model.className(photo.target), model.className(photo.predicted),
                      photo.right() ? "1" : "0", text(photo.probability), method, layer, measure,
                      text(value)});
    }
  }
  return csv;
}

std::string measuresJson(const MeasureSummary& summary, const std::string& settings) {
  Json json;
  json["settings"] = Json::parse(settings);
  json["photos"] = {
      {"measured", summary.photos}, {"labelled", summary.labelled}, {"right", summary.right}};
  for (const auto& spec : measureSpecs()) json["measures"][std::string(spec.id)] = spec.help;
  json["rows"] = Json::array();
  addJson(summary.main, "right", json["rows"]);
  addJson(summary.all, "all", json["rows"]);
  json["notes"] = summary.notes;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace filterlens
