#include "planted_network.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 2;
constexpr int kSignal = 0;  // channels: redness above the threshold,
constexpr int kMirror = 1;  // its negative, so that norms have nothing to subtract,
constexpr int kRead = 2;    // what attention read,
constexpr int kReadMirror = 3;
constexpr int kOne = 6;  // a constant, so that norms do not flatten the signal,
constexpr int kMinusOne = 7;

Checkpoint plain() {
  Checkpoint checkpoint;
  checkpoint.path = "planted.safetensors";
  for (const TensorSpec& spec : stateDict(PlantedNetwork::architecture(), kClasses)) {
    std::int64_t count = 1;
    for (const auto d : spec.shape) count *= d;
    const bool isScale = spec.name.ends_with("running_var") ||
                         (spec.name.ends_with("weight") && spec.shape.size() == 1);
    if (spec.name.ends_with("num_batches_tracked")) {
      checkpoint.tensors.push_back(
          {spec.name, DType::I64, spec.shape, std::vector<std::byte>(sizeof(std::int64_t))});
    } else {
      checkpoint.tensors.push_back(
          floatTensor(spec.name, spec.shape,
                      std::vector<float>(static_cast<std::size_t>(count), isScale ? 1.0F : 0.0F)));
    }
  }
  return checkpoint;
}

/// Redness r - (g + b) / 2 over the window, times 4, less 4: a red window gives 4, a grey one -0.4.
void plantStem(Checkpoint& c) {
  for (std::int64_t y = 0; y < 5; ++y) {
    for (std::int64_t x = 0; x < 5; ++x) {
      setValue(c, "first_conv.0.layer1.0.weight", {0, 0, y, x}, 4.0F / 25);
      setValue(c, "first_conv.0.layer1.0.weight", {0, 1, y, x}, -2.0F / 25);
      setValue(c, "first_conv.0.layer1.0.weight", {0, 2, y, x}, -2.0F / 25);
    }
  }
  setValue(c, "first_conv.0.layer1.0.bias", {0}, -4);
}

/// One hidden channel, SiLU(gain * signal - threshold), and the 1x1 that writes it out again.
struct Detector {
  std::string path;
  std::vector<std::pair<int, float>> reads;
  float threshold;
  float out;
};

void plant(Checkpoint& c, const Detector& d) {
  for (const auto& [channel, gain] : d.reads) {
    setValue(c, d.path + ".block.exp_1x1.block.conv.weight", {0, channel, 0, 0}, gain);
  }
  setValue(c, d.path + ".block.exp_1x1.block.norm.bias", {0}, -d.threshold);
  setValue(c, d.path + ".block.conv_3x3.block.conv.weight", {0, 0, 1, 1}, 1);
  setValue(c, d.path + ".block.red_1x1.block.conv.weight", {kSignal, 0, 0, 0}, d.out);
  setValue(c, d.path + ".block.red_1x1.block.conv.weight", {kMirror, 0, 0, 0}, -d.out);
}

std::vector<std::pair<int, float>> reads(float signal, float attention) {
  return {{kSignal, signal}, {kMirror, -signal}, {kRead, attention}, {kReadMirror, -attention}};
}

/// Keys follow the signal; queries are the same for all tokens (a bias) or follow it too; values
/// carry the signal, which the output writes into channels of its own. Two heads of width 4.
void plantEncoder(Checkpoint& c, const std::string& path, bool everyTokenAsks) {
  const auto in = path + ".self_attn.in_proj_weight";
  const auto out = path + ".self_attn.out_proj.weight";
  for (std::int64_t head = 0; head < 2; ++head) {
    const std::int64_t row = 4 * head;
    if (everyTokenAsks) {
      setValue(c, path + ".self_attn.in_proj_bias", {row}, 1);
    } else {
      setValue(c, in, {row, kSignal}, 0.5F);
      setValue(c, in, {row, kMirror}, -0.5F);
    }
    for (const std::int64_t part : {8, 16}) {  // keys, values
      setValue(c, in, {part + row, kSignal}, 0.5F);
      setValue(c, in, {part + row, kMirror}, -0.5F);
    }
    setValue(c, out, {kRead, row}, 0.3F);
    setValue(c, out, {kReadMirror, row}, -0.3F);
  }
}

}  // namespace

