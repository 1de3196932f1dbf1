// A batch is its inputs one by one.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "core/model/token_draw.h"
#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr float kBatchTolerance = 1e-5F;
constexpr float kPlainGradientTolerance = 1e-4F;  // of the peak
constexpr int kOnKinks = 3;                       // of 27 runs at most
constexpr double kKink = 2e-7;  // nearer to zero, rounding decides on a rectifier's side

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

// ---- what-ifs: a batch under an intervention is its inputs one by one, and what the plain network
// computes with the cells that the words of Intervention ask for

using Cells = std::vector<std::int64_t>;

/// The first K of all cells in `order`, once those forced in were moved to the front and those
/// forced out were taken away.
Cells cellsUnder(const Intervention& change, int own, std::vector<int> order) {
  std::erase_if(order, [&](int cell) { return change.forcedOut.contains(cell); });
  std::stable_partition(order.begin(), order.end(),
                        [&](int cell) { return change.forcedIn.contains(cell); });
  order.resize(std::max(static_cast<std::size_t>(change.k.value_or(own)), change.forcedIn.size()));
  return {order.begin(), order.end()};
}

/// All cells of a layer as it would take them: by importance, or as they are drawn.
std::vector<int> orderOf(const LayerTrace& layer, const Intervention& change, std::uint64_t seed) {
  const int cells = layer.inputGeometry.rows() * layer.inputGeometry.cols();
  const bool drawn = change.randomSeed || layer.importance.empty();
  if (drawn) return drawTokens(change.randomSeed.value_or(seed), layer.name, cells, cells);
  std::vector<int> order(static_cast<std::size_t>(cells));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return layer.importance.values[static_cast<std::size_t>(a)] >
           layer.importance.values[static_cast<std::size_t>(b)];
  });
  return order;
}

struct PlainAnswer {
  std::vector<float> logits;
  std::vector<float> gradient;
  bool onKink = false;  ///< a rectifier's input is zero but for rounding: its slope is anyone's
};

/// In double. alone: of the same input, for the masks that it recorded.
PlainAnswer plainAnswer(const Architecture& a, const InputTensor& input, const Trace& alone,
                        const RunOptions& options) {
  PlainAnswer answer;
  PlainMode mode;
  mode.rectify = [&](const std::string&, const torch::Tensor& z, double leak) {
    answer.onKink |= z.abs().min().item<double>() < kKink;
    return torch::leaky_relu(z, leak);
  };
  std::map<std::string, torch::Tensor> selections;
  for (const auto& layer : alone.layers) {
    const auto& change = interventionIn(options.interventions, layer.name);
    if (change.attentionOff) mode.withoutEncoder.insert(layer.name);
    if (layer.selection.empty()) continue;
    selections[layer.name] =
        torch::tensor(cellsUnder(change, layer.stage->k, orderOf(layer, change, options.seed)));
  }
  const auto weights = inDouble(formulaTensors(a, 10, 3));
  const auto x = asTensor(input).to(torch::kDouble).requires_grad_();
  const auto logits = PlainNetwork(a, weights, mode).forward(x, selections)[0];
  const auto gradient = torch::autograd::grad({logits[*options.targetClass]}, {x})[0];
  answer.logits = floatsOf(logits);
  answer.gradient = floatsOf(gradient);
  return answer;
}

/// One of each kind, and all of them at once. first: of the unchanged network.
std::map<std::string, Interventions> changesOf(const Trace& first) {
  std::vector<const LayerTrace*> selecting;
  for (const auto& layer : first.layers) {
    if (!layer.selection.empty()) selecting.push_back(&layer);
  }
  const auto& own = selecting.front()->selection;
  std::set<int> in;
  for (int cell = 0; in.size() < 9; ++cell) {
    if (std::find(own.begin(), own.end(), cell) == own.end()) in.insert(cell);
  }
  const std::set<int> out(own.begin(), own.begin() + 12);
  const auto& one = selecting.front()->name;
  const auto& two = selecting.back()->name;
  return {{"fewer", {{one, {.k = 11}}}},
          {"more", {{two, {.k = selecting.back()->stage->k + 7}}}},
          {"forced in", {{one, {.forcedIn = in}}}},
          {"forced out", {{one, {.forcedOut = out}}}},
          {"random", {{two, {.randomSeed = 17}}}},
          {"selecting attention off", {{one, {.attentionOff = true}}}},
          {"first attention off", {{first.layers.front().name, {.attentionOff = true}}}},
          {"last attention off", {{first.layers.back().name, {.attentionOff = true}}}},
          {"all",
           {{one, {.k = 40, .forcedIn = in, .forcedOut = out, .randomSeed = 4}},
            {two, {.attentionOff = true}},
            {first.layers.back().name, {.attentionOff = true}}}}};
}

