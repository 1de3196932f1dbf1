// Preprocessing as JSON, and what is allowed in one.
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/image/preprocess.h"
#include "core/settings_json.h"

namespace filterlens {
namespace {

using Fit = Preprocessing::Fit;
using Json = nlohmann::ordered_json;
/// JSON whose numbers are floats, so that 0.485 is written as 0.485.
using FloatJson = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool,
                                       std::int64_t, std::uint64_t, float>;

constexpr int kLargestSide = 4096;
constexpr float kSmallestStddev = 0.001F;
constexpr float kLargestStddev = 10.0F;

template <class T>
Error badField(std::string_view field, const T& found, std::string_view expected) {
  return badSetting("preprocessing", field, found, expected);
}

std::optional<Error> readFit(const Json& value, Fit& fit) {
  if (value == "resize-and-crop") {
    fit = Fit::ResizeAndCrop;
  } else if (value == "stretch") {
    fit = Fit::Stretch;
  } else {
    return badField("fit", shortened(value), "\"resize-and-crop\" or \"stretch\"");
  }
  return std::nullopt;
}

std::optional<Error> readSize(std::string_view field, const Json& value, int& size) {
  // As a double first: an integer of the file may be larger than any of ours.
  if (!value.is_number_integer() || std::abs(value.get<double>()) > kLargestSide) {
    return badField(field, shortened(value),
                    "a whole number of pixels up to " + std::to_string(kLargestSide));
  }
  size = value.get<int>();
  return std::nullopt;
}

std::optional<Error> readTriple(std::string_view field, const Json& value,
                                std::array<float, 3>& triple) {
  if (!value.is_array() || value.size() != triple.size() ||
      !std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_number(); })) {
    return badField(field, shortened(value), "a list of three numbers (red, green, blue)");
  }
  triple = value.get<std::array<float, 3>>();
  return std::nullopt;
}

std::optional<Error> readField(const std::string& field, const Json& value,
                               Preprocessing& preprocessing) {
  if (field == "fit") return readFit(value, preprocessing.fit);
  if (field == "input_size") return readSize(field, value, preprocessing.inputSize);
  if (field == "resize_short_side") return readSize(field, value, preprocessing.resizeShortSide);
  if (field == "mean") return readTriple(field, value, preprocessing.mean);
  if (field == "std") return readTriple(field, value, preprocessing.stddev);
  return Error{"The preprocessing has a field " + shortened(field) +
               ", which this version of FilterLens does not know; it knows fit, input_size, "
               "resize_short_side, mean and std."};
}

std::optional<Error> problemOf(const std::array<float, 3>& values, std::string_view field,
                               float low, float high, std::string_view expected) {
  for (const float value : values) {
    if (!(value >= low && value <= high)) return badField(field, value, expected);
  }
  return std::nullopt;
}

}  // namespace

Result<void> validate(const Preprocessing& preprocessing) {
  const int size = preprocessing.inputSize;
  const int side = preprocessing.resizeShortSide;
  const std::string largest = std::to_string(kLargestSide);
  if (size < 1 || size > kLargestSide) {
    return badField("input_size", size, "from 1 to " + largest + " pixels");
  }
  if (preprocessing.fit == Fit::ResizeAndCrop && (side < size || side > kLargestSide)) {
    return badField("resize_short_side", side,
                    "from input_size (" + std::to_string(size) + ") to " + largest +
                        " pixels: a larger crop does not fit into the resized photo");
  }
  if (auto problem = problemOf(preprocessing.mean, "mean", 0, 1,
                               "from 0 to 1 (of pixel values that were divided by 255)")) {
    return *problem;
  }
  if (auto problem = problemOf(preprocessing.stddev, "std", kSmallestStddev, kLargestStddev,
                               "from 0.001 to 10 (of pixel values that were divided by 255)")) {
    return *problem;
  }
  return {};
}

std::string toJson(const Preprocessing& preprocessing) {
  FloatJson json;
  json["fit"] = preprocessing.fit == Fit::Stretch ? "stretch" : "resize-and-crop";
  json["input_size"] = preprocessing.inputSize;
  json["resize_short_side"] = preprocessing.resizeShortSide;
  json["mean"] = preprocessing.mean;
  json["std"] = preprocessing.stddev;
  return json.dump();
}

Result<Preprocessing> preprocessingFromJson(const std::string& text) {
  const Json json = parsedSettings(text);
  if (!json.is_object()) {
    return Error{"The preprocessing is not a JSON object such as " + toJson(Preprocessing()) + "."};
  }
  Preprocessing preprocessing;
  for (const auto& [field, value] : json.items()) {
    if (auto problem = readField(field, value, preprocessing)) return *problem;
  }
  if (auto valid = validate(preprocessing); !valid) return valid.error();
  return preprocessing;
}

}  // namespace filterlens