const Architecture& PlantedNetwork::architecture() {
  static const Architecture network{
      .id = "planted",
      .className = "Planted",
      .title = "Planted network",
      .stages =
          {{.kind = StageKind::Stem, .module = "first_conv.0", .in = 3, .out = 4, .stride = 2},
           {.kind = StageKind::InvertedResidual,
            .module = "first_conv.1",
            .in = 4,
            .out = 8,
            .stride = 2},
           {.kind = StageKind::Filter,
            .module = "leaky_att_network.0",
            .in = 8,
            .out = 8,
            .heads = 2,
            .grid = 15,
            .k = kTokens},
           {.kind = StageKind::Full,
            .module = "network.0",
            .in = 8,
            .out = 8,
            .stride = 2,
            .heads = 2}},
      .anyInputSize = false,
      .defaultInputSize = kSide};
  return network;
}

Checkpoint PlantedNetwork::weights() {
  Checkpoint c = plain();
  plantStem(c);
  plant(c, {"first_conv.1", {{kSignal, 10.0F}}, 8, 0.2F});
  setValue(c, "first_conv.1.block.red_1x1.block.norm.bias", {kOne}, 1);
  setValue(c, "first_conv.1.block.red_1x1.block.norm.bias", {kMinusOne}, -1);

  const std::string filter = "leaky_att_network.0";
  setValue(c, filter + ".leaky_attention.conv.layer1.0.weight", {0, kSignal, 3, 3}, 1);
  plantEncoder(c, filter + ".leaky_attention.trans.0", true);
  // What attention read weighs more than the signal itself: norms make the one grow at the expense
  // of the other. The sinusoid alone reaches 15, red tokens 20 and more.
  plant(c, {filter + ".conv_block", reads(4, 6), 18, 0.3F});

  plantEncoder(c, "network.0.trans.0", false);
  plant(c, {"network.0.conv", reads(2, 6), 30, 0.05F});
  setValue(c, "classifier.0.weight", {0, kSignal}, 24);
  return c;
}

Checkpoint PlantedNetwork::randomWeights(std::uint64_t seed) {
  Checkpoint checkpoint;
  checkpoint.path = "random.safetensors";
  checkpoint.tensors = formulaWeights(architecture(), kClasses, seed);
  return checkpoint;
}

std::shared_ptr<TorchModel> PlantedNetwork::model(const Checkpoint& checkpoint) {
  auto network = std::make_shared<Network>(architecture(), kClasses);
  network->load(checkpoint);
  network->prepareForViewing();
  ModelInfo info;
  info.architecture = &architecture();
  info.classes = kClasses;
  info.classNames = {"patch", "nothing"};
  return std::make_shared<TorchModel>(std::move(info), std::move(network));
}

InputTensor PlantedNetwork::photo() {
  constexpr std::size_t kCount = std::size_t{3} * kSide * kSide;
  InputTensor photo{kSide, kSide, splitmixValues(77, kCount)};
  for (std::size_t i = 0; i < kCount; ++i) {
    const int row = static_cast<int>(i / kSide % kSide);
    const int col = static_cast<int>(i % kSide);
    const bool red = row >= kPatch && row < kPatchEnd && col >= kPatch && col < kPatchEnd;
    photo.values[i] = !red ? photo.values[i] / 4 : i < kCount / 3 ? 1.0F : -1.0F;
  }
  return photo;
}

bool PlantedNetwork::isInPatch(const MapGeometry& geometry, int row, int col) {
  const auto inside = [](double at) { return at > kPatch && at < kPatchEnd; };
  return inside(geometry.y.centre(row)) && inside(geometry.x.centre(col));
}

Tensor& tensorOf(Checkpoint& checkpoint, const std::string& name) {
  const auto found = std::find_if(checkpoint.tensors.begin(), checkpoint.tensors.end(),
                                  [&](const Tensor& tensor) { return tensor.name == name; });
  if (found == checkpoint.tensors.end()) throw std::runtime_error("no tensor " + name);
  return *found;
}

void setValue(Checkpoint& checkpoint, const std::string& name,
              const std::vector<std::int64_t>& index, float value) {
  Tensor& tensor = tensorOf(checkpoint, name);
  if (index.size() != tensor.shape.size()) throw std::runtime_error("another rank: " + name);
  std::int64_t at = 0;
  for (std::size_t d = 0; d < index.size(); ++d) {
    if (index[d] >= tensor.shape[d]) throw std::runtime_error("beyond " + name);
    at = at * tensor.shape[d] + index[d];
  }
  std::memcpy(tensor.data.data() + static_cast<std::size_t>(at) * sizeof(float), &value,
              sizeof(float));
}

}  // namespace filterlens::test