/// Gradients that could be compared are counted.
void expectBatchAsPlain(const Model& model, const std::vector<InputTensor>& inputs,
                        const RunOptions& options, int& compared) {
  const auto logits = model.logitsOf(inputs, options);
  const auto gradients = model.inputGradientsOf(inputs, options);
  ASSERT_TRUE(logits && gradients);
  ASSERT_EQ(logits->size(), inputs.size());
  ASSERT_EQ(gradients->size(), inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const auto alone = model.run(inputs[i], options);
    ASSERT_TRUE(alone) << alone.error().sentence;
    const auto plain = plainAnswer(*model.info().architecture, inputs[i], *alone, options);
    EXPECT_LE(largestDifference((*logits)[i], alone->logits), kBatchTolerance);
    EXPECT_LE(largestDifference((*logits)[i], plain.logits), kBatchTolerance);
    EXPECT_LE(largestDifference((*gradients)[i].logits, alone->logits), kBatchTolerance);
    if (plain.onKink) continue;
    ++compared;
    EXPECT_LE(largestDifference((*gradients)[i].values, plain.gradient),
              kPlainGradientTolerance * largestAbsolute(plain.gradient));
  }
}

void expectWhatIfsAsPlain(const char* id, int size, std::uint64_t seed) {
  const auto model = formulaModel(*findArchitecture(id), 10, 3);
  const auto inputs = inputsOf(3, size);
  RunOptions options;
  options.targetClass = 4;
  options.seed = seed;
  const auto first = model->run(inputs.front(), options);
  ASSERT_TRUE(first);
  const auto changes = changesOf(*first);
  int compared = 0;
  for (const auto& [kind, change] : changes) {
    SCOPED_TRACE(std::string(id) + ", seed " + std::to_string(seed) + ", " + kind);
    options.interventions = change;
    expectBatchAsPlain(*model, inputs, options, compared);
    const auto changed = model->logitsOf(inputs, options);
    ASSERT_TRUE(changed);
    EXPECT_GT(largestDifference(changed->front(), first->logits), 10 * kBatchTolerance)
        << "the change must show, or nothing is tested";
  }
  EXPECT_GE(compared, static_cast<int>(changes.size() * inputs.size()) - kOnKinks);
}

TEST(BatchesUnderWhatIf, AreTheirInputsOneByOneAndThePlainNetwork) {
  expectWhatIfsAsPlain("compact", 128, 0);
  expectWhatIfsAsPlain("xs", 112, 0);
}

TEST(BatchesUnderWhatIf, OfADropoutVitDrawWithTheRunsSeed) {
  for (const std::uint64_t seed : {8U, 9U}) expectWhatIfsAsPlain("dropout-compact", 128, seed);
  expectWhatIfsAsPlain("dropout-xs", 112, 8);
}

TEST(BatchesUnderWhatIf, ASelectionThatIsGivenStandsInEveryInput) {
  const auto model = formulaModel(*findArchitecture("compact"), 10, 3);
  const auto inputs = inputsOf(3, 128);
  RunOptions options;
  options.targetClass = 4;
  const auto second = model->run(inputs[1], options);
  ASSERT_TRUE(second);
  for (const auto& layer : second->layers) {
    if (layer.selection.empty()) continue;
    options.selections.emplace(layer.name, layer.selection);
    options.interventions[layer.name] = {.k = 5, .randomSeed = 3};
  }
  auto held = options;
  held.interventions.clear();
  const auto changed = model->logitsOf(inputs, options);
  const auto plain = model->logitsOf(inputs, held);
  ASSERT_TRUE(changed && plain);
  EXPECT_EQ(*changed, *plain);
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
