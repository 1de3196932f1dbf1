// Interventions: which cells are selected, how they are written down, and what the network computes
// under them, beside the plain network and a run from the input.
#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "core/explain/explainer.h"
#include "core/model/intervention_text.h"
#include "core/model/token_draw.h"
#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 10;
constexpr const char* kFilter = "leaky_att_network.3";  // of xs: 28 x 28 cells, K = 128

InputTensor formulaInput(std::uint64_t seed = 9) {
  return {224, 224, splitmixValues(seed, std::size_t{3} * 224 * 224)};
}

std::shared_ptr<const Model> model(std::string_view id) {
  return formulaModel(*findArchitecture(id), kClasses, 3);
}

Trace runWith(const Model& m, const Interventions& interventions, bool record = true) {
  RunOptions options;
  options.seed = 5;
  options.record = record;
  options.interventions = interventions;
  auto trace = m.run(formulaInput(), options);
  if (!trace) throw std::runtime_error(trace.error().sentence);
  return std::move(*trace);
}

const LayerTrace& layerOf(const Trace& trace, std::string_view name) {
  return trace.layers.at(static_cast<std::size_t>(trace.findLayer(name)));
}

std::vector<float> copyOf(const FloatArray& array) {
  return {array.span().begin(), array.span().end()};
}

std::set<int> setOf(const std::vector<int>& cells) { return {cells.begin(), cells.end()}; }

bool selects(const LayerTrace& layer) { return !layer.selection.empty(); }

// ---- the choice of cells

TEST(SelectCells, TakesTheFirstKInTheGivenOrder) {
  const std::vector<int> order{3, 0, 4, 1, 2};
  EXPECT_EQ(selectCells({}, 2, order), (std::vector<int>{3, 0}));
  EXPECT_EQ(selectCells({.k = 4}, 2, order), (std::vector<int>{3, 0, 4, 1}));
  EXPECT_EQ(selectCells({.k = 5}, 2, order), order);
}

TEST(SelectCells, TakesForcedCellsFirstAndKeepsTheOrder) {
  const std::vector<int> order{3, 0, 4, 1, 2};
  EXPECT_EQ(selectCells({.forcedIn = {2}}, 2, order), (std::vector<int>{3, 2}));
  EXPECT_EQ(selectCells({.forcedOut = {3, 4}}, 2, order), (std::vector<int>{0, 1}));
  EXPECT_EQ(selectCells({.k = 3, .forcedIn = {1, 2}, .forcedOut = {3}}, 1, order),
            (std::vector<int>{0, 1, 2}));
}

