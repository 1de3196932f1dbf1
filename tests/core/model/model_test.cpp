// Model as the program uses it: runs, targets, seeds, given selections, and sentences for what
// cannot be done.
#include <algorithm>
#include <filesystem>
#include <stop_token>

#include <gtest/gtest.h>

#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

InputTensor formulaInput(int height, int width, std::uint64_t seed = 9) {
  return {height, width, splitmixValues(seed, 3 * static_cast<std::size_t>(height) * width)};
}

std::shared_ptr<const Model> model(const char* id) {
  return formulaModel(*findArchitecture(id), 10, 3);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<float> copyOf(const FloatArray& array) {
  return {array.span().begin(), array.span().end()};
}

TEST(ModelRun, FollowsTheMostProbableClassByDefault) {
  const auto trace = model("xxs")->run(formulaInput(224, 224), {});
  ASSERT_TRUE(trace) << trace.error().sentence;
  EXPECT_EQ(trace->targetClass, predictions(trace->logits, {}).front().index);
}

TEST(ModelRun, FollowingATargetLaterIsFollowingItAtOnce) {
  const auto m = model("xs");
  const auto input = formulaInput(224, 224);
  RunOptions options;
  options.targetClass = 4;
  options.inputGradient = true;
  const auto atOnce = m->run(input, options);
  options.targetClass = 7;
  const auto first = m->run(input, options);
  ASSERT_TRUE(first);
  const auto later = m->followTarget(*first, 4);
  ASSERT_TRUE(later) << later.error().sentence;
  EXPECT_EQ(later->targetClass, 4);
  for (std::size_t i = 0; i < later->layers.size(); ++i) {
    EXPECT_EQ(copyOf(later->layers[i].gradient), copyOf(atOnce->layers[i].gradient));
  }
  EXPECT_EQ(copyOf(later->inputGradient), copyOf(atOnce->inputGradient));
  // The first trace keeps its own gradients.
  EXPECT_EQ(first->targetClass, 7);
  EXPECT_NE(copyOf(first->layers[0].gradient), copyOf(later->layers[0].gradient));
}

TEST(ModelRun, WithoutRecordingGivesTheSameLogitsAlone) {
  const auto m = model("s2");
  RunOptions options;
  options.record = false;
  const auto bare = m->run(formulaInput(224, 224), options);
  const auto full = m->run(formulaInput(224, 224), {});
  ASSERT_TRUE(bare);
  ASSERT_TRUE(full);
  EXPECT_TRUE(bare->layers.empty());
  EXPECT_EQ(bare->targetClass, -1);
  EXPECT_LE(largestDifference(bare->logits, full->logits), 1e-6F);
  EXPECT_FALSE(m->followTarget(*bare, 1));
}

TEST(ModelRun, DropoutVitDependsOnItsSeedAlone) {
  const auto m = model("dropout-xs");
  RunOptions options;
  options.seed = 21;
  const auto a = m->run(formulaInput(224, 224), options);
  const auto b = m->run(formulaInput(224, 224), options);
  options.seed = 22;
  const auto c = m->run(formulaInput(224, 224), options);
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->logits, b->logits);
  EXPECT_NE(a->logits, c->logits);
  EXPECT_EQ(a->seed, 21U);
  const auto layer = static_cast<std::size_t>(a->findLayer("leaky_att_network.1"));
  EXPECT_EQ(a->layers[layer].selection, b->layers[layer].selection);
  EXPECT_NE(a->layers[layer].selection, c->layers[layer].selection);
  EXPECT_TRUE(a->layers[layer].importance.empty());
}

TEST(ModelRun, AGivenSelectionReplacesTheNetworksOwn) {
  const auto m = model("xs");
  const auto own = m->run(formulaInput(224, 224), {});
  ASSERT_TRUE(own);
  const auto layer = static_cast<std::size_t>(own->findLayer("leaky_att_network.3"));
  RunOptions options;
  options.selections["leaky_att_network.3"] = own->layers[layer].selection;
  const auto same = m->run(formulaInput(224, 224), options);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->logits, own->logits);

  options.selections["leaky_att_network.3"] = {0, 5, 783};
  const auto other = m->run(formulaInput(224, 224), options);
  ASSERT_TRUE(other) << other.error().sentence;
  EXPECT_EQ(other->layers[layer].selection, (std::vector<int>{0, 5, 783}));
  EXPECT_EQ(other->layers[layer].attention.front().tokens, 3);
  EXPECT_NE(other->logits, own->logits);
}

