#include "app/measure_files.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "app/measure_report.h"
#include "app/measure_table.h"
#include "core/explain/explainer.h"
#include "core/export/whole_file.h"
#include "core/render/overlay.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr auto kExampleFolder = "examples";
constexpr std::size_t kExamples = 6;

std::string base64(std::span<const std::byte> bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const auto byte = i + j < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + j]) : 0U;
      group = group << 8U | byte;
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool there = i + j <= bytes.size();
      text += there ? kDigits[group >> (18U - 6U * j) & 63U] : '=';
    }
  }
  return text;
}

std::string captionOf(const PhotoMeasures& photo, const ModelInfo& model) {
  auto text = model.className(photo.target);
  if (std::isfinite(photo.probability)) {
    text += ", " + std::to_string(std::lround(photo.probability * 100)) + " %";
  }
  return photo.right() ? text : text + ", taken for " + model.className(photo.predicted);
}

/// What className needs, from the settings.
ModelInfo modelOf(const Json& settings) {
  ModelInfo model;
  model.classNames = settings["model"]["class_names"].get<std::vector<std::string>>();
  return model;
}

}  // namespace

std::set<std::string> exampleNames(const std::vector<std::string>& photos) {
  std::map<std::uint64_t, std::string> byKey;
  for (const auto& photo : photos) byKey.emplace(keyOf(photo), photo);
  std::set<std::string> names;
  for (const auto& [key, photo] : byKey) {
    if (names.size() < kExamples) names.insert(photo);
  }
  return names;
}

Result<MeasureExample> makeExample(const Engine& engine, const ModelInfo& model,
                                   const PhotoMeasures& photo, const InputTensor& input,
                                   std::span<const Heatmap> maps) {
  MeasureExample example{photo.file, captionOf(photo, model), {}};
  const auto picture = pictureOf(input, model.preprocessing);
  const PhotoPlacement whole{.photoWidth = input.width,
                             .photoHeight = input.height,
                             .inputWidth = input.width,
                             .inputHeight = input.height};
  const auto add = [&](const std::string& caption, const Image& image) -> Result<void> {
    const auto png = engine.encodePng(image);
    if (!png) return png.error();
    example.tiles.push_back({caption, base64(*png)});
    return {};
  };
  if (auto added = add("what the network is given", picture); !added) return added.error();
  for (const auto& map : maps) {
    const auto* method = findExplainer(map.method);
    const auto caption = std::string(method ? method->label : map.method) + ", " + map.layer;
    if (auto added = add(caption, overlay(picture, whole, map, {})); !added) return added.error();
  }
  return example;
}

Result<void> keepExample(const fs::path& folder, const MeasureExample& example) {
  Json json{{"file", example.file}, {"caption", example.caption}, {"tiles", Json::array()}};
  for (const auto& [caption, png] : example.tiles) json["tiles"].push_back({caption, png});
  return writeWhole(folder / kExampleFolder / (std::to_string(keyOf(example.file)) + ".json"),
                    json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<MeasureExample> readExamples(std::span<const fs::path> folders) {
  std::map<std::string, MeasureExample> byFile;
  for (const auto& folder : folders) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder / kExampleFolder, ignored)) {
      std::ifstream file(entry.path(), std::ios::binary);
      const auto json = Json::parse(file, nullptr, false);
      if (!json.is_object() || !json.contains("tiles")) continue;  // a report can do without
      MeasureExample example{json.value("file", ""), json.value("caption", ""), {}};
      for (const auto& tile : json["tiles"]) example.tiles.push_back({tile.at(0), tile.at(1)});
      byFile.insert_or_assign(example.file, std::move(example));
    }
  }
  std::vector<MeasureExample> examples;
  for (auto& [file, example] : byFile) examples.push_back(std::move(example));
  return examples;
}

Result<void> writeMeasures(MeasuresToWrite measures) {
  auto& photos = measures.photos;
  std::sort(photos.begin(), photos.end(),
            [](const PhotoMeasures& a, const PhotoMeasures& b) { return a.file < b.file; });
  const auto settings = Json::parse(measures.settings);
  const auto summary = summarise(photos, settings["seed"].get<std::uint64_t>());
  const auto json = measuresJson(summary, measures.settings);
  auto written = writeWhole(measures.out / "measures.json", json);
  if (written) written = writeWhole(measures.out / "measures.csv", measuresCsv(summary));
  if (written) {
    written = writeWhole(measures.out / "photos.csv", photosCsv(photos, modelOf(settings)));
  }
  if (written) {
    written = writeWhole(measures.out / "report.html",
                         measureReport(summary, measures.settings, measures.examples));
  }
  if (!written) return written;
  std::cout << (measures.json ? json : measureTables(summary)) << std::flush;
  return {};
}

}  // namespace filterlens
