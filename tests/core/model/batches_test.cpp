// A batch is its inputs one by one.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {
namespace {

constexpr float kBatchTolerance = 1e-5F;

std::vector<InputTensor> inputsOf(int count, int size) {
  std::vector<InputTensor> inputs;
  for (int i = 0; i < count; ++i) {
    inputs.push_back({size, size,
                      splitmixValues(20 + static_cast<std::uint64_t>(i),
                                     std::size_t{3} * static_cast<std::size_t>(size) * size)});
  }
  return inputs;
}

void expectOneByOne(const char* id, int size, const RunOptions& options) {
  SCOPED_TRACE(id);
  const auto model = formulaModel(*findArchitecture(id), 10, 3);
  const auto inputs = inputsOf(3, size);
  const auto logits = model->logitsOf(inputs, options);
  ASSERT_TRUE(logits) << logits.error().sentence;
  const auto gradients = model->inputGradientsOf(inputs, options);
  ASSERT_TRUE(gradients) << gradients.error().sentence;
  ASSERT_EQ(logits->size(), inputs.size());
  ASSERT_EQ(gradients->size(), inputs.size());
  RunOptions alone = options;
  alone.inputGradient = true;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto trace = model->run(inputs[i], alone);
    ASSERT_TRUE(trace);
    EXPECT_LE(largestDifference((*logits)[i], trace->logits), kBatchTolerance);
    EXPECT_LE(largestDifference((*gradients)[i].logits, trace->logits), kBatchTolerance);
    const auto expected = trace->inputGradient.span();
    const std::vector<float> single(expected.begin(), expected.end());
    EXPECT_LE(largestDifference((*gradients)[i].values, single),
              kBatchTolerance * std::max(1e-6F, largestAbsolute(single)) + 1e-9F);
  }
}

TEST(Batches, AreTheirInputsOneByOne) {
  RunOptions options;
  options.targetClass = 4;
  options.seed = 8;
  expectOneByOne("compact", 128, options);
  expectOneByOne("dropout-compact", 128, options);
  expectOneByOne("xs", 112, options);
  expectOneByOne("s2", 224, options);
}

TEST(Batches, SelectAsEachInputAlone) {
  const auto& architecture = *findArchitecture("xs");
  const auto network = unfoldedNetwork(architecture, 10, 3);
  network->prepareForViewing();
  const auto model = formulaModel(architecture, 10, 3);
  const auto inputs = inputsOf(3, 224);
  // A selection that differed would change the logits by far more than rounding does: hold each
  // input's own, which must change nothing, and another's, which must.
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto trace = model->run(inputs[i], {});
    RunOptions held;
    for (const auto& layer : trace->layers) {
      if (!layer.selection.empty()) held.selections.emplace(layer.name, layer.selection);
    }
    const auto free = model->logitsOf(inputs, {});
    const auto own = model->logitsOf(inputs, held);
    ASSERT_TRUE(free && own);
    for (std::size_t j = 0; j < inputs.size(); ++j) {
      const float difference = largestDifference((*free)[j], (*own)[j]);
      if (i == j) {
        EXPECT_LE(difference, 1e-6F);
      } else {
        EXPECT_GT(difference, 1e-5F);
      }
    }
  }
}

TEST(Batches, FailuresAreSentences) {
  const auto model = formulaModel(*findArchitecture("compact"), 10, 3);
  auto inputs = inputsOf(2, 128);
  EXPECT_EQ(model->logitsOf({}, {}).error().sentence,
            "A batch without an input was given to the network.");
  EXPECT_EQ(model->inputGradientsOf(inputs, {}).error().sentence,
            "Gradients of a batch need a target class.");
  inputs.push_back(inputsOf(1, 96).front());
  EXPECT_EQ(model->logitsOf(inputs, {}).error().sentence,
            "The inputs of one batch must have one size.");
  inputs.pop_back();
  inputs[1].values[7] = std::nanf("");
  EXPECT_EQ(model->logitsOf(inputs, {}).error().sentence,
            "The input holds a NaN or an infinite value.");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(model->logitsOf(inputsOf(2, 128), {}, {stop.get_token(), {}}).error().cancelled);
}

}  // namespace
}  // namespace filterlens::test
