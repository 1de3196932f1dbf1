// Changes of network or photo of which is known what they do to every map of the registry.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "core/explain/explainer.h"
#include "planted_network.h"
#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"

// The sanitizer keeps freed memory back, to see who still uses it: megabytes of it, which are not
// to pass for memory that grows.
#if defined(__SANITIZE_ADDRESS__)
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options() {
  return "quarantine_size_mb=4";
}
#endif

namespace filterlens::test {
namespace {

constexpr std::uint64_t kSeed = 4;

/// Few runs: methods that run the network again must not make these tests slow.
Parameters briefly(const Explainer& method) {
  Parameters parameters;
  for (const ParameterSpec& spec : method.parameters) {
    if (spec.id == "masks") parameters.set(spec.id, 6);
    if (spec.id == "samples" || spec.id == "steps") parameters.set(spec.id, 4);
    if (spec.id == "window") parameters.set(spec.id, 13);
    if (spec.id == "stride") parameters.set(spec.id, 12);
  }
  return parameters;
}

struct Recorded {
  std::shared_ptr<const Model> model;
  InputTensor photo;
  Trace trace;

  Recorded(std::shared_ptr<const Model> of, InputTensor input, RunOptions options = {})
      : model(std::move(of)), photo(std::move(input)) {
    options.targetClass = 0;
    trace = *model->run(photo, options);
  }
};

/// Calls use(method, layer, map) for each map of a run.
template <class Use>
void forEachMap(const Recorded& run, Use use) {
  const Progress progress;
  const NetworkRuns runs{*run.model, run.photo, run.trace, progress};
  for (const Explainer& method : explainers()) {
    for (int layer = kInputLayer; layer < static_cast<int>(run.trace.layers.size()); ++layer) {
      if (!method.appliesTo(run.trace, layer)) continue;
      const auto map = explain(method, runs, layer, briefly(method));
      ASSERT_TRUE(map) << method.id << ": " << map.error().sentence;
      use(method, layer, *map);
    }
  }
}

std::map<std::string, Heatmap> mapsOf(const Recorded& run) {
  std::map<std::string, Heatmap> maps;
  forEachMap(run, [&](const Explainer&, int, const Heatmap& map) {
    maps.emplace(map.method + " of " + map.layer, map);
  });
  return maps;
}

double peakOf(const Heatmap& map) {
  const ValueRange range = finiteRange(map.values);
  return std::max(std::abs(range.low), std::abs(range.high));
}

/// The largest difference where both are numbers; infinite where only one is.
double differenceOf(const Heatmap& a, const Heatmap& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.values.values.size(); ++i) {
    const float x = a.values.values[i];
    const float y = b.values.values[i];
    if (std::isnan(x) && std::isnan(y)) continue;
    if (std::isnan(x) != std::isnan(y)) return INFINITY;
    largest = std::max(largest, static_cast<double>(std::abs(x - y)));
  }
  return largest;
}

/// share: of a map's peak.
void expectSame(const std::map<std::string, Heatmap>& a, const std::map<std::string, Heatmap>& b,
                double share, const std::set<std::string_view>& except = {}) {
  ASSERT_EQ(a.size(), b.size());
  ASSERT_GT(a.size(), 20U);
  for (const auto& [name, map] : a) {
    if (except.contains(map.method)) continue;
    EXPECT_LE(differenceOf(map, b.at(name)), share * std::max(peakOf(map), 1e-12)) << name;
  }
}

Recorded ofWeights(const Checkpoint& weights) {
  return {PlantedNetwork::model(weights), PlantedNetwork::photo()};
}

TEST(Metamorphic, AConstantAddedToAllLogitsChangesNoMap) {
  Checkpoint weights = PlantedNetwork::randomWeights(kSeed);
  const auto before = mapsOf(ofWeights(weights));
  for (std::int64_t c = 0; c < 2; ++c) {
    setValue(weights, "classifier.0.bias", {c},
             tensorOf(weights, "classifier.0.bias").toFloat()[static_cast<std::size_t>(c)] + 0.5F);
  }
  // Logits lose a digit; relevance divides by outputs close to zero (see relevance_test.cpp).
  expectSame(before, mapsOf(ofWeights(weights)), 2e-4, {});
}

TEST(Metamorphic, AZeroedHeadLeavesNoEvidenceAndSaysSo) {
  Checkpoint weights = PlantedNetwork::randomWeights(kSeed);
  for (const char* name : {"classifier.0.weight", "classifier.0.bias"}) {
    Tensor& tensor = tensorOf(weights, name);
    std::fill(tensor.data.begin(), tensor.data.end(), std::byte());
  }
  // Not of a class unless asked; and means of equal weights, which is what equal logits give.
  const std::set<std::string_view> classFree{
      "rollout", "rollout_null", "rollout_minus_null", "rollout_vit_explain", "scorecam", "rise"};
  forEachMap(ofWeights(weights), [&](const Explainer& method, int, const Heatmap& map) {
    if (!method.classSpecific || classFree.contains(method.id)) return;
    EXPECT_EQ(peakOf(map), 0) << method.id << " of " << map.layer;
    EXPECT_FALSE(map.note.empty())
        << method.id << " of " << map.layer << " is blank without a word";
  });
}

TEST(Metamorphic, ARolloutFromAZeroedClassSaysThatItStartsEverywhere) {
  Checkpoint weights = PlantedNetwork::randomWeights(kSeed);
  Tensor& head = tensorOf(weights, "classifier.0.weight");
  std::fill(head.data.begin(), head.data.end(), std::byte());
  Parameters fromClass;
  fromClass.set("start", "gradcam");
  const auto map = explain(*findExplainer("rollout"), ofWeights(weights).trace, 0, fromClass);
  ASSERT_TRUE(map);
  EXPECT_NE(map->note.find("No cell of the last map speaks for the class"), std::string::npos);
}

TEST(Metamorphic, TheOrderOfTokensChangesNoMap) {
  const auto model = PlantedNetwork::model(PlantedNetwork::randomWeights(kSeed));
  const Recorded own(model, PlantedNetwork::photo());
  RunOptions turned;
  for (const LayerTrace& layer : own.trace.layers) {
    auto cells = layer.selection;
    if (cells.empty()) continue;
    std::reverse(cells.begin(), cells.end());
    std::rotate(cells.begin(), cells.begin() + 5, cells.end());
    turned.selections.emplace(layer.name, cells);
  }
  ASSERT_FALSE(turned.selections.empty());
  expectSame(mapsOf(own), mapsOf({model, PlantedNetwork::photo(), turned}), 1e-6,
             {"selection", "attends_to", "attended_by", "ancestry"});  // the order; its first cell
}

TEST(Metamorphic, OneThreadAndTwoGiveTheSameNumbers) {
  const auto model = formulaModel(*findArchitecture("compact"), 10, 3);
  const InputTensor photo{128, 128, splitmixValues(9, std::size_t{3} * 128 * 128)};
  const int before = torch::get_num_threads();
  torch::set_num_threads(1);
  const auto one = mapsOf({model, photo});
  torch::set_num_threads(2);
  const auto two = mapsOf({model, photo});
  torch::set_num_threads(before);
  expectSame(one, two, 1e-4, {"lrp"});  // of which relevance_test.cpp says what rounding does
}

/// Stem, inverted residual and full attention only: nothing that knows where left is but the
/// kernels, which can be turned around with the photo. 61 pixels: the cells lie symmetrically.
const Architecture& symmetric() {
  static const Architecture network = [] {
    Architecture a = PlantedNetwork::architecture();
    a.stages.erase(a.stages.begin() + 2);
    return a;
  }();
  return network;
}

std::shared_ptr<const Model> symmetricModel(bool flipped) {
  auto network = std::make_shared<Network>(symmetric(), 2);
  Checkpoint checkpoint;
  checkpoint.tensors = formulaWeights(symmetric(), 2, kSeed);
  network->load(checkpoint);
  const torch::NoGradGuard noGrad;
  for (auto& parameter : network->parameters()) {
    if (flipped && parameter.dim() == 4) parameter.copy_(parameter.flip({3}));
  }
  network->prepareForViewing();
  ModelInfo info;
  info.architecture = &symmetric();
  info.classes = 2;
  return std::make_shared<TorchModel>(std::move(info), std::move(network));
}

template <class T>
std::vector<T> mirrored(std::vector<T> values, int cols) {
  for (auto row = values.begin(); row != values.end(); row += cols) std::reverse(row, row + cols);
  return values;
}

TEST(Metamorphic, AMirroredPhotoGivesTheMirroredMap) {
  InputTensor photo = PlantedNetwork::photo();
  const auto before = mapsOf({symmetricModel(false), photo});
  photo.values = mirrored(std::move(photo.values), photo.width);
  auto after = mapsOf({symmetricModel(true), photo});
  for (auto& [name, map] : after) {
    map.values.values = mirrored(std::move(map.values.values), map.values.cols);
  }
  // Random masks and noise are not mirrored with the photo.
  expectSame(before, after, 5e-4, {"rise", "smoothgrad"});
}

// ---- nothing is left behind

std::size_t hashOf(const Network& network) {
  std::size_t hash = 14695981039346656037U;
  const auto add = [&](const torch::Tensor& tensor) {
    const auto values = tensor.contiguous();
    const auto* bytes = static_cast<const unsigned char*>(values.data_ptr());
    for (std::size_t i = 0; i < values.nbytes(); ++i) hash = (hash ^ bytes[i]) * 1099511628211U;
  };
  for (const auto& parameter : network.parameters()) add(parameter);
  for (const auto& buffer : network.buffers()) add(buffer);
  for (const auto& module : network.modules()) {
    const auto* unit = dynamic_cast<const ConvNorm*>(module.get());
    if (unit == nullptr) continue;
    add(unit->effectiveWeight());
    add(unit->effectiveBias());
  }
  return hash;
}

/// Of this process, in bytes.
double residentMemory() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * 4096;
}