TEST(SelectCells, GrowsAndShrinksWhereForcedCellsLeaveNoChoice) {
  const std::vector<int> order{3, 0, 4, 1, 2};
  EXPECT_EQ(selectCells({.forcedIn = {0, 1, 2}}, 2, order), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(selectCells({.forcedOut = {0, 1, 2}}, 4, order), (std::vector<int>{3, 4}));
}

// ---- the text form

TEST(InterventionText, IsReadAsItIsWritten) {
  const Intervention all{.k = 64,
                         .forcedIn = {1, 2, 3, 9},
                         .forcedOut = {700, 701},
                         .randomSeed = 18446744073709551615U,
                         .attentionOff = true};
  EXPECT_EQ(settingsText(all),
            "k=64,in=1-3+9,out=700-701,random=18446744073709551615,attention=off");
  EXPECT_EQ(settingsText({}), "");
  Interventions read;
  ASSERT_TRUE(addIntervention("network.0:attention=off", read));
  ASSERT_TRUE(addIntervention("a.1:" + settingsText(all), read));
  EXPECT_EQ(read, (Interventions{{"a.1", all}, {"network.0", {.attentionOff = true}}}));
}

TEST(InterventionText, SettingsOfOneLayerAddUp) {
  Interventions read;
  ASSERT_TRUE(addIntervention("a.1:k=3,in=4", read));
  ASSERT_TRUE(addIntervention("a.1:in=6,random=0", read));
  EXPECT_EQ(read.at("a.1"), (Intervention{.k = 3, .forcedIn = {4, 6}, .randomSeed = 0}));
}

TEST(InterventionText, SaysWhatIsWrong) {
  for (const auto& [text, part] : std::map<std::string, std::string>{
           {"k=64", "LAYER:SETTING"},
           {":k=64", "LAYER:SETTING"},
           {"a.1:", "no intervention"},
           {"a.1:size=3", "k=N, in=CELLS, out=CELLS, random=SEED, attention=off"},
           {"a.1:k", "\"k\" is no intervention"},
           {"a.1:k=many", "\"k=many\" should be k=N"},
           {"a.1:k=3x", "should be k=N"},
           {"a.1:in=5-3", "should be in=CELLS"},
           {"a.1:in=-3", "should be in=CELLS"},
           {"a.1:in=0-99999999", "should be in=CELLS"},
           {"a.1:random=-1", "should be random=SEED"},
           {"a.1:attention=on", "should be attention=off"}}) {
    Interventions read;
    const auto added = addIntervention(text, read);
    ASSERT_FALSE(added) << text;
    EXPECT_NE(added.error().sentence.find(part), std::string::npos)
        << text << ": " << added.error().sentence;
  }
}

// ---- in the network

TEST(Intervention, KAtItsOwnValueChangesNothing) {
  for (const auto& a : architectures()) {
    const auto m = formulaModel(a, kClasses, 3);
    const auto own = runWith(*m, {});
    Interventions same;
    for (const auto& layer : own.layers) {
      if (selects(layer)) same[layer.name].k = layer.stage->k;
    }
    const auto other = runWith(*m, same);
    EXPECT_EQ(own.logits, other.logits) << a.id;
    for (const auto& layer : own.layers) {
      EXPECT_EQ(layer.selection, layerOf(other, layer.name).selection);
    }
  }
}

TEST(Intervention, KTakesMoreOrFewerByImportance) {
  const auto m = model("xs");
  const auto all = runWith(*m, {{kFilter, {.k = 784}}});
  const auto& order = layerOf(all, kFilter).selection;
  ASSERT_EQ(order.size(), 784U);
  EXPECT_EQ(layerOf(all, kFilter).attention.front().tokens, 784);
  for (const int k : {1, 100, 128, 500}) {
    const auto trace = runWith(*m, {{kFilter, {.k = k}}});
    EXPECT_EQ(layerOf(trace, kFilter).selection,
              std::vector<int>(order.begin(), order.begin() + k));
    EXPECT_EQ(trace.interventions.at(kFilter).k, k);
  }
  EXPECT_TRUE(runWith(*m, {{kFilter, {}}}).interventions.empty());
}

TEST(Intervention, ForcedCellsAreInAndOut) {
  const auto m = model("xs");
  const auto own = setOf(layerOf(runWith(*m, {}), kFilter).selection);
  std::set<int> in;
  for (int cell = 0; in.size() < 20; cell += 3) {
    if (!own.contains(cell)) in.insert(cell);
  }
  const std::set<int> out(own.begin(), std::next(own.begin(), 30));
  const auto trace = runWith(*m, {{kFilter, {.forcedIn = in, .forcedOut = out}}});
  const auto selection = setOf(layerOf(trace, kFilter).selection);
  EXPECT_EQ(selection.size(), own.size());
  EXPECT_TRUE(std::includes(selection.begin(), selection.end(), in.begin(), in.end()));
  for (const int cell : out) EXPECT_FALSE(selection.contains(cell));
  // By rank, whatever forced a cell in.
  const auto& importance = layerOf(trace, kFilter).importance.values;
  const auto& ranks = layerOf(trace, kFilter).selection;
  EXPECT_TRUE(std::is_sorted(ranks.begin(), ranks.end(), [&](int a, int b) {
    return importance[static_cast<std::size_t>(a)] > importance[static_cast<std::size_t>(b)];
  }));
}

TEST(Intervention, RandomCellsAreDrawnAsADropoutVitDraws) {
  const auto trace = runWith(*model("xs"), {{kFilter, {.randomSeed = 17}}});
  EXPECT_EQ(layerOf(trace, kFilter).selection, drawTokens(17, kFilter, 784, 128));
  // A DropoutViT's own draw, and the same with another seed, K and a cell forced out.
  const auto dropout = model("dropout-xs");
  EXPECT_EQ(layerOf(runWith(*dropout, {{kFilter, {.k = 300}}}), kFilter).selection,
            drawTokens(5, kFilter, 784, 300));
  const auto drawn = drawTokens(17, kFilter, 784, 101);
  const std::vector<int> rest(drawn.begin() + 1, drawn.end());
  const Intervention change{.k = 100, .forcedOut = {drawn.front()}, .randomSeed = 17};
  EXPECT_EQ(layerOf(runWith(*dropout, {{kFilter, change}}), kFilter).selection, rest);
}

TEST(Intervention, AGivenSelectionStandsWhateverIsAskedOfTheChoice) {
  const auto m = model("xs");
  RunOptions options;
  options.selections[kFilter] = {7, 1};
  options.interventions[kFilter] = {.k = 20, .randomSeed = 1, .attentionOff = true};
  const auto trace = m->run(formulaInput(), options);
  ASSERT_TRUE(trace);
  EXPECT_EQ(layerOf(*trace, kFilter).selection, (std::vector<int>{7, 1}));
  EXPECT_TRUE(layerOf(*trace, kFilter).attentionOff);
}

TEST(Intervention, AttentionOffIsThePlainNetworkWithoutThatEncoder) {
  const torch::NoGradGuard noGrad;
  for (const auto& a : architectures()) {
    const auto m = formulaModel(a, kClasses, 3);
    const auto own = runWith(*m, {});
    for (const auto& layer : own.layers) {
      const auto trace = runWith(*m, {{layer.name, {.attentionOff = true}}});
      const auto& changed = layerOf(trace, layer.name);
      EXPECT_TRUE(changed.attentionOff && changed.attention.empty());
      EXPECT_EQ(changed.selection, layer.selection) << "the choice is made, though nothing attends";
      EXPECT_NE(trace.logits, own.logits);

      std::map<std::string, torch::Tensor> selections;
      for (const auto& selecting : trace.layers) {
        if (!selects(selecting)) continue;
        selections[selecting.name] = torch::tensor(
            std::vector<std::int64_t>(selecting.selection.begin(), selecting.selection.end()));
      }
      PlainMode mode;
      mode.withoutEncoder = {layer.name};
      const PlainNetwork plain(a, formulaTensors(a, kClasses, 3), mode);
      const auto expected = plain.forward(asTensor(formulaInput()), selections);
      EXPECT_LE((expected - torch::tensor(trace.logits)).abs().max().item<float>(), 1e-5F)
          << a.id << " " << layer.name;
    }
  }
}

TEST(Intervention, TreatsEachPhotoOfABatchByItsOwnImportance) {
  const torch::NoGradGuard noGrad;
  const auto& a = *findArchitecture("xs");
  const auto network = unfoldedNetwork(a, kClasses, 3);
  network->prepareForViewing();
  const auto logitsOf = [&](const torch::Tensor& x) {
    RunContext context;
    context.interventions = {{kFilter, {.k = 60, .forcedIn = {0}}},
                             {"leaky_att_network.1", {.randomSeed = 4}},
                             {"network.0", {.attentionOff = true}}};
    return network->forward(x, context);
  };
  const auto first = asTensor(formulaInput(1));
  const auto second = asTensor(formulaInput(2));
  const auto together = logitsOf(torch::cat({first, second}));
  const auto apart = torch::cat({logitsOf(first), logitsOf(second)});
  EXPECT_LE((together - apart).abs().max().item<float>(), 1e-5F);
  EXPECT_GT((apart[0] - apart[1]).abs().max().item<float>(), 1e-4F);
}

TEST(Intervention, IsTheSameOnOneThreadAndTwo) {
  const auto m = model("xs");
  const Interventions change{{kFilter, {.k = 500, .forcedIn = {3, 700}, .forcedOut = {5}}},
                             {"leaky_att_network.2", {.attentionOff = true}}};
  const int before = torch::get_num_threads();
  torch::set_num_threads(1);
  const auto one = runWith(*m, change);
  torch::set_num_threads(2);
  const auto two = runWith(*m, change);
  torch::set_num_threads(before);
  EXPECT_EQ(layerOf(one, kFilter).selection, layerOf(two, kFilter).selection);
  EXPECT_LE(largestDifference(one.logits, two.logits), 1e-6F);
}

TEST(Intervention, SaysWhatIsWrongWithIt) {
  const auto m = model("xs");
  for (const auto& [text, part] : std::map<std::string, std::string>{
           {"network.9:attention=off", "FilterViT xs has no layer network.9"},
           {"first_conv.0:attention=off", "its layers are leaky_att_network.0"},
           {"network.0:k=3", "network.0 selects no tokens"},
           {"leaky_att_network.3:k=785", "1 to 784"},
           {"leaky_att_network.3:k=0", "1 to 784"},
           {"leaky_att_network.3:in=784", "no cell 784; its cells are 0 to 783"},
           {"leaky_att_network.3:in=4,out=4", "in and out at once"},
           {"leaky_att_network.3:out=0-783", "at least one must stay"}}) {
    RunOptions options;
    ASSERT_TRUE(addIntervention(text, options.interventions));
    const auto trace = m->run(formulaInput(), options);
    ASSERT_FALSE(trace) << text;
    EXPECT_NE(trace.error().sentence.find(part), std::string::npos) << trace.error().sentence;
  }
}

// ---- explanations of a changed network

TEST(Intervention, MethodsExplainTheChangedNetwork) {
  for (const auto& a : architectures()) {
    const auto m = formulaModel(a, kClasses, 3);
    Interventions off;
    for (const auto& stage : a.stages) {
      if (stage.isLayer()) off[std::string(stage.module)].attentionOff = true;
    }
    const auto trace = runWith(*m, off);
    const int last = static_cast<int>(trace.layers.size()) - 1;
    EXPECT_FALSE(findExplainer("attention_received")->appliesTo(trace, last));
    const auto rollout = explain(*findExplainer("rollout"), trace, kInputLayer);
    ASSERT_TRUE(rollout) << a.id << ": " << rollout.error().sentence;
    // Without attention only convolutions and poolings mix: the null rollout says the same but for
    // their weights, and both hand on the whole relevance.
    const double sum =
        std::accumulate(rollout->values.values.begin(), rollout->values.values.end(), 0.0);
    EXPECT_NEAR(sum, 1, 1e-4) << a.id;
    const auto relevance = m->relevance(trace, {});
    ASSERT_TRUE(relevance) << a.id << ": " << relevance.error().sentence;
    const auto top = static_cast<std::size_t>(trace.targetClass);
    EXPECT_NEAR((*relevance)->start, trace.logits[top], 1e-4) << a.id;
    EXPECT_LE((*relevance)->conservationError((*relevance)->input), 1e-3) << a.id;
  }
}

TEST(Intervention, RolloutPassesSwitchedOffAttentionUnchanged) {
  const auto m = model("xs");
  const auto trace = runWith(*m, {{kFilter, {.attentionOff = true}}});
  auto bare = trace;  // as if the layer's cells had been convolved alone
  const auto layer = trace.findLayer(kFilter);
  const auto attends = [&](const MixingStep& step) {
    return step.layer == layer && std::holds_alternative<AttentionMixing>(step.how);
  };
  EXPECT_TRUE(std::none_of(trace.mixing.begin(), trace.mixing.end(), attends));
  EXPECT_TRUE(explain(*findExplainer("rollout"), trace, layer - 1));
}

// ---- running again from the change on

void expectSame(const MixingStep& a, const MixingStep& b) {
  EXPECT_EQ(a.layer, b.layer);
  ASSERT_EQ(a.how.index(), b.how.index());
  const auto* left = std::get_if<ConvolutionMixing>(&a.how);
  const auto* right = std::get_if<ConvolutionMixing>(&b.how);
  if (!left) return;
  EXPECT_EQ(left->weight, right->weight);
  EXPECT_EQ(left->activity.values, right->activity.values);
}

/// To the bit.
void expectSameRecord(const Trace& a, const Trace& b) {
  EXPECT_EQ(a.logits, b.logits);
  EXPECT_EQ(a.targetClass, b.targetClass);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.interventions, b.interventions);
  EXPECT_EQ(copyOf(a.inputGradient), copyOf(b.inputGradient));
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t i = 0; i < a.layers.size(); ++i) {
    const auto& left = a.layers[i];
    const auto& right = b.layers[i];
    EXPECT_EQ(left.name, right.name);
    EXPECT_EQ(left.attentionOff, right.attentionOff);
    EXPECT_EQ(left.response.values, right.response.values);
    EXPECT_EQ(left.importance.values, right.importance.values);
    EXPECT_EQ(left.selection, right.selection);
    EXPECT_EQ(copyOf(left.output), copyOf(right.output)) << left.name;
    EXPECT_EQ(copyOf(left.gradient), copyOf(right.gradient)) << left.name;
    ASSERT_EQ(left.attention.size(), right.attention.size());
    for (std::size_t e = 0; e < left.attention.size(); ++e) {
      EXPECT_EQ(copyOf(left.attention[e].weights), copyOf(right.attention[e].weights));
    }
  }
  ASSERT_EQ(a.mixing.size(), b.mixing.size());
  for (std::size_t i = 0; i < a.mixing.size(); ++i) expectSame(a.mixing[i], b.mixing[i]);
}

