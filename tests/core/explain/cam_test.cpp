// The CAM methods against numbers worked out by hand, slow formulas and each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/explain/explainer.h"
#include "core/explain/gradcam.h"
#include "core/explain/leading_component.h"
#include "toy_network.h"

namespace filterlens {
namespace {

/// 2 x 2 cells, two channels.
std::unique_ptr<ToyNetwork> handWorked() {
  auto toy = std::make_unique<ToyNetwork>(2, 2);
  toy->full().finish();
  toy->trace.layers[0].output = floatArray({2, 2, 2}, {1, 2, -1, 2, 3, 0, -2, 1});
  toy->trace.layers[0].gradient = floatArray({2, 2, 2}, {2, -1, 1, 0, -1, 4, 2, -1});
  return toy;
}

std::vector<float> mapOf(const Trace& trace, int layer, const char* id, bool keepSigns = true) {
  const Explainer& method = *findExplainer(id);
  Parameters parameters;
  for (const auto& parameter : method.parameters) {
    if (keepSigns) parameters.set(parameter.id, "signed");
  }
  const auto map = explain(method, trace, layer, parameters);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return map->values.values;
}

void expectNear(const std::vector<float>& map, const std::vector<double>& expected) {
  ASSERT_EQ(map.size(), expected.size());
  for (std::size_t i = 0; i < map.size(); ++i) EXPECT_NEAR(map[i], expected[i], 2e-6) << i;
}

TEST(Cam, NumbersWorkedOutByHand) {
  const auto toy = handWorked();
  expectNear(mapOf(toy->trace, 0, "hirescam"), {2 - 3, -2, -1 - 4, -1});
  expectNear(mapOf(toy->trace, 0, "layercam"), {2, 0, -1 - 4, 0});
  expectNear(mapOf(toy->trace, 0, "elementwise"), {2, 0, 0, 0});
  // weights: (2 - 2 - 1 + 0) / 4 and (-3 + 0 - 4 - 1) / 2
  expectNear(mapOf(toy->trace, 0, "xgradcam"), {-0.25 - 12, -0.5, 0.25 + 8, -0.5 - 4});
  // sums 4 and 2; alpha(2) = 4 / (8 + 32), alpha(1) = 1 / (2 + 4); alpha(4) = 16 / (32 + 128),
  // alpha(2) = 4 / (8 + 16)
  const double first = 2 * 4.0 / 40 + 1.0 / 6;
  const double second = 4 * 16.0 / 160 + 2 * 4.0 / 24;
  expectNear(mapOf(toy->trace, 0, "gradcam_plus_plus"),
             {first + 3 * second, 2 * first, -first - 2 * second, 2 * first + second});
}

TEST(Cam, PositiveCutsOffBelowZero) {
  const auto toy = handWorked();
  for (const char* id : {"hirescam", "layercam", "xgradcam", "gradcam_plus_plus", "eigencam"}) {
    auto cut = mapOf(toy->trace, 0, id);
    EXPECT_LT(*std::min_element(cut.begin(), cut.end()), 0) << id;
    for (float& value : cut) value = std::max(value, 0.0F);
    EXPECT_EQ(mapOf(toy->trace, 0, id, false), cut) << id;
  }
}

/// A layer whose gradient is the same at all cells, as behind global average pooling.
TEST(Cam, ConstantGradientsHaveClosedForms) {
  const auto toy = ToyNetwork::small();
  LayerTrace& layer = toy->trace.layers[1];
  const auto cells = static_cast<std::size_t>(layer.output.shape[1] * layer.output.shape[2]);
  const std::vector<double> perChannel{0.7, -0.3, 0.1};
  std::vector<float> gradient;
  std::vector<double> plusPlus(cells);
  for (std::size_t k = 0; k < 3; ++k) {
    const double g = perChannel[k];
    gradient.insert(gradient.end(), cells, static_cast<float>(g));
    const auto values = layer.output.span().subspan(k * cells, cells);
    const double sum = std::accumulate(values.begin(), values.end(), 0.0);
    const double weight = static_cast<double>(cells) * std::max(g, 0.0) * g * g /
                          (2 * g * g + sum * g * g * g + 1e-6);
    for (std::size_t p = 0; p < cells; ++p) plusPlus[p] += weight * values[p];
  }
  layer.gradient = floatArray(layer.output.shape, gradient);
  const auto gradCam = mapOf(toy->trace, 1, "gradcam");
  const std::vector<double> expected(gradCam.begin(), gradCam.end());
  expectNear(mapOf(toy->trace, 1, "hirescam"), expected);
  const auto scaled = mapOf(toy->trace, 1, "gradcam_plus_plus");
  for (std::size_t p = 0; p < cells; ++p) {
    EXPECT_NEAR(scaled[p], plusPlus[p], 1e-5 * std::max(1.0, std::abs(plusPlus[p])));
  }
}

TEST(Cam, HiResCamIsLayerCamLessWhatSpeaksAgainst) {
  const auto toy = ToyNetwork::small();
  const auto whole = mapOf(toy->trace, 2, "hirescam");
  const auto raising = mapOf(toy->trace, 2, "layercam");
  auto& gradient = toy->trace.layers[2].gradient;
  std::vector<float> flipped(gradient.span().begin(), gradient.span().end());
  for (float& g : flipped) g = -g;
  gradient = floatArray(gradient.shape, flipped);
  const auto lowering = mapOf(toy->trace, 2, "layercam");
  for (std::size_t p = 0; p < whole.size(); ++p) {
    EXPECT_NEAR(whole[p], raising[p] - lowering[p], 2e-6);
  }
}

TEST(Cam, NoneIsComputedUnlessNamed) {
  for (const char* id :
       {"hirescam", "layercam", "xgradcam", "gradcam_plus_plus", "elementwise", "eigencam"}) {
    EXPECT_FALSE(findExplainer(id)->byDefault) << id;
  }
  EXPECT_TRUE(findExplainer("gradcam")->byDefault);
}

TEST(Cam, MissingGradientsNameTheMethod) {
  const auto toy = handWorked();
  toy->trace.layers[0].gradient = {};
  const auto map = explain(*findExplainer("hirescam"), toy->trace, 0);
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().sentence.rfind("HiResCAM needs the gradients", 0), 0U);
}

/// channels x cells of a map of rank 2: strong * a b^T + weak * c d^T, all four of length 1, a and
/// c (over the cells) perpendicular and of mean 0.
std::vector<float> rankTwo(std::size_t channels, std::size_t cells, double strong, double weak,
                           std::vector<double>* leading) {
  std::vector<double> a(cells);
  std::vector<double> c(cells);
  for (std::size_t p = 0; p < cells; ++p) {
    const double angle = 2 * M_PI * static_cast<double>(p) / static_cast<double>(cells);
    a[p] = std::sqrt(2.0 / static_cast<double>(cells)) * std::cos(angle);
    c[p] = std::sqrt(2.0 / static_cast<double>(cells)) * std::sin(angle);
  }
  std::vector<float> values;
  for (std::size_t k = 0; k < channels; ++k) {
    const double b = k % 2 == 0 ? 1 : -1;
    const double d = k % 4 < 2 ? 1 : -1;
    const double length = std::sqrt(static_cast<double>(channels));
    for (std::size_t p = 0; p < cells; ++p) {
      values.push_back(static_cast<float>((strong * a[p] * b + weak * c[p] * d) / length + 5.0));
    }
  }
  for (double& value : a) value *= strong;
  *leading = a;
  return values;
}

TEST(EigenCam, FindsThePlantedComponentByEitherGramMatrix) {
  for (const auto& [channels, cells] :
       {std::pair<std::size_t, std::size_t>{4, 32}, {32, 8}, {16, 16}}) {
    for (const double weak : {0.1, 1.9}) {
      std::vector<double> planted;
      const auto values = rankTwo(channels, cells, 2, weak, &planted);
      const auto found = leadingComponent(values, cells);
      const double product = std::inner_product(found.begin(), found.end(), planted.begin(), 0.0);
      for (std::size_t p = 0; p < cells; ++p) {
        EXPECT_NEAR(found[p], std::copysign(planted[p], planted[p] * product), 2e-5);
      }
    }
  }
}

TEST(EigenCam, TheEndThatReachesFurtherIsPositive) {
  const std::vector<float> up{0, 0, 0, 4};
  const std::vector<float> down{0, 0, 0, -4};
  EXPECT_EQ(leadingComponent(up, 4), (std::vector<double>{-1, -1, -1, 3}));
  EXPECT_EQ(leadingComponent(down, 4), (std::vector<double>{-1, -1, -1, 3}));
}

TEST(EigenCam, KnowsNoClass) {
  const auto toy = ToyNetwork::small();
  const auto before = mapOf(toy->trace, 2, "eigencam");
  toy->trace.layers[2].gradient = {};
  toy->trace.targetClass = 0;
  EXPECT_EQ(mapOf(toy->trace, 2, "eigencam"), before);
  EXPECT_FALSE(findExplainer("eigencam")->classSpecific);
}

TEST(EigenCam, CellsThatAreAlikeHaveNoComponentAndSaySo) {
  const auto toy = handWorked();
  toy->trace.layers[0].output = floatArray({2, 2, 2}, {3, 3, 3, 3, -1, -1, -1, -1});
  const auto map = explain(*findExplainer("eigencam"), toy->trace, 0);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->values.values, std::vector<float>(4, 0.0F));
  EXPECT_NE(map->note.find("alike"), std::string::npos);
}

TEST(EigenCam, NotANumberStaysSo) {
  for (const double score : leadingComponent(std::vector<float>{1, NAN, 2, 3}, 2)) {
    EXPECT_TRUE(std::isnan(score));
  }
}

}  // namespace
}  // namespace filterlens
