#include "core/export/analysis_record.h"

#include <openssl/evp.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/explain/attention_received.h"
#include "core/export/npy.h"
#include "core/export/provenance.h"
#include "core/model/intervention_text.h"

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;

Json predictionList(const AnalysisRecord& record) {
  Json list = Json::array();
  for (const auto& prediction : record.predictions) {
    list.push_back({{"index", prediction.index},
                    {"name", prediction.name},
                    {"logit", prediction.logit},
                    {"probability", prediction.probability}});
  }
  return list;
}

Json photoJson(const PhotoRecord& photo, const PhotoPlacement& placement) {
  return {{"path", photo.path.string()},
          {"sha256", photo.sha256},
          {"bytes", photo.bytes},
          {"width", placement.photoWidth},
          {"height", placement.photoHeight},
          {"prepared_input", photo.prepared},
          {"bits_per_channel", photo.source.bitsPerChannel},
          {"channels", photo.source.channels},
          {"alpha_over_white", photo.source.hadAlpha},
          {"exif_orientation", photo.source.exifOrientation}};
}

Json modelJson(const ModelInfo& model) {
  return {{"path", model.path.string()},
          {"sha256", model.sha256},
          {"format", name(model.format)},
          {"architecture", model.architecture->id},
          {"class_name", model.architecture->className},
          {"classes", model.classes},
          {"parameters", model.parameters},
          {"epoch", model.epoch ? Json(*model.epoch) : Json()}};
}

/// photo pixel = offset + scale * input pixel, for each axis.
Json placementJson(const PhotoPlacement& placement) {
  return {{"width", placement.inputWidth},
          {"height", placement.inputHeight},
          {"photo_offset", {placement.offsetX, placement.offsetY}},
          {"photo_scale", {placement.scaleX, placement.scaleY}}};
}

Json layerJson(const LayerTrace& layer) {
  Json json{{"name", layer.name},
            {"kind", name(layer.stage->kind)},
            {"input", {layer.inputGeometry.rows(), layer.inputGeometry.cols()}},
            {"output", {layer.outputGeometry.rows(), layer.outputGeometry.cols()}}};
  // By rank; a cell is row * columns + column of the layer's input.
  if (!layer.selection.empty()) json["selected_cells"] = layer.selection;
  return json;
}

/// By layer, as --what-if takes them.
Json interventionsJson(const Interventions& interventions) {
  Json json = Json::object();
  for (const auto& [layer, change] : interventions) json[layer] = settingsText(change);
  return json;
}

Json parametersJson(const Parameters& parameters) {
  Json json = Json::object();
  for (const auto& [id, number] : parameters.numbers()) json[id] = number;
  for (const auto& [id, choice] : parameters.choices()) json[id] = choice;
  return json;
}

Json mapJson(const Heatmap& map, const std::string& name, const AnalysisRecord& record) {
  const auto range = finiteRange(map.values);
  Json json{{"layer", map.layer}, {"method", map.method}};
  json["target"] = map.targetClass >= 0 ? Json(map.targetClass) : Json();
  json["parameters"] = parametersJson(map.parameters);
  json["range"] = {range.low, range.high};
  if (!map.note.empty()) json["note"] = map.note;
  json["provenance"] = provenance(map, record.model, record.trace.seed, record.trace.interventions);
  json["npy"] = "maps/" + name + ".npy";
  json["overlay"] = "overlays/" + name + ".png";
  return json;
}

