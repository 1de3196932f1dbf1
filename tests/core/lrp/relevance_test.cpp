// Relevance through whole networks, from the logit to the pixels.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "core/explain/explainer.h"
#include "relevance_oracle.h"
#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 10;
constexpr std::uint64_t kSeed = 5;

constexpr double kLogitError = 1e-6;
constexpr double kLostShare = 1e-3;  // of the logit, at every layer
// Shares of a map's peak. Single precision loses no relevance, but it hands some of it to other
// cells: the oracle, in double, differs by up to 2.8e-3. The forward pass's rounding, 1e-7 of a
// layer's values, is a large part of those outputs z that happen to be nearly zero, and R / stab(z)
// carries their relative error on. No one stage is to blame: with any of them in double the pass
// differs as far. An epsilon that keeps every denominator away from zero damps it, to 1.7e-4 at
// 1e-2.
constexpr double kOracleError = 5e-3;
constexpr double kOracleErrorDamped = 5e-4;  // epsilon 1e-2
// Another number of threads is another rounding: up to 5e-4.
constexpr double kThreadsError = 1e-3;

/// A network with formula weights, and what it recorded of noise.
struct RunCase : NoiseRun {
  RunCase(const char* id, int size) : NoiseRun(id, size, kClasses, kSeed, 3) {}

  [[nodiscard]] std::shared_ptr<const Relevance> relevance(const RelevanceOptions& options) const {
    const auto result = model->relevance(trace, options);
    if (!result) throw std::runtime_error(result.error().sentence);
    return *result;
  }
};

std::vector<const RelevanceMap*> mapsOf(const Relevance& relevance) {
  std::vector<const RelevanceMap*> maps;
  for (const auto& layer : relevance.layers) maps.push_back(&layer);
  maps.push_back(&relevance.input);
  return maps;
}

double peakOf(const std::vector<float>& values) { return largestAbsolute(values); }

void expectConserved(const Relevance& relevance) {
  ASSERT_NE(relevance.start, 0);
  for (const auto* map : mapsOf(relevance)) {
    EXPECT_LT(relevance.conservationError(*map), kLostShare) << map->layer;
    double sum = 0;
    for (const float v : map->values.values) sum += v;
    EXPECT_NEAR(sum, map->sum, kLostShare * std::abs(relevance.start)) << map->layer;
  }
  EXPECT_NE(relevance.input.absorbed.bias, 0);
  EXPECT_NE(relevance.input.absorbed.stabiliser, 0);
}

class EveryNetwork : public ::testing::TestWithParam<const char*> {};

TEST_P(EveryNetwork, RelevanceAndWhatWasAbsorbedSumToTheLogitAtEveryLayer) {
  const RunCase run(GetParam(), findArchitecture(GetParam())->defaultInputSize);
  const auto cp = run.relevance({});
  EXPECT_NEAR(cp->start, run.trace.logits[3], kLogitError);
  ASSERT_EQ(cp->layers.size(), run.trace.layers.size());
  expectConserved(*cp);
  EXPECT_EQ(cp->input.absorbed.softmax, 0);
  const auto attn = run.relevance({.composite = "epsilon", .throughSoftmax = true});
  expectConserved(*attn);
  EXPECT_NE(attn->input.absorbed.softmax, 0);
}

