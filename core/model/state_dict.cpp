// The state dict of every network, from the table; and recognising a checkpoint by it.
#include <algorithm>
#include <map>
#include <set>

#include "core/model/architecture.h"

namespace filterlens {
namespace {

/// Collects tensors in the order in which the authors' modules register them.
class StateDictWriter {
 public:
  std::vector<TensorSpec> tensors;

  void stage(const Stage& s) {
    const std::string module(s.module);
    switch (s.kind) {
      case StageKind::Stem:
        tensor(module + ".layer1.0.weight", {s.out, s.in, 5, 5});
        tensor(module + ".layer1.0.bias", {s.out});
        norm(module + ".layer1.1", s.out);
        break;
      case StageKind::InvertedResidual:
        invertedResidual(module, s.in, s.out, s.expand);
        break;
      case StageKind::AdaptivePool:
        break;
      case StageKind::Pooled:
        encoder(module + ".trans", s.in, s.expand * s.in, s.layers);
        invertedResidual(module + ".conv", s.in, s.out, s.expand);
        break;
      case StageKind::Filter:
        mask(module + ".leaky_attention.conv.layer1", s);
        [[fallthrough]];
      case StageKind::Dropout:
        encoder(module + ".leaky_attention.trans", s.in, s.expand * s.in, s.layers);
        invertedResidual(module + ".conv_block", s.in, s.out, s.expand);
        break;
      case StageKind::Full:
        fullAttention(module, s);
        break;
    }
  }

  void head(const Architecture& a, int classes) {
    if (a.headHidden == 0) {
      linear("classifier.0", a.features(), classes);
    } else {
      linear("mlp_head.0", a.features(), a.headHidden);
      linear("mlp_head.3", a.headHidden, classes);
    }
  }

 private:
  void tensor(std::string name, std::vector<std::int64_t> shape) {
    tensors.push_back({std::move(name), std::move(shape)});
  }

  void linear(const std::string& path, std::int64_t in, std::int64_t out) {
    tensor(path + ".weight", {out, in});
    tensor(path + ".bias", {out});
  }

  void norm(const std::string& path, int channels) {
    for (const char* part : {".weight", ".bias", ".running_mean", ".running_var"}) {
      tensor(path + part, {channels});
    }
    tensor(path + ".num_batches_tracked", {});
  }

  void convNorm(const std::string& path, std::vector<std::int64_t> shape) {
    const int channels = static_cast<int>(shape.front());
    tensor(path + ".conv.weight", std::move(shape));
    norm(path + ".norm", channels);
  }

  void invertedResidual(const std::string& path, int in, int out, int expand) {
    const int hidden = in * expand;
    if (expand != 1) convNorm(path + ".block.exp_1x1.block", {hidden, in, 1, 1});
    convNorm(path + ".block.conv_3x3.block", {hidden, 1, 3, 3});
    convNorm(path + ".block.red_1x1.block", {out, hidden, 1, 1});
  }

  void encoder(const std::string& path, std::int64_t width, std::int64_t hidden, int layers) {
    for (int i = 0; i < layers; ++i) {
      const auto layer = path + "." + std::to_string(i);
      tensor(layer + ".self_attn.in_proj_weight", {3 * width, width});
      tensor(layer + ".self_attn.in_proj_bias", {3 * width});
      linear(layer + ".self_attn.out_proj", width, width);
      linear(layer + ".linear1", width, hidden);
      linear(layer + ".linear2", hidden, width);
      for (const char* part : {".norm1.weight", ".norm1.bias", ".norm2.weight", ".norm2.bias"}) {
        tensor(layer + part, {width});
      }
    }
  }

  void mask(const std::string& path, const Stage& s) {
    tensor(path + ".0.weight", {1, s.in, s.filterKernel, s.filterKernel});
    tensor(path + ".0.bias", {1});
    norm(path + ".1", 1);
  }

  void fullAttention(const std::string& module, const Stage& s) {
    const int width = s.in / s.reduce;
    if (s.reduce != 1) {
      invertedResidual(module + ".reduce", s.in, width, 1);
      invertedResidual(module + ".expand", width, s.in, 1);
    }
    encoder(module + ".trans", width, s.expand * width, s.layers);
    invertedResidual(module + ".conv", s.in, s.out, s.expand);
  }
};

bool endsWith(std::string_view text, std::string_view end) { return text.ends_with(end); }

bool isStatistic(std::string_view name) {
  return endsWith(name, ".running_mean") || endsWith(name, ".running_var") ||
         endsWith(name, ".num_batches_tracked");
}

/// Tensors that may be missing (old files) or in excess (counters that profilers leave in a model).
bool mayBeMissing(std::string_view name) { return endsWith(name, ".num_batches_tracked"); }
bool mayBeInExcess(std::string_view name) {
  return endsWith(name, "total_ops") || endsWith(name, "total_params");
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i ? ", " : "") + std::to_string(shape[i]);
  }
  return text + "]";
}