TEST(Metamorphic, NoMethodLeavesAnythingBehind) {
  auto network = std::make_shared<Network>(PlantedNetwork::architecture(), 2);
  network->load(PlantedNetwork::randomWeights(kSeed));
  network->prepareForViewing();
  const std::size_t before = hashOf(*network);
  ModelInfo info;
  info.architecture = &PlantedNetwork::architecture();
  info.classes = 2;
  const auto model = std::make_shared<TorchModel>(std::move(info), network);
  const auto first = mapsOf({model, PlantedNetwork::photo()});
  const auto again = mapsOf({model, PlantedNetwork::photo()});
  expectSame(first, again, 0);
  EXPECT_EQ(hashOf(*network), before);
  for (const auto& parameter : network->parameters()) EXPECT_FALSE(parameter.requires_grad());
}

TEST(Metamorphic, MemoryStaysFlatOverTwoHundredRuns) {
  const auto model = PlantedNetwork::model(PlantedNetwork::randomWeights(kSeed));
  const auto once = [&] { (void)mapsOf({model, PlantedNetwork::photo()}); };
  for (int i = 0; i < 40; ++i) once();  // allocators and caches fill
  const double before = residentMemory();
  for (int i = 0; i < 200; ++i) once();
  const double grown = residentMemory() - before;
  const double oneTrace = 61.0 * 61 * 4 * 4 * 4;  // the stem's map alone, kept 200 times: 11 MB
  EXPECT_LT(grown, 100 * oneTrace) << "bytes";
}

}  // namespace
}  // namespace filterlens::test
