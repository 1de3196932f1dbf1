// The table of networks: state dicts, recognition, and where every map lies.
#include "core/model/architecture.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

const Architecture& architecture(std::string_view id) { return *findArchitecture(id); }

Checkpoint checkpointOf(const Architecture& a, int classes) {
  Checkpoint checkpoint;
  checkpoint.path = "photos/model.pth";
  for (const auto& spec : stateDict(a, classes)) {
    checkpoint.tensors.push_back({spec.name, DType::F32, spec.shape, {}});
  }
  return checkpoint;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ArchitectureTable, HasTheNetworksByIdAndByClassName) {
  const std::map<std::string, std::string> expected = {{"xxs", "ConvFormer_xxs"},
                                                       {"xs", "ConvFormer_xs"},
                                                       {"dropout-xs", "DropOutVIT_xs"},
                                                       {"s", "ConvFormer_s"},
                                                       {"s2", "ConvFormer_s2"},
                                                       {"compact", "FilterViT_compact"},
                                                       {"dropout-compact", "DropoutViT_compact"}};
  for (const auto& [id, className] : expected) {
    ASSERT_NE(findArchitecture(id), nullptr);
    EXPECT_EQ(findArchitecture(id), findArchitecture(className));
  }
  EXPECT_EQ(findArchitecture("resnet18"), nullptr);
}

TEST(ArchitectureTable, NamesInAStateDictAreDistinct) {
  for (const auto& a : architectures()) {
    std::set<std::string> names;
    for (const auto& tensor : stateDict(a, 10)) {
      EXPECT_TRUE(names.insert(tensor.name).second) << a.id << " " << tensor.name;
    }
  }
}

TEST(ArchitectureTable, StateDictsAreThoseOfRealCheckpoints) {
  const std::filesystem::path folder = std::filesystem::path(FILTERLENS_SHARED) / "checkpoints";
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
    const auto checkpoint = readCheckpoint(entry.path());
    ASSERT_TRUE(checkpoint) << checkpoint.error().sentence;
    const auto recognised = recogniseArchitecture(*checkpoint);
    ASSERT_TRUE(recognised) << recognised.error().sentence;
    EXPECT_TRUE(
        contains(entry.path().filename(), std::string(recognised->architecture->className)));
    const auto expected = stateDict(*recognised->architecture, recognised->classes);
    ASSERT_EQ(checkpoint->tensors.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(checkpoint->tensors[i].name, expected[i].name);
    }
  }
}

TEST(Recognition, FindsEveryNetworkAndItsClassCount) {
  for (const auto& a : architectures()) {
    for (int classes : {1, 10, 1000}) {
      const auto found = recogniseArchitecture(checkpointOf(a, classes));
      ASSERT_TRUE(found) << found.error().sentence;
      EXPECT_EQ(found->architecture, &a);
      EXPECT_EQ(found->classes, classes);
    }
  }
}

TEST(Recognition, TakesFilesWithoutCountersAndWithAProfilersCounters) {
  auto checkpoint = checkpointOf(architecture("xs"), 10);
  std::erase_if(checkpoint.tensors,
                [](const Tensor& t) { return t.name.ends_with("num_batches_tracked"); });
  checkpoint.tensors.push_back({"network.0.total_ops", DType::F64, {1}, {}});
  EXPECT_TRUE(recogniseArchitecture(checkpoint));
}

TEST(Recognition, SaysWhatIsMissing) {
  auto checkpoint = checkpointOf(architecture("xs"), 10);
  std::erase_if(checkpoint.tensors, [](const Tensor& t) { return t.name == "mlp_head.0.bias"; });
  const auto found = recogniseArchitecture(checkpoint);
  ASSERT_FALSE(found);
  EXPECT_TRUE(contains(found.error().sentence, "model.pth")) << found.error().sentence;
  EXPECT_TRUE(contains(found.error().sentence, "FilterViT xs")) << found.error().sentence;
  EXPECT_TRUE(contains(found.error().sentence, "missing: mlp_head.0.bias"));
}

TEST(Recognition, SaysWhichShapeIsWrong) {
  auto checkpoint = checkpointOf(architecture("s"), 10);
  checkpoint.tensors.front().shape = {64, 3, 5, 5};
  const auto found = recogniseArchitecture(checkpoint);
  ASSERT_FALSE(found);
  EXPECT_TRUE(contains(found.error().sentence,
                       "first_conv.0.layer1.0.weight [64, 3, 5, 5] instead of [128, 3, 5, 5]"))
      << found.error().sentence;
}

