#include "core/explain/gradcam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/explain/explainer.h"
#include "toy_network.h"

namespace filterlens {
namespace {

/// One layer with a 4x4 output of two channels. Means of the gradient: 0.5 and -0.25.
std::unique_ptr<ToyNetwork> handWorked() {
  auto toy = std::make_unique<ToyNetwork>(4, 4);
  toy->full().finish();
  LayerTrace& layer = toy->trace.layers[0];
  layer.output = floatArray({2, 4, 4}, {1, 2, 3, 4, 0, 0, 0, 0, -1, -2, -3, -4, 8, 8, 8,  8,  //
                                        0, 0, 8, 8, 4, 4, 0, 0, -4, -4, -8, -8, 2, 4, 16, 32});
  layer.gradient = floatArray({2, 4, 4}, {8, 0, 0, 0, 0, 0,  0, 0, 0, 0, 0,  0, 0, 0, 0, 0,  //
                                          0, 0, 0, 0, 0, -2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 0});
  return toy;
}

const std::vector<float> kHandWorked{0.5F, 1,  -0.5F, 0,  //
                                     -1,   -1, 0,     0,  //
                                     0.5F, 0,  0.5F,  0,  //
                                     3.5F, 3,  0,     -4};

Heatmap gradCam(const Trace& trace, int layer, std::string_view evidence = "positive") {
  Parameters parameters;
  parameters.set("evidence", evidence);
  const auto map = explain(*findExplainer("gradcam"), trace, layer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return *map;
}

/// Multiplies every value of an array.
FloatArray scaled(const FloatArray& array, float factor) {
  std::vector<float> values(array.span().begin(), array.span().end());
  for (float& value : values) value *= factor;
  return floatArray(array.shape, values);
}

TEST(GradCam, MatchesNumbersWorkedOutByHand) {
  const auto toy = handWorked();
  const auto before = gradCamBeforeRelu(toy->trace.layers[0]);
  ASSERT_TRUE(before);
  EXPECT_EQ(before->values, kHandWorked);

  const Heatmap map = gradCam(toy->trace, 0);
  for (std::size_t i = 0; i < kHandWorked.size(); ++i) {
    EXPECT_EQ(map.values.values[i], std::max(kHandWorked[i], 0.0F)) << i;
  }
  EXPECT_EQ(map.scale, HeatmapScale::Sequential);
  EXPECT_EQ(map.geometry, toy->trace.layers[0].outputGeometry);
  EXPECT_TRUE(map.note.empty());
}

TEST(GradCam, SignedKeepsEvidenceAgainst) {
  const auto toy = handWorked();
  const Heatmap map = gradCam(toy->trace, 0, "signed");
  EXPECT_EQ(map.values.values, kHandWorked);
  EXPECT_EQ(map.scale, HeatmapScale::Diverging);
}

TEST(GradCam, EqualsHiResCamWhereGradientsAreConstant) {
  const auto toy = ToyNetwork::small();
  LayerTrace& layer = toy->trace.layers[1];
  const auto cells = static_cast<std::size_t>(layer.output.shape[1] * layer.output.shape[2]);
  std::vector<float> gradient;
  for (const float perChannel : {0.7F, -0.3F, 0.1F})
    gradient.insert(gradient.end(), cells, perChannel);
  layer.gradient = floatArray(layer.output.shape, gradient);

  const auto map = gradCamBeforeRelu(layer);
  ASSERT_TRUE(map);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    double hiRes = 0;  // sum_k g_k(p) A_k(p)
    for (std::size_t k = 0; k < 3; ++k) {
      hiRes +=
          static_cast<double>(gradient[k * cells + cell]) * layer.output.span()[k * cells + cell];
    }
    EXPECT_NEAR(map->values[cell], hiRes, 1e-6);
  }
}

TEST(GradCam, ScalesWithTheLogit) {
  const auto toy = ToyNetwork::small();
  const Heatmap once = gradCam(toy->trace, 2);
  toy->trace.layers[2].gradient = scaled(toy->trace.layers[2].gradient, 4);
  const Heatmap fourTimes = gradCam(toy->trace, 2);
  for (std::size_t i = 0; i < once.values.values.size(); ++i) {
    EXPECT_FLOAT_EQ(fourTimes.values.values[i], 4 * once.values.values[i]);
  }
}

TEST(GradCam, AnEmptyMapSaysWhy) {
  const auto toy = handWorked();
  LayerTrace& layer = toy->trace.layers[0];
  layer.output = floatArray({1, 4, 4}, std::vector<float>(16, 2.0F));
  layer.gradient = floatArray({1, 4, 4}, std::vector<float>(16, -1.0F));
  const Heatmap negative = gradCam(toy->trace, 0);
  EXPECT_EQ(negative.values.values, std::vector<float>(16, 0.0F));
  EXPECT_EQ(negative.note.rfind("All evidence is negative", 0), 0U) << negative.note;
  EXPECT_TRUE(gradCam(toy->trace, 0, "signed").note.empty());

  layer.gradient = floatArray({1, 4, 4}, std::vector<float>(16, 0.0F));
  for (const char* evidence : {"positive", "signed"}) {
    const Heatmap nothing = gradCam(toy->trace, 0, evidence);
    EXPECT_EQ(nothing.note.rfind("No evidence either way", 0), 0U) << nothing.note;
  }
}

TEST(GradCam, KeepsNaNWhereTheNetworkComputedNaN) {
  const auto toy = handWorked();
  LayerTrace& layer = toy->trace.layers[0];
  std::vector<float> output(layer.output.span().begin(), layer.output.span().end());
  output[5] = std::numeric_limits<float>::quiet_NaN();
  layer.output = floatArray(layer.output.shape, output);
  const Heatmap map = gradCam(toy->trace, 0);
  EXPECT_TRUE(std::isnan(map.values.values[5]));
  EXPECT_EQ(map.values.values[12], 3.5F);
}

TEST(GradCam, MissingGradientsGetASentence) {
  const auto toy = handWorked();
  const auto sentence = [&] {
    return explain(*findExplainer("gradcam"), toy->trace, 0).error().sentence;
  };
  LayerTrace& layer = toy->trace.layers[0];
  const FloatArray gradient = layer.gradient;
  layer.gradient = {};
  EXPECT_EQ(sentence(),
            "Grad-CAM needs the gradients of a class's logit, and this run followed none; choose a "
            "target class.");
  layer.gradient = floatArray({1, 4, 4}, std::vector<float>(16));
  EXPECT_NE(sentence().find("differ in shape"), std::string::npos);
  layer.gradient = gradient;
  layer.output = {};
  EXPECT_NE(sentence().find("recorded no output of full.0"), std::string::npos);
}

}  // namespace
}  // namespace filterlens
