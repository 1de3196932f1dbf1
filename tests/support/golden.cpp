#include "tests/support/golden.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace filterlens::test {
namespace {

Checkpoint read(const std::string& fileName) {
  auto file = readCheckpoint(goldenFile(fileName));
  if (!file) throw std::runtime_error(file.error().sentence);
  return std::move(*file);
}

}  // namespace

std::string goldenFile(const std::string& fileName) {
  return std::string(FILTERLENS_TEST_DATA) + "/golden/" + fileName;
}

const std::vector<std::string>& goldenNames() {
  static const std::vector<std::string> names = {"ConvFormer_xxs-seed3", "ConvFormer_xs-seed2",
                                                 "ConvFormer_xs-seed7",  "DropOutVIT_xs-seed1",
                                                 "ConvFormer_s-seed2",   "ConvFormer_s2-seed1"};
  return names;
}

GoldenCase goldenCase(const std::string& name) {
  GoldenCase golden;
  golden.name = name;
  golden.expected = read(name + ".safetensors");
  auto& metadata = golden.expected.metadata;
  golden.architecture = findArchitecture(metadata.at("variant"));
  golden.seed = std::stoull(metadata.at("seed"));
  golden.classes = std::stoi(metadata.at("num_classes"));
  golden.targetClass = std::stoi(metadata.at("gradcam_class"));
  const auto input = read("input-seed" + metadata.at("seed") + ".safetensors");
  const Tensor& tensor = input.tensors.front();
  golden.input = {static_cast<int>(tensor.shape[2]), static_cast<int>(tensor.shape[3]),
                  tensor.toFloat()};
  return golden;
}

std::vector<float> GoldenCase::values(const std::string& key) const {
  const auto* tensor = expected.find(key);
  if (!tensor) throw std::runtime_error(name + " has no " + key);
  return tensor->toFloat();
}

std::map<std::string, std::vector<int>> GoldenCase::drawnSelections() const {
  std::map<std::string, std::vector<int>> selections;
  for (const auto& stage : architecture->stages) {
    if (stage.kind != StageKind::Dropout) continue;
    const std::string module(stage.module);
    const auto drawn = values(module + ".leaky_attention.indices");
    selections.emplace(module, std::vector<int>(drawn.begin(), drawn.end()));
  }
  return selections;
}

float largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) throw std::runtime_error("arrays of different sizes are compared");
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float difference = std::abs(a[i] - b[i]);
    // A NaN must not slip through a comparison that it fails.
    largest = std::isnan(difference) ? INFINITY : std::max(largest, difference);
  }
  return largest;
}

float largestAbsolute(const std::vector<float>& values) {
  float largest = 0;
  for (float v : values) largest = std::max(largest, std::abs(v));
  return largest;
}

}  // namespace filterlens::test
