#include "core/measure/photo_line.h"

#include <limits>
#include <nlohmann/json.hpp>

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN; it is written as null.
double numberOf(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

PhotoMeasures photoOf(const Json& json) {
  PhotoMeasures photo;
  photo.file = json.at("file");
  photo.sha256 = json.at("sha256");
  if (!json.at("label").is_null()) photo.label = json.at("label").get<int>();
  photo.predicted = json.at("predicted");
  photo.target = json.at("target");
  photo.probability = numberOf(json.at("probability"));
  for (const auto& value : json.at("values")) {
    photo.values.push_back({value.at(0), value.at(1), value.at(2), numberOf(value.at(3))});
  }
  photo.notes = json.at("notes").get<std::vector<std::string>>();
  return photo;
}

}  // namespace

std::string photoLine(const PhotoMeasures& photo) {
  Json json;
  json["file"] = photo.file;
  json["sha256"] = photo.sha256;
  json["label"] = photo.label ? Json(*photo.label) : Json();
  json["predicted"] = photo.predicted;
  json["target"] = photo.target;
  json["probability"] = photo.probability;
  json["values"] = Json::array();
  for (const auto& [method, layer, measure, value] : photo.values) {
    json["values"].push_back({method, layer, measure, value});
  }
  json["notes"] = photo.notes;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<PhotoMeasures> photoFromLine(std::string_view line) {
  try {
    return photoOf(Json::parse(line));
  } catch (const Json::exception&) {
    return Error{"The line holds no measures of a photo."};
  }
}

}  // namespace filterlens
