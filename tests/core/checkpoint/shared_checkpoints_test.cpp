// Full-size checkpoints of the networks, where a development machine has them: NAME-seedN-….pth.
#include <gtest/gtest.h>

#include "core/checkpoint/checkpoint.h"
#include "core/model/architecture.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

void expectFormulaWeights(const Checkpoint& checkpoint, const Architecture& architecture,
                          std::uint64_t seed) {
  const auto recognised = recogniseArchitecture(checkpoint);
  ASSERT_TRUE(recognised) << recognised.error().sentence;
  EXPECT_EQ(recognised->architecture, &architecture);
  EXPECT_EQ(recognised->classes, 100);
  const auto expected = formulaWeights(architecture, 100, seed);
  ASSERT_EQ(checkpoint.tensors.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Tensor& tensor = checkpoint.tensors[i];
    EXPECT_EQ(tensor.name, expected[i].name);
    EXPECT_EQ(tensor.shape, expected[i].shape) << tensor.name;
    EXPECT_EQ(tensor.dtype, expected[i].dtype) << tensor.name;
    // Integers count batches, which no formula gives.
    if (!isFloat(tensor.dtype)) continue;
    EXPECT_EQ(tensor.data, expected[i].data) << tensor.name;
  }
}

TEST(SharedCheckpoints, HoldTheWeightsOfTheFormula) {
  const std::filesystem::path folder = FILTERLENS_SHARED "/checkpoints";
  if (!std::filesystem::exists(folder)) return;
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string fileName = file.path().filename().string();
    SCOPED_TRACE(fileName);
    const auto dash = fileName.find("-seed");
    ASSERT_NE(dash, std::string::npos);
    const Architecture* architecture = findArchitecture(fileName.substr(0, dash));
    ASSERT_NE(architecture, nullptr);
    const auto read = readCheckpoint(file.path());
    ASSERT_TRUE(read) << read.error().sentence;
    expectFormulaWeights(*read, *architecture, std::stoull(fileName.substr(dash + 5)));
    EXPECT_TRUE(nonFiniteTensors(*read).empty());
    ++files;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace filterlens::test