/// Every map that the registry computes from a record alone.
void expectSameMaps(const Trace& a, const Trace& b, bool onDemandToo) {
  for (const auto& method : explainers()) {
    if (method.runsNetwork() || !(method.byDefault || onDemandToo)) continue;
    for (int layer = kInputLayer; layer < static_cast<int>(a.layers.size()); ++layer) {
      ASSERT_EQ(method.appliesTo(a, layer), method.appliesTo(b, layer)) << method.id;
      if (!method.appliesTo(a, layer)) continue;
      const auto left = explain(method, a, layer);
      const auto right = explain(method, b, layer);
      ASSERT_EQ(left.ok(), right.ok()) << method.id;
      if (!left) continue;
      const auto& values = left->values.values;
      EXPECT_TRUE(std::equal(values.begin(), values.end(), right->values.values.begin(),
                             right->values.values.end(),
                             [](float x, float y) { return x == y || (x != x && y != y); }))
          << method.id << " at layer " << layer;
    }
  }
}

/// What can be changed in a layer.
std::vector<Intervention> changesOf(const LayerTrace& layer) {
  std::vector<Intervention> changes{{.attentionOff = true}};
  if (selects(layer)) {
    changes.push_back({.k = layer.stage->k / 2, .forcedIn = {0}, .forcedOut = {1}});
  }
  return changes;
}