TEST(ModelRun, EveryLayerIsRecordedAsTheTraceSays) {
  for (const auto& a : architectures()) {
    const auto trace = formulaModel(a, 10, 3)->run(formulaInput(224, 224), {});
    ASSERT_TRUE(trace) << trace.error().sentence;
    std::size_t attentionSteps = 0;
    for (const auto& step : trace->mixing) {
      if (std::holds_alternative<AttentionMixing>(step.how)) {
        EXPECT_EQ(std::get<AttentionMixing>(step.how).layer, static_cast<int>(attentionSteps));
        ++attentionSteps;
      }
    }
    EXPECT_EQ(attentionSteps, trace->layers.size());
    for (const auto& layer : trace->layers) {
      const auto shape = layer.output.shape;
      EXPECT_EQ(shape, layer.gradient.shape);
      EXPECT_EQ(shape[1], layer.outputGeometry.rows());
      EXPECT_EQ(shape[2], layer.outputGeometry.cols());
      EXPECT_EQ(layer.attention.size(), static_cast<std::size_t>(layer.stage->layers));
      if (layer.stage->kind == StageKind::Filter) {
        EXPECT_EQ(layer.importance.rows, layer.inputGeometry.rows());
        EXPECT_EQ(layer.response.size(), layer.importance.size());
      }
      const int tokens = layer.selection.empty()
                             ? layer.tokenGeometry.rows() * layer.tokenGeometry.cols()
                             : static_cast<int>(layer.selection.size());
      EXPECT_EQ(layer.attention.front().tokens, tokens) << a.id << " " << layer.name;
    }
  }
}

TEST(ModelRun, XsTakesAnyInputSize) {
  const auto m = model("xs");
  for (const auto& [height, width] :
       {std::pair(160, 224), std::pair(300, 300), std::pair(64, 64)}) {
    const auto trace = m->run(formulaInput(height, width), {});
    ASSERT_TRUE(trace) << trace.error().sentence;
    EXPECT_EQ(trace->inputRows, height);
    const auto pools = std::count_if(
        trace->mixing.begin(), trace->mixing.end(),
        [](const MixingStep& s) { return std::holds_alternative<PoolMixing>(s.how); });
    EXPECT_EQ(pools, 1);
  }
}

TEST(ModelRun, SaysWhatIsWrongWithARequest) {
  const auto m = model("s");
  const auto sentence = [&](const InputTensor& input, const RunOptions& options) {
    const auto trace = m->run(input, options);
    return trace ? std::string() : trace.error().sentence;
  };
  EXPECT_TRUE(contains(sentence(formulaInput(256, 256), {}), "224x224"));
  auto broken = formulaInput(224, 224);
  broken.values[77] = NAN;
  EXPECT_TRUE(contains(sentence(broken, {}), "NaN"));
  broken.values.pop_back();
  EXPECT_TRUE(contains(sentence(broken, {}), "150528"));
  RunOptions options;
  options.targetClass = 10;
  EXPECT_TRUE(contains(sentence(formulaInput(224, 224), options), "classes 0 to 9"));
  options = {};
  options.selections["network.0"] = {1};
  EXPECT_TRUE(contains(sentence(formulaInput(224, 224), options), "network.0"));
  for (const auto& cells : {std::vector<int>{}, {1, 1}, {-1}, {3025}}) {
    options.selections = {{"leaky_att_network.1", cells}};
    EXPECT_TRUE(contains(sentence(formulaInput(224, 224), options), "0 to 3024"));
  }
}

TEST(ModelRun, StopsWhenAsked) {
  std::stop_source stop;
  int reports = 0;
  const Progress progress(stop.get_token(), [&](double fraction, std::string_view) {
    EXPECT_GE(fraction, 0);
    EXPECT_LE(fraction, 1);
    if (++reports == 3) stop.request_stop();
  });
  const auto trace = model("xs")->run(formulaInput(224, 224), {}, progress);
  ASSERT_FALSE(trace);
  EXPECT_TRUE(trace.error().cancelled);
  EXPECT_EQ(reports, 3);
}

class OpenModel : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("filterlens-open-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::vector<Tensor>& tensors, const ModelMetadata& metadata) {
    const auto path = folder_ / "model.safetensors";
    const auto written = writeSafetensors(path, tensors, toStrings(metadata));
    EXPECT_TRUE(written);
    return path;
  }

  std::filesystem::path folder_;
};

TEST_F(OpenModel, ReadsWhatTheFileSaysOfItself) {
  ModelMetadata metadata;
  metadata.classNames = {"cat", "dog"};
  metadata.preprocessing = Preprocessing{.fit = Preprocessing::Fit::Stretch, .inputSize = 192};
  const auto path = write(formulaWeights(*findArchitecture("xs"), 2, 3), metadata);
  const auto m = openTorchModel(path, {}, {});
  ASSERT_TRUE(m) << m.error().sentence;
  const auto& info = (*m)->info();
  EXPECT_EQ(info.architecture->id, "xs");
  EXPECT_EQ(info.className(1), "dog");
  EXPECT_EQ(info.preprocessing, *metadata.preprocessing);
  EXPECT_EQ(info.sha256.size(), 64U);
  EXPECT_TRUE((*m)->run(formulaInput(192, 192), {}));
}