TEST(Recognition, NamesTheFirstTensorsOfAnotherModel) {
  Checkpoint checkpoint;
  checkpoint.path = "resnet.pth";
  for (const char* name : {"conv1.weight", "bn1.weight", "bn1.bias", "fc.weight", "fc.bias"}) {
    checkpoint.tensors.push_back({name, DType::F32, {4}, {}});
  }
  const auto found = recogniseArchitecture(checkpoint);
  ASSERT_FALSE(found);
  const auto& sentence = found.error().sentence;
  EXPECT_TRUE(contains(sentence, "conv1.weight, bn1.weight, bn1.bias and 2 more")) << sentence;
  EXPECT_TRUE(contains(sentence, "first_conv.0.layer1.0.weight")) << sentence;
}

/// Centres of cells as pixel indices: step * r + 2, by map size (filtervit's strides at an input of
/// 224).
TEST(Geometry, EveryMapOfEveryNetworkLiesWhereItsConvolutionsPutIt) {
  const std::map<int, int> stepOfSize = {{110, 2}, {55, 4}, {28, 8}, {14, 16},
                                         {7, 32},  {4, 64}, {2, 128}};
  for (const auto& a : architectures()) {
    const auto maps = stageGeometries(a, 224, 224);
    ASSERT_TRUE(maps) << maps.error().sentence;
    ASSERT_EQ(maps->size(), a.stages.size());
    for (const auto& map : *maps) {
      ASSERT_TRUE(stepOfSize.contains(map.rows())) << a.id << " " << map.rows();
      EXPECT_EQ(map.rows(), map.cols());
      for (int r = 0; r < map.rows(); ++r) {
        EXPECT_EQ(map.y.centre(r), stepOfSize.at(map.rows()) * r + 2 + 0.5);
        EXPECT_EQ(map.x.centre(r), map.y.centre(r));
      }
    }
  }
}

TEST(Geometry, MapSizesAreThoseOfThePaper) {
  const std::map<std::string, std::vector<int>> expected = {
      {"xs", {110, 110, 110, 55, 55, 28, 28, 28, 14, 7, 4}},
      {"s2", {110, 110, 55, 55, 28, 14, 7, 7, 4, 4, 2}}};
  for (const auto& [id, sizes] : expected) {
    std::vector<int> found;
    const auto maps = stageGeometries(architecture(id), 224, 224);
    ASSERT_TRUE(maps);
    for (const auto& map : *maps) found.push_back(map.rows());
    EXPECT_EQ(found, sizes) << id;
  }
}

TEST(Geometry, OtherInputsOfXsArePooledTo110) {
  const auto maps = stageGeometries(architecture("xs"), 448, 320);
  ASSERT_TRUE(maps);
  const auto& pooled = (*maps)[2];
  EXPECT_EQ(pooled.rows(), 110);
  EXPECT_EQ(pooled.cols(), 110);
  EXPECT_NEAR(pooled.y.centre(109) - pooled.y.centre(0), 109 * 2 * 222.0 / 110, 4.0);
  EXPECT_LT(pooled.x.centre(109), 320);
}

TEST(Geometry, SizesThatANetworkCannotTakeGetASentence) {
  const auto fixed = stageGeometries(architecture("s"), 256, 256);
  ASSERT_FALSE(fixed);
  EXPECT_TRUE(contains(fixed.error().sentence, "224x224")) << fixed.error().sentence;
  EXPECT_FALSE(stageGeometries(architecture("xs"), 4, 224));
}

TEST(Geometry, CompactNetworksTakeWhatTheirBlocksCanSelectFrom) {
  const auto& compact = architecture("compact");
  for (const int size : {64, 96, 128, 144, 224}) EXPECT_TRUE(stageGeometries(compact, size, size));
  const auto small = stageGeometries(compact, 32, 32);
  ASSERT_FALSE(small);
  EXPECT_TRUE(contains(small.error().sentence, "selects 64 cells")) << small.error().sentence;
  const auto large = stageGeometries(compact, 256, 256);
  ASSERT_FALSE(large);
  EXPECT_TRUE(contains(large.error().sentence, "55x55 cells")) << large.error().sentence;
}

}  // namespace
}  // namespace filterlens::test