class Rerun : public testing::TestWithParam<std::string> {
 protected:
  const Architecture& architecture() { return *findArchitecture(GetParam()); }
};

TEST_P(Rerun, IsTheRunFromTheInputToTheBit) {
  const auto m = formulaModel(architecture(), kClasses, 3);
  RunOptions options;
  options.seed = 5;
  options.inputGradient = true;
  const auto before = m->run(formulaInput(), options);
  ASSERT_TRUE(before);
  const std::size_t last = before->layers.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const auto& layer = before->layers[i];
    for (const auto& change : changesOf(layer)) {
      options.interventions = {{layer.name, change}};
      const auto whole = m->run(formulaInput(), options);
      const auto again = m->rerun(*before, options);
      ASSERT_TRUE(whole && again) << layer.name;
      expectSameRecord(*whole, *again);
      // Maps are functions of the record: the ends are enough.
      if (i == 0 || i == last) expectSameMaps(*whole, *again, i == last);
      if (HasFailure()) FAIL() << "at " << layer.name << " " << settingsText(change);
    }
  }
}

TEST_P(Rerun, FromOneChangedRunToAnotherAndBack) {
  const auto m = formulaModel(architecture(), kClasses, 3);
  const auto own = m->run(formulaInput(), {});
  ASSERT_TRUE(own);
  const auto& first = own->layers.front().name;
  const auto& last = own->layers.back().name;
  RunOptions both;
  both.interventions = {{first, {.attentionOff = true}}, {last, {.attentionOff = true}}};
  const auto changed = m->rerun(*own, both);
  ASSERT_TRUE(changed) << changed.error().sentence;
  RunOptions one;
  one.interventions = {{first, {.attentionOff = true}}};
  const auto lastBack = m->rerun(*changed, one);
  ASSERT_TRUE(lastBack);
  expectSameRecord(*m->run(formulaInput(), one), *lastBack);
  const auto back = m->rerun(*lastBack, {});
  ASSERT_TRUE(back);
  expectSameRecord(*own, *back);
}

