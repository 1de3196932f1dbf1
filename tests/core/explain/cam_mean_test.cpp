// The mean of a CAM method over layers.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/explain/explainer.h"
#include "toy_network.h"

namespace filterlens {
namespace {

Parameters chosen(const char* method, const char* layers, const char* placement) {
  Parameters parameters;
  parameters.set("method", method);
  parameters.set("layers", layers);
  parameters.set("placement", placement);
  return parameters;
}

Heatmap meanOf(const Trace& trace, const Parameters& parameters) {
  auto map = explain(*findExplainer("cam_mean"), trace, kInputLayer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return std::move(*map);
}

/// Two full layers on 4x4 maps of a 9x9 input, each with one bright cell.
std::unique_ptr<ToyNetwork> twoSpots(std::size_t first, std::size_t second) {
  auto toy = std::make_unique<ToyNetwork>(9, 9);
  toy->convolution(3, 2, 0).full().convolution(3, 1, 1).full().convolution(3, 1, 1).finish();
  for (const auto& [layer, cell] : {std::pair{0, first}, {1, second}}) {
    std::vector<float> output(16);
    output[cell] = static_cast<float>(3 + layer);
    auto& recorded = toy->trace.layers[static_cast<std::size_t>(layer)];
    recorded.output = floatArray({1, 4, 4}, output);
    recorded.gradient = floatArray({1, 4, 4}, std::vector<float>(16, 1));
  }
  return toy;
}

TEST(CamMean, PutsCellsWhereTheyLie) {
  const auto toy = twoSpots(5, 5);
  const Heatmap map = meanOf(toy->trace, chosen("hirescam", "all", "network"));
  const auto peak = std::max_element(map.values.values.begin(), map.values.values.end());
  // Cell (1, 1) of the unpadded 3x3 convolution with stride 2 is centred on pixel (3, 3).
  EXPECT_EQ(peak - map.values.values.begin(), 3 * 9 + 3);
  EXPECT_NEAR(*peak, 1, 1e-5);
  EXPECT_NEAR(map.values.at(3, 4), 0.5, 1e-5);
  EXPECT_NEAR(map.values.at(4, 4), 0.25, 1e-5);
  EXPECT_EQ(map.values.at(3, 5), 0);
  EXPECT_EQ(map.targetClass, toy->trace.targetClass);
}

TEST(CamMean, EveryLayerCountsTheSame) {
  const auto toy = twoSpots(0, 15);
  const Heatmap map = meanOf(toy->trace, chosen("gradcam", "all", "network"));
  EXPECT_NEAR(map.values.at(1, 1), map.values.at(7, 7), 1e-5);
  EXPECT_NEAR(map.values.at(1, 1), 1, 1e-5);
  EXPECT_EQ(map.note, "The mean over 2 layers.");
}

TEST(CamMean, LayersAreChosenByPlaceAndKind) {
  const auto toy = ToyNetwork::small();
  const auto note = [&](const char* layers) {
    return meanOf(toy->trace, chosen("layercam", layers, "stretched")).note;
  };
  EXPECT_EQ(note("last2"), "The mean over 2 layers.");
  EXPECT_EQ(note("last3"), "The mean over 3 layers.");
  EXPECT_EQ(note("last4"), "The mean over 4 layers.");
  EXPECT_EQ(note("all"), "The mean over 6 layers.");
  EXPECT_EQ(note("filter"), "The mean over 2 layers.");
  EXPECT_EQ(note("pooled"), "The mean over 2 layers.");
  EXPECT_EQ(note("full"), "The mean over 2 layers.");
  const auto alone = twoSpots(1, 2);
  EXPECT_EQ(explain(*findExplainer("cam_mean"), alone->trace, kInputLayer,
                    chosen("gradcam", "pooled", "network"))
                .error()
                .sentence,
            "This network has no layer of the chosen kind; choose other layers.");
}

TEST(CamMean, OffersEveryCamOfTheRegistry) {
  const auto& offered = findExplainer("cam_mean")->parameters.front().choices;
  for (const std::string_view id : offered) EXPECT_NE(findExplainer(id), nullptr) << id;
  for (const Explainer& method : explainers()) {
    const bool isCam =
        method.label.find("CAM") != std::string_view::npos || method.id == "elementwise";
    if (!isCam || method.runsNetwork() || method.id == "cam_mean") continue;
    EXPECT_NE(std::find(offered.begin(), offered.end(), method.id), offered.end()) << method.id;
  }
}

}  // namespace
}  // namespace filterlens