TEST_F(OpenModel, RefusesBrokenWeightsUnlessForced) {
  auto tensors = formulaWeights(*findArchitecture("xxs"), 2, 3);
  auto values = tensors[7].toFloat();
  values[3] = INFINITY;
  tensors[7] = floatTensor(tensors[7].name, tensors[7].shape, values);
  const auto path = write(tensors, {});
  const auto refused = openTorchModel(path, {}, {});
  ASSERT_FALSE(refused);
  EXPECT_TRUE(contains(refused.error().sentence, tensors[7].name)) << refused.error().sentence;
  EXPECT_TRUE(
      openTorchModel(path, {.allowNonFinite = true, .classNames = {}, .preprocessing = {}}, {}));
}

TEST_F(OpenModel, RefusesNamesAndSizesThatDoNotFit) {
  const auto path = write(formulaWeights(*findArchitecture("xxs"), 2, 3), {});
  OpenOptions options;
  options.classNames = {"one"};
  const auto names = openTorchModel(path, options, {});
  ASSERT_FALSE(names);
  EXPECT_TRUE(contains(names.error().sentence, "2 classes")) << names.error().sentence;
  options = {};
  options.preprocessing = Preprocessing{.fit = Preprocessing::Fit::Stretch, .inputSize = 256};
  EXPECT_FALSE(openTorchModel(path, options, {}));
}

TEST_F(OpenModel, RealCheckpointsGiveTheGoldenLogits) {
  const std::filesystem::path folder = std::filesystem::path(FILTERLENS_SHARED) / "checkpoints";
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    const auto m = openTorchModel(entry.path(), {}, {});
    ASSERT_TRUE(m) << m.error().sentence;
    const std::string file = entry.path().filename();
    const auto golden = goldenCase(file.substr(0, file.find("-seed") + 6));
    const auto trace = (*m)->run(golden.input, {});
    ASSERT_TRUE(trace);
    EXPECT_LE(largestDifference(trace->logits, golden.values("logits")), 1e-4F) << file;
  }
}

TEST(Reinitialised, TheHeadAloneLeavesEveryLayerAsItWas) {
  const auto m = model("compact");
  const auto input = formulaInput(128, 128);
  const auto other = reinitialised(*m, 0, 1);
  ASSERT_TRUE(other) << other.error().sentence;
  const auto before = m->run(input, {});
  const auto after = (*other)->run(input, {});
  EXPECT_NE(after->logits, before->logits);
  for (std::size_t i = 0; i < before->layers.size(); ++i) {
    EXPECT_EQ(copyOf(after->layers[i].output), copyOf(before->layers[i].output));
  }
  EXPECT_EQ((*other)->info().classNames, m->info().classNames);
}

// "network.1" must not be taken for "network.10", nor what lies below a stage for what lies above.
TEST(Reinitialised, StagesChangeFromTheLastToTheFirst) {
  for (const auto* id : {"compact", "xs", "dropout-xs"}) {
    const auto m = model(id);
    const auto& stages = m->info().architecture->stages;
    const int side = m->info().preprocessing.inputSize;
    const auto input = formulaInput(side, side);
    const auto before = m->run(input, {});
    for (int count = 1; count <= static_cast<int>(stages.size()); ++count) {
      const auto other = reinitialised(*m, count, 1);
      ASSERT_TRUE(other) << other.error().sentence;
      const auto after = (*other)->run(input, {});
      ASSERT_TRUE(after) << after.error().sentence;
      std::size_t layer = 0;
      for (std::size_t i = 0; i < stages.size(); ++i) {
        if (!stages[i].isLayer()) continue;
        const bool kept = i + static_cast<std::size_t>(count) < stages.size();
        EXPECT_EQ(copyOf(after->layers[layer].output) == copyOf(before->layers[layer].output), kept)
            << id << " " << count << " " << stages[i].module;
        ++layer;
      }
    }
  }
}

TEST(Reinitialised, DependsOnTheSeedAloneAndLeavesNoTrace) {
  const auto m = model("compact");
  const auto input = formulaInput(128, 128);
  const auto before = m->run(input, {})->logits;
  torch::manual_seed(5);
  const auto undisturbed = torch::rand({4});
  torch::manual_seed(5);
  const auto one = (*reinitialised(*m, 3, 1))->run(input, {})->logits;
  EXPECT_TRUE(torch::equal(torch::rand({4}), undisturbed));
  EXPECT_EQ((*reinitialised(*m, 3, 1))->run(input, {})->logits, one);
  EXPECT_NE((*reinitialised(*m, 3, 2))->run(input, {})->logits, one);
  EXPECT_EQ(m->run(input, {})->logits, before);
  EXPECT_FALSE(reinitialised(*m, -1, 1));
  EXPECT_FALSE(reinitialised(*m, 100, 1));
}

}  // namespace
}  // namespace filterlens::test