std::vector<std::string> architectureIds() {
  std::vector<std::string> ids;
  for (const auto& a : architectures()) ids.emplace_back(a.id);
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Networks, Rerun, testing::ValuesIn(architectureIds()),
                         [](const auto& network) {
                           auto text = network.param;
                           std::replace(text.begin(), text.end(), '-', '_');
                           return text;
                         });

TEST(RerunFrom, AnotherSeedRunsADropoutVitFromItsFirstDraw) {
  const auto m = model("dropout-xs");
  const auto before = runWith(*m, {});
  RunOptions options;
  options.seed = 6;
  const auto again = m->rerun(before, options);
  ASSERT_TRUE(again);
  expectSameRecord(*m->run(formulaInput(), options), *again);
  EXPECT_NE(again->logits, before.logits);
}

TEST(RerunFrom, NothingChangedFollowsAnotherTarget) {
  const auto m = model("xxs");
  const auto before = runWith(*m, {});
  RunOptions options;
  options.seed = 5;
  options.targetClass = 4;
  const auto again = m->rerun(before, options);
  ASSERT_TRUE(again);
  expectSameRecord(*m->followTarget(before, 4), *again);
}

TEST(RerunFrom, LeavesEarlierGradientsToFollowTarget) {
  const auto m = model("xs");
  const auto before = runWith(*m, {});
  RunOptions options;
  options.seed = 5;
  options.interventions[kFilter].k = 20;
  const auto whole = m->rerun(before, options);
  const auto part = m->rerun(before, options, FollowBack::ToFirstChange);
  ASSERT_TRUE(whole && part);
  const auto changed = static_cast<std::size_t>(before.findLayer(kFilter));
  for (std::size_t i = 0; i < part->layers.size(); ++i) {
    if (i < changed) {
      EXPECT_TRUE(part->layers[i].gradient.empty());
    } else {
      EXPECT_EQ(copyOf(part->layers[i].gradient), copyOf(whole->layers[i].gradient));
    }
  }
  const auto completed = m->followTarget(*part, part->targetClass);
  ASSERT_TRUE(completed);
  expectSameRecord(*whole, *completed);
}

