// Files of class names.
#include <algorithm>
#include <cctype>
#include <charconv>

#include <nlohmann/json.hpp>

#include "core/checkpoint/input_file.h"
#include "core/checkpoint/read_error.h"
#include "core/model/model_metadata.h"

namespace filterlens {
namespace {

using nlohmann::json;

constexpr std::uint64_t kLargestFile = std::uint64_t{4} << 20U;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string readText(const std::filesystem::path& path) {
  const InputFile file(path);
  if (file.size() > kLargestFile) throw ReadError("it is too large for a list of class names.");
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  file.read(0, std::as_writable_bytes(std::span(text)));
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  const bool isText = text.find('\0') == std::string::npos && isUtf8(text);
  if (!isText) throw ReadError("it is not a text file in UTF-8; save it as such.");
  return text;
}

std::string trimmed(std::string_view line) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const auto begin = line.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return "";
  return std::string(line.substr(begin, line.find_last_not_of(kSpace) - begin + 1));
}

/// "n01440764 tench, Tinca tinca": ImageNet's lists put WordNet's identifier before the names.
bool hasWordNetId(const std::string& line) {
  constexpr std::size_t kIdLength = 9;
  return line.size() > kIdLength + 1 && line[0] == 'n' && line[kIdLength] == ' ' &&
         std::all_of(line.begin() + 1, line.begin() + kIdLength,
                     [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::vector<std::string> namesInLines(std::string_view text) {
  std::vector<std::string> names;
  std::size_t emptyLine = 0;  // the first one, counted from 1
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string name = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (name.empty()) {
      if (emptyLine == 0) emptyLine = number;
      continue;
    }
    // A name after an empty line would belong to another class than it seems to.
    if (emptyLine != 0) {
      throw ReadError("its line " + std::to_string(emptyLine) +
                      " is empty; write one class name on each line, in the order of the model's "
                      "classes.");
    }
    names.push_back(std::move(name));
  }
  if (std::all_of(names.begin(), names.end(), hasWordNetId)) {
    for (std::string& name : names) name = trimmed(std::string_view(name).substr(10));
  }
  return names;
}

[[noreturn]] void throwForeignJson() {
  throw ReadError(
      "its JSON is no list of class names; expected are [\"cat\", \"dog\"], {\"0\": \"cat\", …}, "
      "{\"0\": [\"n02123045\", \"cat\"], …} or {\"cat\": 0, …}.");
}

struct NumberedName {
  std::int64_t index = 0;
  std::string name;
};

/// One item of an object: "0": "cat", "0": ["n02123045", "cat"], or "cat": 0.
NumberedName numberedName(const std::string& key, const json& value) {
  if (value.is_number_unsigned()) return {value.get<std::int64_t>(), trimmed(key)};
  NumberedName result;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), result.index);
  const json* name = &value;
  if (value.is_array() && value.size() == 2) name = &value[1];
  if (error != std::errc() || end != key.data() + key.size() || !name->is_string()) {
    throwForeignJson();
  }
  result.name = trimmed(name->get<std::string>());
  return result;
}

std::vector<std::string> namesInObject(const json& object) {
  std::vector<NumberedName> numbered;
  for (const auto& [key, value] : object.items()) numbered.push_back(numberedName(key, value));
  std::sort(numbered.begin(), numbered.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  std::vector<std::string> names;
  for (auto& [index, name] : numbered) {
    const auto expected = static_cast<std::int64_t>(names.size());
    if (index != expected) {
      throw ReadError("it names class " + std::to_string(index) + " where class " +
                      std::to_string(expected) +
                      " was expected; the classes are numbered from 0 without gaps.");
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> namesInJson(const json& value) {
  if (value.is_object()) return namesInObject(value);
  if (!value.is_array()) throwForeignJson();
  std::vector<std::string> names;
  for (const json& name : value) {
    if (!name.is_string()) throwForeignJson();
    names.push_back(trimmed(name.get<std::string>()));
  }
  return names;
}

std::vector<std::string> namesIn(const std::filesystem::path& path, const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && (text[first] == '[' || text[first] == '{')) {
    // What is nested deeper than any list of names is dropped while it is parsed.
    const json value = json::parse(
        text, [](int depth, json::parse_event_t, json&) { return depth <= 2; }, false);
    if (!value.is_discarded()) return namesInJson(value);
  }
  if (path.extension() == ".json") throw ReadError("it is not JSON, or is damaged.");
  return namesInLines(text);
}

}  // namespace

Result<std::vector<std::string>> readClassNames(const std::filesystem::path& path) {
  const std::string reading = "Cannot read class names from " + path.string() + ": ";
  try {
    auto names = namesIn(path, readText(path));
    if (names.empty()) return Error{reading + "there are none in it."};
    const auto unnamed = std::find(names.begin(), names.end(), "");
    if (unnamed != names.end()) {
      return Error{reading + "class " + std::to_string(unnamed - names.begin()) + " has no name."};
    }
    return names;
  } catch (const ReadError& error) {
    return Error{reading + error.what()};
  }
}

}  // namespace filterlens