INSTANTIATE_TEST_SUITE_P(All, EveryNetwork,
                         ::testing::Values("xxs", "xs", "dropout-xs", "s", "s2", "compact"),
                         [](const auto& network) {
                           std::string name = network.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(RelevancePass, EveryCompositeConserves) {
  const RunCase run("compact", findArchitecture("compact")->defaultInputSize);
  for (const LrpComposite& composite : lrpComposites()) {
    SCOPED_TRACE(composite.name);
    expectConserved(*run.relevance({.composite = std::string(composite.name)}));
  }
}

void expectAsTheOracle(const RunCase& run, const RelevanceOptions& options,
                       double tolerance = kOracleError) {
  SCOPED_TRACE(std::string(run.architecture->id) + ", " + options.composite);
  const auto relevance = run.relevance(options);
  RelevanceOracle oracle(formulaTensors(*run.architecture, kClasses, kSeed), run.trace, options);
  const auto expected = oracle.maps(asTensor(run.input));
  const auto maps = mapsOf(*relevance);
  ASSERT_EQ(expected.size(), maps.size());
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto slow = floatsOf(expected[i]);
    EXPECT_GT(peakOf(slow), 0);
    EXPECT_LT(largestDifference(maps[i]->values.values, slow), tolerance * peakOf(slow))
        << maps[i]->layer;
  }
}

TEST(RelevancePass, AgreesWithGradientTimesInputOfALinearisedNetwork) {
  for (const char* id : {"xs", "dropout-xs", "compact"}) {
    const RunCase run(
        id, findArchitecture(id)->anyInputSize ? 64 : findArchitecture(id)->defaultInputSize);
    expectAsTheOracle(run, {.composite = "epsilon-gamma-box"});
    expectAsTheOracle(run, {.composite = "epsilon", .throughSoftmax = true});
    expectAsTheOracle(run, {.composite = "epsilon", .epsilon = 1e-2}, kOracleErrorDamped);
  }
}

TEST(RelevancePass, AgreesWithGradientTimesInputWhereAttentionIsReduced) {
  expectAsTheOracle(RunCase("s2", 224), {.composite = "epsilon-gamma-box"});
}

TEST(RelevancePass, ThreadsChangeNothing) {
  const RunCase run("xs", 96);
  const int before = torch::get_num_threads();
  torch::set_num_threads(1);
  const auto one = run.relevance({});
  torch::set_num_threads(2);
  // Another composite in between: the last result is kept.
  (void)run.relevance({.composite = "epsilon"});
  const auto two = run.relevance({});
  torch::set_num_threads(before);
  ASSERT_NE(one, two);
  for (std::size_t i = 0; i < mapsOf(*one).size(); ++i) {
    const auto& values = mapsOf(*one)[i]->values.values;
    EXPECT_LT(largestDifference(values, mapsOf(*two)[i]->values.values),
              kThreadsError * peakOf(values));
  }
}

TEST(RelevancePass, LeavesNothingBehind) {
  const RunCase run("xs", 96);
  const auto first = run.relevance({});
  EXPECT_EQ(run.relevance({}), first) << "the last result is kept";
  (void)run.relevance({.composite = "epsilon", .throughSoftmax = true});
  const auto again = run.relevance({});
  EXPECT_NE(again, first);
  EXPECT_EQ(again->input.values.values, first->input.values.values);
  EXPECT_EQ(again->input.absorbed.bias, first->input.absorbed.bias);
  const auto trace = run.model->run(run.input, {.targetClass = 3, .selections = {}});
  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->logits, run.trace.logits);
  EXPECT_EQ(
      largestDifference(
          {trace->layers[0].gradient.span().begin(), trace->layers[0].gradient.span().end()},
          {run.trace.layers[0].gradient.span().begin(), run.trace.layers[0].gradient.span().end()}),
      0);
}

TEST(RelevancePass, FollowsTheTargetOfTheTrace) {
  const RunCase run("xs", 96);
  const auto other = run.model->followTarget(run.trace, 7);
  ASSERT_TRUE(other);
  const auto relevance = run.model->relevance(*other, {});
  ASSERT_TRUE(relevance);
  EXPECT_EQ((*relevance)->targetClass, 7);
  EXPECT_NEAR((*relevance)->start, run.trace.logits[7], kLogitError);
  EXPECT_EQ(run.relevance({})->targetClass, 3);
}

TEST(RelevancePass, PixelsThatTheStemNeverReadsGetNothing) {
  const RunCase run("xs", 224);
  const auto& map = run.relevance({})->input.values;
  for (int i = 0; i < 224; ++i) {
    EXPECT_EQ(map.at(223, i), 0);
    EXPECT_EQ(map.at(i, 223), 0);
  }
}

TEST(RelevancePass, FailuresAreSentences) {
  const RunCase run("xs", 96);
  const auto sentence = [&](const RelevanceOptions& options) {
    return run.model->relevance(run.trace, options).error().sentence;
  };
  EXPECT_EQ(sentence({.composite = "magic"}).substr(0, 37),
            "There is no composite \"magic\"; there ");
  EXPECT_EQ(sentence({.composite = "epsilon", .epsilon = 0}),
            "The stabiliser epsilon must be a number above 0.");
  EXPECT_EQ(sentence({.composite = "epsilon", .gamma = std::nan("")}),
            "Gamma must be a number from 0 on.");
  EXPECT_EQ(sentence({.composite = "epsilon", .alpha = 0.5}), "Alpha must be a number from 1 on.");
  const auto bare =
      run.model->run(run.input, {.targetClass = {}, .selections = {}, .record = false});
  ASSERT_TRUE(bare);
  EXPECT_EQ(run.model->relevance(*bare, {}).error().sentence,
            "This run recorded nothing to propagate relevance through; run the network with "
            "recording on.");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run.model->relevance(run.trace, {}, {stop.get_token(), {}}).error().sentence,
            cancelledError().sentence);
}

TEST(LrpExplainer, ShowsTheRelevanceOfEveryLayerAndTheInput) {
  const RunCase run("xs", 96);
  const Explainer& lrp = *findExplainer("lrp");
  Parameters parameters;
  parameters.set("composite", "epsilon-plus");
  parameters.set("attention", "attnlrp");
  const auto relevance = run.relevance({.composite = "epsilon-plus", .throughSoftmax = true});
  for (int layer = kInputLayer; layer < static_cast<int>(run.trace.layers.size()); ++layer) {
    const auto map = explain(lrp, run.trace, layer, parameters);
    ASSERT_TRUE(map) << map.error().sentence;
    const auto& expected = layer == kInputLayer
                               ? relevance->input
                               : relevance->layers[static_cast<std::size_t>(layer)];
    EXPECT_EQ(map->values.values, expected.values.values);
    EXPECT_EQ(map->layer, expected.layer);
    EXPECT_EQ(map->scale, HeatmapScale::Diverging);
    EXPECT_EQ(map->targetClass, 3);
  }
}

}  // namespace
}  // namespace filterlens::test
