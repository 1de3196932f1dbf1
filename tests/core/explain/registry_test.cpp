// What holds for every method of the registry.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "core/explain/explainer.h"
#include "core/model/architecture.h"
#include "quadratic_model.h"
#include "toy_network.h"

namespace filterlens {
namespace {

constexpr int kPooled = 0;
constexpr int kFilter = 1;
constexpr int kDropout = 3;
constexpr int kFull = 4;

int layerCount(const Trace& trace) { return static_cast<int>(trace.layers.size()); }

bool isSentence(std::string_view text) { return text.size() > 20 && text.back() == '.'; }

TEST(Registry, IdsAreUniqueAndFitForFileNames) {
  std::set<std::string_view> ids;
  std::set<std::string_view> labels;
  for (const Explainer& explainer : explainers()) {
    EXPECT_TRUE(ids.insert(explainer.id).second) << explainer.id;
    EXPECT_TRUE(labels.insert(explainer.label).second) << explainer.label;
    EXPECT_EQ(explainer.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos)
        << explainer.id;
    EXPECT_EQ(findExplainer(explainer.id), &explainer);
  }
  EXPECT_EQ(findExplainer("gradient_of_everything"), nullptr);
}

TEST(Registry, EveryMethodExplainsItself) {
  for (const Explainer& explainer : explainers()) {
    EXPECT_FALSE(explainer.label.empty()) << explainer.id;
    EXPECT_TRUE(isSentence(explainer.help)) << explainer.id;
    EXPECT_TRUE(isSentence(explainer.limits)) << explainer.id;
    EXPECT_TRUE(isSentence(explainer.source)) << explainer.id;
    for (const ParameterSpec& parameter : explainer.parameters) {
      EXPECT_FALSE(parameter.id.empty()) << explainer.id;
      EXPECT_FALSE(parameter.label.empty()) << explainer.id << ' ' << parameter.id;
      EXPECT_TRUE(isSentence(parameter.help)) << explainer.id << ' ' << parameter.id;
      if (parameter.isChoice()) continue;
      EXPECT_LT(parameter.minimum, parameter.maximum) << explainer.id << ' ' << parameter.id;
      EXPECT_GE(parameter.fallback, parameter.minimum) << explainer.id << ' ' << parameter.id;
      EXPECT_LE(parameter.fallback, parameter.maximum) << explainer.id << ' ' << parameter.id;
    }
  }
}

TEST(Registry, EveryMethodHasAMapWhereItAppliesAndASentenceElsewhere) {
  const QuadraticModel model(0.1F);
  const auto& toy = model.toy;
  const Progress progress;
  const NetworkRuns runs{model, model.photo, toy->trace, progress};
  for (const Explainer& explainer : explainers()) {
    EXPECT_NE(explainer.compute == nullptr, explainer.computeByRuns == nullptr) << explainer.id;
    int maps = 0;
    for (int layer = kInputLayer; layer < layerCount(toy->trace); ++layer) {
      const auto map = explain(explainer, runs, layer);
      ASSERT_EQ(map.ok(), explainer.appliesTo(toy->trace, layer)) << explainer.id << ' ' << layer;
      if (!map) {
        EXPECT_TRUE(isSentence(map.error().sentence)) << map.error().sentence;
        continue;
      }
      ++maps;
      EXPECT_EQ(map->method, explainer.id);
      EXPECT_EQ(map->layer, layer == kInputLayer
                                ? "input"
                                : toy->trace.layers[static_cast<std::size_t>(layer)].name);
      EXPECT_EQ(map->values.rows, map->geometry.rows());
      EXPECT_EQ(map->values.cols, map->geometry.cols());
      EXPECT_EQ(map->parameters.numbers().size() + map->parameters.choices().size(),
                explainer.parameters.size());
      if (!explainer.classSpecific) {
        EXPECT_EQ(map->targetClass, -1) << explainer.id;
      }
    }
    EXPECT_GT(maps, 0) << explainer.id;
  }
}

TEST(Registry, EveryChoiceAndEveryEndOfARangeComputesOrSaysWhyNot) {
  const auto toy = ToyNetwork::small(3, 2);
  for (const Explainer& explainer : explainers()) {
    for (const ParameterSpec& parameter : explainer.parameters) {
      std::vector<Parameters> values(parameter.isChoice() ? parameter.choices.size() : 2);
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (parameter.isChoice()) {
          values[i].set(parameter.id, parameter.choices[i]);
        } else {
          values[i].set(parameter.id, i == 0 ? parameter.minimum : parameter.maximum);
        }
        const auto map = explain(explainer, toy->trace, kFull, values[i]);
        EXPECT_TRUE(map.ok() || isSentence(map.error().sentence)) << explainer.id;
      }
    }
  }
}

TEST(Registry, ClassSpecificMethodsNameTheirTarget) {
  const auto toy = ToyNetwork::small();
  const auto map = explain(*findExplainer("gradcam"), toy->trace, kFilter);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->targetClass, toy->trace.targetClass);
}