Json saidByModel(const AnalysisRecord& record) {
  const auto& trace = record.trace;
  Json json;
  json["model"] = modelJson(record.model);
  json["preprocessing"] =
      record.photo.prepared ? Json() : Json::parse(toJson(record.model.preprocessing));
  json["input"] = placementJson(record.placement);
  json["seed"] = trace.seed;
  json["interventions"] = interventionsJson(trace.interventions);
  json["target"] = {{"index", trace.targetClass},
                    {"name", record.model.className(trace.targetClass)}};
  json["predictions"] = predictionList(record);
  for (const auto& layer : trace.layers) json["layers"].push_back(layerJson(layer));
  json["maps"] = Json::array();
  MapNames names;
  for (const auto& map : record.maps) json["maps"].push_back(mapJson(map, names.next(map), record));
  json["missing_maps"] = Json::array();
  for (const auto& [layer, method, reason] : record.missingMaps) {
    json["missing_maps"].push_back({{"layer", layer}, {"method", method}, {"reason", reason}});
  }
  return json;
}

/// File names and class names may be no valid UTF-8: they are replaced, not refused.
std::string text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::byte> selectionNpy(const Heatmap& map) {
  std::vector<std::int32_t> ranks;
  ranks.reserve(map.values.values.size());
  for (const float rank : map.values.values) {
    ranks.push_back(std::isnan(rank) ? -1 : static_cast<std::int32_t>(rank));
  }
  return npyBytes(ranks, {map.values.rows, map.values.cols});
}

constexpr std::size_t kChunk = std::size_t{1} << 20U;

/// SHA-256 of what is left in a stream, as 64 hexadecimal digits; empty where OpenSSL fails.
std::string sha256Of(std::istream& stream) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  bool good = EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::vector<char> chunk(kChunk);
  while (good && stream.read(chunk.data(), static_cast<std::streamsize>(kChunk)).gcount() > 0) {
    const auto count = static_cast<std::size_t>(stream.gcount());
    good = EVP_DigestUpdate(context.get(), chunk.data(), count) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) return {};
  std::ostringstream digits;
  digits << std::hex << std::setfill('0');
  for (unsigned int i = 0; i < length; ++i) digits << std::setw(2) << int{digest.at(i)};
  return digits.str();
}

}  // namespace

Result<PhotoRecord> recordPhoto(const std::filesystem::path& path) {
  PhotoRecord record;
  std::error_code error;
  record.path = path;
  record.bytes = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) return Error{path.string() + " could not be read."};
  record.sha256 = sha256Of(file);
  if (record.sha256.empty() || file.bad()) return Error{path.string() + " could not be read."};
  return record;
}

std::string mapName(const Heatmap& map) { return map.layer + "." + map.method; }

std::string MapNames::next(const Heatmap& map) {
  const std::string name = mapName(map);
  std::string own = name;
  for (int n = 2; !taken_.insert(own).second; ++n) own = name + "-" + std::to_string(n);
  return own;
}

std::string predictionsJson(const AnalysisRecord& record) {
  const auto& model = record.model;
  Json json{{"photo", record.photo.path.string()},
            {"model", {{"architecture", model.architecture->id}, {"sha256", model.sha256}}},
            {"predictions", predictionList(record)}};
  const auto& interventions = record.trace.interventions;
  if (!interventions.empty()) json["interventions"] = interventionsJson(interventions);
  return text(json, -1);
}

std::string analysisJson(const AnalysisRecord& record, const AnalysisRecord* second) {
  Json json;
  json["program"] = {{"name", "FilterLens"}, {"version", FILTERLENS_VERSION}};
  json["command"] = record.command;
  json["photo"] = photoJson(record.photo, record.placement);
  json.update(saidByModel(record));
  if (second) json["second_model"] = saidByModel(*second);
  return text(json, 1) + "\n";
}

std::vector<std::byte> mapNpy(const Trace& trace, const Heatmap& map) {
  if (map.method == "selection") return selectionNpy(map);
  if (map.method == "attention_received") {
    const auto layer = static_cast<std::size_t>(trace.findLayer(map.layer));
    const auto received = attentionReceived(trace.layers[layer]);
    return npyBytes(received.span(), received.shape);
  }
  return npyBytes(map.values.values, {map.values.rows, map.values.cols});
}

}  // namespace filterlens
