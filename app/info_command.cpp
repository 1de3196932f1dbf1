#include "app/info_command.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/model_file.h"
#include "core/listed.h"

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;

std::string grouped(std::int64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
  if (shape.empty()) return "scalar";
  return listed(
      shape, [](std::int64_t size) { return std::to_string(size); }, " x ");
}

std::string mapSize(const MapGeometry& map) {
  return std::to_string(map.rows()) + "x" + std::to_string(map.cols());
}

/// One layer (a stage with attention) and the maps around it.
struct LayerLine {
  const Stage* stage;
  MapGeometry in;
  MapGeometry out;
};

std::vector<LayerLine> layersOf(const Architecture& network) {
  const auto maps = stageGeometries(network, network.defaultInputSize, network.defaultInputSize);
  std::vector<LayerLine> lines;
  for (std::size_t i = 1; i < network.stages.size(); ++i) {
    const auto& stage = network.stages[i];
    if (stage.isLayer()) lines.push_back({&stage, (*maps)[i - 1], (*maps)[i]});
  }
  return lines;
}

/// "filter, 55x55 > 55x55, 256 tokens, 4 heads"
std::string describe(const LayerLine& line) {
  const auto& stage = *line.stage;
  const int tokens = stage.k > 0      ? stage.k
                     : stage.grid > 0 ? stage.grid * stage.grid
                                      : line.in.rows() * line.in.cols();
  return std::string(name(stage.kind)) + ", " + mapSize(line.in) + " > " + mapSize(line.out) +
         ", " + std::to_string(tokens) + " tokens, " + std::to_string(stage.heads) + " heads" +
         (stage.layers > 1 ? ", " + std::to_string(stage.layers) + " encoder layers" : "");
}

std::string describe(const Preprocessing& p) {
  std::ostringstream text;
  const auto size = std::to_string(p.inputSize);
  if (p.fit == Preprocessing::Fit::Stretch) {
    text << "whole photo stretched to " << size << "x" << size;
  } else {
    text << "short side to " << p.resizeShortSide << ", centre crop " << size << "x" << size;
  }
  text << "; mean " << p.mean[0] << " " << p.mean[1] << " " << p.mean[2] << ", std " << p.stddev[0]
       << " " << p.stddev[1] << " " << p.stddev[2];
  return text.str();
}

std::string describeClasses(const ModelFile& file) {
  constexpr std::size_t kShown = 5;
  const auto& names = file.metadata.classNames;
  auto text = std::to_string(file.network.classes);
  if (names.empty()) return text + " (no names in the file; give them with --classes)";
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    text += (i == 0 ? ": " : ", ") + names[i];
  }
  return text + (names.size() > kShown ? ", …" : "");
}

void line(std::string_view key, std::string_view value) {
  std::cout << std::left << std::setw(15) << key << value << "\n";
}

void printNetwork(const ModelFile& file) {
  const auto& network = *file.network.architecture;
  line("network", std::string(network.title) + " (" + std::string(network.id) + ", " +
                      std::string(network.className) + " in the authors' code)");
  line("classes", describeClasses(file));
  line("parameters", grouped(file.parameters()));
  const bool inFile = file.metadata.preprocessing.has_value();
  line("preprocessing", describe(file.metadata.preprocessing.value_or(Preprocessing{})) +
                            (inFile ? "" : " (the default: the file says nothing)"));
  for (const auto& layer : layersOf(network)) {
    line("layer", std::string(layer.stage->module) + ": " + describe(layer));
  }
}

void printText(const ModelFile& file, const std::vector<std::string>& nonFinite, bool tensors) {
  const auto& checkpoint = file.checkpoint;
  line("file", checkpoint.path.string());
  line("format", std::string(name(checkpoint.format)) +
                     (checkpoint.stateDictKey.empty()
                          ? ""
                          : ", state dict under \"" + checkpoint.stateDictKey + "\""));
  line("sha256", checkpoint.sha256);
  if (file.network.architecture) {
    printNetwork(file);
  } else {
    line("network", "none that FilterLens knows");
    line("parameters", grouped(file.parameters()));
  }
  if (const auto epoch = file.checkpoint.epoch) line("epoch", std::to_string(*epoch));
  line("tensors", std::to_string(checkpoint.tensors.size()));
  for (const auto& damaged : nonFinite) line("not finite", damaged);
  if (!tensors) return;
  for (const auto& tensor : checkpoint.tensors) {
    std::cout << "  " << std::left << std::setw(5) << name(tensor.dtype) << tensor.name << "  "
              << shapeText(tensor.shape) << "\n";
  }
}

Json networkJson(const ModelFile& file) {
  Json layers = Json::array();
  for (const auto& layer : layersOf(*file.network.architecture)) {
    const auto& stage = *layer.stage;
    layers.push_back({{"name", stage.module},
                      {"kind", name(stage.kind)},
                      {"input", {layer.in.rows(), layer.in.cols()}},
                      {"output", {layer.out.rows(), layer.out.cols()}},
                      {"k", stage.k},
                      {"heads", stage.heads},
                      {"encoder_layers", stage.layers}});
  }
  return layers;
}

void printJson(const ModelFile& file, const std::vector<std::string>& nonFinite, bool tensors) {
  const auto* network = file.network.architecture;
  const auto& checkpoint = file.checkpoint;
  Json json;
  json["file"] = checkpoint.path.string();
  json["format"] = name(checkpoint.format);
  json["state_dict_key"] = checkpoint.stateDictKey;
  json["sha256"] = checkpoint.sha256;
  json["architecture"] = network ? Json(network->id) : Json();
  if (!network) json["problem"] = file.problem;
  json["classes"] = network ? Json(file.network.classes) : Json();
  json["class_names"] = file.metadata.classNames;
  json["parameters"] = file.parameters();
  json["preprocessing"] =
      Json::parse(toJson(file.metadata.preprocessing.value_or(Preprocessing{})));
  const auto epoch = file.checkpoint.epoch;
  json["epoch"] = epoch ? Json(*epoch) : Json();
  json["not_finite"] = nonFinite;
  if (network) json["layers"] = networkJson(file);
  if (tensors) {
    for (const auto& tensor : checkpoint.tensors) {
      json["tensors"].push_back(
          {{"name", tensor.name}, {"dtype", name(tensor.dtype)}, {"shape", tensor.shape}});
    }
  }
  // A class name of the file may be no valid UTF-8: it is replaced, not refused.
  std::cout << json.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

}  // namespace

int runInfo(const InfoOptions& options) {
  const auto file = readModelFile(options.file);
  if (!file) {
    complain(file.error().sentence);
    return kExitModel;
  }
  const auto nonFinite = nonFiniteTensors(file->checkpoint);
  if (options.json) {
    printJson(*file, nonFinite, options.tensors);
  } else {
    printText(*file, nonFinite, options.tensors);
  }
  if (file->network.architecture) return kExitOk;
  complain(file->problem);
  return kExitModel;
}

}  // namespace filterlens