TEST(Registry, SentencesForWrongLayersSayWhereThereIsAMap) {
  const auto toy = ToyNetwork::small();
  const auto sentence = [&](int layer) {
    return explain(*findExplainer("importance"), toy->trace, layer).error().sentence;
  };
  EXPECT_EQ(sentence(kPooled), "Filter mask has no map for pooled.0; it has one for: filter.1.");
  EXPECT_EQ(sentence(kInputLayer), "Filter mask has no map for input; it has one for: filter.1.");
  EXPECT_EQ(sentence(6), "There is no layer 6; this network has 6, counted from 0.");
  EXPECT_EQ(sentence(-2), "There is no layer -2; this network has 6, counted from 0.");

  ToyNetwork withoutFilter(4, 4);
  withoutFilter.full().finish();
  EXPECT_EQ(explain(*findExplainer("importance"), withoutFilter.trace, 0).error().sentence,
            "Filter mask has no map for full.0, nor for any other layer of this network.");
  EXPECT_EQ(explain(*findExplainer("gradcam"), Trace{}, 0).error().sentence,
            "This run recorded no layers, so there is nothing to show; run the network with "
            "recording on.");
}

TEST(Registry, WrongParametersNameTheMethod) {
  const auto toy = ToyNetwork::small();
  Parameters wrong;
  wrong.set("evidence", "both");
  EXPECT_EQ(explain(*findExplainer("gradcam"), toy->trace, kFilter, wrong).error().sentence,
            "Grad-CAM: Parameter \"evidence\" takes one of: positive, signed; it was given "
            "\"both\".");
}

TEST(Registry, AMapWithoutAFiniteValueSaysSo) {
  const auto toy = ToyNetwork::small();
  LayerTrace& layer = toy->trace.layers[kFilter];
  for (float& value : layer.importance.values) value = std::nanf("");
  const auto map = explain(*findExplainer("importance"), toy->trace, kFilter);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->note,
            "No cell has a finite value: the network computed NaN or infinite numbers here.");
}

TEST(Registry, ChoicesOfHeadsAndEncoderLayersCoverEveryArchitecture) {
  const Explainer& attention = *findExplainer("attention_received");
  const std::size_t heads = attention.parameters[0].choices.size() - 3;   // mean, max, min
  const std::size_t layers = attention.parameters[1].choices.size() - 1;  // last
  for (const Architecture& architecture : architectures()) {
    for (const Stage& stage : architecture.stages) {
      EXPECT_LE(static_cast<std::size_t>(stage.heads), heads) << stage.module;
      EXPECT_LE(static_cast<std::size_t>(stage.layers), layers) << stage.module;
    }
  }
}

TEST(Registry, DropoutHasNoFilterMaskButASelection) {
  const auto toy = ToyNetwork::small();
  EXPECT_FALSE(findExplainer("importance")->appliesTo(toy->trace, kDropout));
  EXPECT_FALSE(findExplainer("response")->appliesTo(toy->trace, kDropout));
  EXPECT_TRUE(findExplainer("selection")->appliesTo(toy->trace, kDropout));
}

}  // namespace
}  // namespace filterlens
