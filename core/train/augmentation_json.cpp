// AugmentationOptions as JSON, and what is allowed in them.
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>
#include <variant>

#include "core/settings_json.h"
#include "core/train/augmentation.h"

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;
using Options = AugmentationOptions;

struct Field {
  const char* name;
  std::variant<bool Options::*, double Options::*> member;
  double low = 0;
  double high = 0;
};

constexpr std::array<Field, 14> kFields{{
    {"min_area", &Options::minArea, 0.001, 1},
    {"max_area", &Options::maxArea, 0.001, 1},
    {"aspect", &Options::aspect, 1, 10},
    {"flip", &Options::flip},
    {"rotation", &Options::rotation, 0, 3.15},
    {"brightness", &Options::brightness, 0, 10},
    {"contrast", &Options::contrast, 0, 10},
    {"saturation", &Options::saturation, 0, 10},
    {"hue", &Options::hue, 0, 0.5},
    {"grey", &Options::grey, 0, 1},
    {"trivial_augment", &Options::trivialAugment},
    {"erasing", &Options::erasing, 0, 1},
    {"mixup", &Options::mixup, 0, 100},
    {"cutmix", &Options::cutmix, 0, 100},
}};

template <class T>
Error badField(std::string_view field, const T& found, std::string_view expected) {
  return badSetting("augmentation", field, found, expected);
}

Result<void> readField(const Field& field, const Json& value, Options& options) {
  if (const auto* flag = std::get_if<bool Options::*>(&field.member)) {
    if (!value.is_boolean()) return badField(field.name, shortened(value), "true or false");
    options.*(*flag) = value.get<bool>();
    return {};
  }
  if (!value.is_number()) return badField(field.name, shortened(value), "a number");
  options.*std::get<double Options::*>(field.member) = value.get<double>();
  return {};
}

Result<void> readField(const std::string& name, const Json& value, Options& options) {
  for (const Field& field : kFields) {
    if (field.name == name) return readField(field, value, options);
  }
  return Error{"The augmentation has a field " + shortened(name) +
               ", which this version of FilterLens does not know."};
}

}  // namespace

Result<void> validate(const Options& options) {
  for (const Field& field : kFields) {
    const auto* number = std::get_if<double Options::*>(&field.member);
    if (number == nullptr) continue;
    const double value = options.*(*number);
    if (value >= field.low && value <= field.high) continue;
    std::ostringstream bounds;
    bounds << "from " << field.low << " to " << field.high;
    return badField(field.name, value, bounds.str());
  }
  if (options.minArea > options.maxArea) {
    return badField("min_area", options.minArea, "no more than max_area");
  }
  return {};
}

std::string toJson(const Options& options) {
  Json json;
  for (const Field& field : kFields) {
    std::visit([&](auto member) { json[field.name] = options.*member; }, field.member);
  }
  return json.dump();
}

Result<Options> augmentationFromJson(const std::string& text) {
  const Json json = parsedSettings(text);
  if (!json.is_object()) {
    return Error{"The augmentation is not a JSON object such as " + toJson(Options()) + "."};
  }
  Options options;
  for (const auto& [name, value] : json.items()) {
    if (auto read = readField(name, value, options); !read) return read.error();
  }
  if (auto valid = validate(options); !valid) return valid.error();
  return options;
}

}  // namespace filterlens