/// How a checkpoint differs from one network's state dict.
struct Comparison {
  const Architecture* architecture = nullptr;
  int classes = 0;
  int matching = 0;
  std::vector<std::string> missing;
  std::vector<std::string> otherShape;
  std::vector<std::string> excess;

  [[nodiscard]] bool exact() const {
    return missing.empty() && otherShape.empty() && excess.empty();
  }
  [[nodiscard]] std::size_t differences() const {
    return missing.size() + otherShape.size() + excess.size();
  }
};

int classesIn(const Checkpoint& checkpoint, const Architecture& a) {
  const auto* bias = checkpoint.find(a.headHidden == 0 ? "classifier.0.bias" : "mlp_head.3.bias");
  const bool usable = bias && bias->shape.size() == 1 && bias->shape[0] > 0;
  return usable ? static_cast<int>(std::min<std::int64_t>(bias->shape[0], 1'000'000)) : 1;
}

Comparison compare(const Checkpoint& checkpoint, const Architecture& a) {
  Comparison result;
  result.architecture = &a;
  result.classes = classesIn(checkpoint, a);
  std::map<std::string_view, const Tensor*> held;
  for (const auto& tensor : checkpoint.tensors) held.emplace(tensor.name, &tensor);

  for (const auto& expected : stateDict(a, result.classes)) {
    const auto found = held.find(expected.name);
    if (found == held.end()) {
      if (!mayBeMissing(expected.name)) result.missing.push_back(expected.name);
      continue;
    }
    if (found->second->shape == expected.shape) {
      ++result.matching;
    } else {
      result.otherShape.push_back(expected.name + " " + shapeText(found->second->shape) +
                                  " instead of " + shapeText(expected.shape));
    }
    held.erase(found);
  }
  for (const auto& tensor : checkpoint.tensors) {
    if (held.contains(tensor.name) && !mayBeInExcess(tensor.name)) {
      result.excess.push_back(tensor.name);
    }
  }
  return result;
}

Error notRecognised(const Checkpoint& checkpoint, const Comparison& closest) {
  const auto& a = *closest.architecture;
  std::string text =
      checkpoint.path.filename().string() + " is not a model that FilterLens knows. ";
  if (closest.matching == 0) {
    std::vector<std::string> names;
    for (const auto& tensor : checkpoint.tensors) names.push_back(tensor.name);
    text += "It expects a FilterViT or DropoutViT, with tensors like " +
            stateDict(a, 1).front().name + "; the file holds " +
            (names.empty() ? "no tensors" : firstNames(names)) + ".";
    return {text};
  }
  text += "The closest is " + std::string(a.title) + " (" + std::string(a.className) + ")";
  if (!closest.missing.empty()) text += "; missing: " + firstNames(closest.missing);
  if (!closest.otherShape.empty()) text += "; of another shape: " + firstNames(closest.otherShape);
  if (!closest.excess.empty()) text += "; not expected: " + firstNames(closest.excess);
  return {text + "."};
}

}  // namespace

std::vector<TensorSpec> stateDict(const Architecture& a, int classes) {
  StateDictWriter writer;
  for (const auto& stage : a.stages) writer.stage(stage);
  writer.head(a, classes);
  return std::move(writer.tensors);
}

std::int64_t parameterCount(const Architecture& a, int classes) {
  std::int64_t count = 0;
  for (const auto& tensor : stateDict(a, classes)) {
    if (isStatistic(tensor.name)) continue;
    std::int64_t size = 1;
    for (auto dimension : tensor.shape) size *= dimension;
    count += size;
  }
  return count;
}

Result<RecognisedArchitecture> recogniseArchitecture(const Checkpoint& checkpoint) {
  std::vector<Comparison> comparisons;
  for (const auto& a : architectures()) comparisons.push_back(compare(checkpoint, a));
  const auto closest = std::min_element(
      comparisons.begin(), comparisons.end(),
      [](const Comparison& a, const Comparison& b) { return a.differences() < b.differences(); });
  if (!closest->exact()) return notRecognised(checkpoint, *closest);
  return RecognisedArchitecture{closest->architecture, closest->classes};
}

}  // namespace filterlens