TEST(RerunFrom, MakesTheInputsGradientWhereTheRunBeforeHadNone) {
  const auto m = model("xxs");
  const auto before = runWith(*m, {});
  RunOptions options;
  options.seed = 5;
  options.inputGradient = true;
  const auto again = m->rerun(before, options);
  ASSERT_TRUE(again);
  expectSameRecord(*m->run(formulaInput(), options), *again);
}

TEST(RerunFrom, GivesLogitsAloneWithoutRecording) {
  const auto m = model("s2");
  const auto before = runWith(*m, {});
  RunOptions options;
  options.seed = 5;
  options.record = false;
  options.interventions["network.0"].attentionOff = true;
  const auto bare = m->rerun(before, options);
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->layers.empty() && bare->mixing.empty() && !bare->graph);
  EXPECT_EQ(bare->targetClass, -1);
  EXPECT_LE(largestDifference(bare->logits, m->run(formulaInput(), options)->logits), 0.0F);
  EXPECT_FALSE(m->rerun(*bare, options)) << "nothing was kept to start from";
}

TEST(RerunFrom, LeavesTheRunBeforeAsItWas) {
  const auto m = model("xs");
  const auto before = runWith(*m, {});
  const auto same = runWith(*m, {});
  RunOptions options;
  options.seed = 5;
  options.interventions[kFilter].attentionOff = true;
  ASSERT_TRUE(m->rerun(before, options));
  expectSameRecord(same, before);
  const auto target = m->followTarget(before, 3);
  ASSERT_TRUE(target);
  expectSameRecord(*m->followTarget(same, 3), *target);
}

}  // namespace
}  // namespace filterlens::test
