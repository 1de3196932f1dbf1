// Methods that run the network themselves, against the closed forms of a known polynomial.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/explain/explainer.h"
#include "quadratic_model.h"

namespace filterlens {
namespace {

Result<Heatmap> tryExplain(const QuadraticModel& model, const char* id,
                           const Parameters& parameters = {}, int layer = kInputLayer,
                           const Progress& progress = {}) {
  const NetworkRuns runs{model, model.photo, model.toy->trace, progress};
  return explain(*findExplainer(id), runs, layer, parameters);
}

std::vector<float> mapOf(const QuadraticModel& model, const char* id,
                         const Parameters& parameters = {}, int layer = kInputLayer) {
  const auto map = tryExplain(model, id, parameters, layer);
  EXPECT_TRUE(map.ok()) << map.error().sentence;
  return map->values.values;
}

Parameters held() {
  Parameters parameters;
  parameters.set("selection", "held");
  return parameters;
}

/// Sums f(i) over the three colours of each pixel.
template <class F>
std::vector<double> byPixel(const QuadraticModel& model, F f) {
  const std::size_t plane = model.weight.size() / 3;
  std::vector<double> sums(plane);
  for (std::size_t i = 0; i < model.weight.size(); ++i) sums[i % plane] += f(i);
  return sums;
}

void expectNear(const std::vector<float>& map, const std::vector<double>& expected,
                double tolerance) {
  ASSERT_EQ(map.size(), expected.size());
  for (std::size_t i = 0; i < map.size(); ++i) ASSERT_NEAR(map[i], expected[i], tolerance) << i;
}

double sumOf(const std::vector<float>& map) { return std::accumulate(map.begin(), map.end(), 0.0); }

TEST(Runs, SaliencyIsTheLargestMagnitudeOfTheColours) {
  const QuadraticModel model(0.02F);
  const auto gradient = model.gradient(model.photo);
  const std::size_t plane = gradient.size() / 3;
  const auto map = mapOf(model, "saliency");
  for (std::size_t p = 0; p < plane; ++p) {
    ASSERT_FLOAT_EQ(map[p], std::max({std::abs(gradient[p]), std::abs(gradient[plane + p]),
                                      std::abs(gradient[2 * plane + p])}));
  }
}

TEST(Runs, ARecordedGradientCostsNoRun) {
  const QuadraticModel model(0.02F);
  const auto map = mapOf(model, "saliency");
  EXPECT_EQ(model.runs, 1);
  model.toy->trace.inputGradient =
      floatArray({3, model.photo.height, model.photo.width}, model.gradient(model.photo));
  EXPECT_EQ(mapOf(model, "saliency"), map);
  EXPECT_EQ(model.runs, 1);
}

TEST(Runs, GradientTimesInputSumsToALinearLogit) {
  const QuadraticModel linear(0);
  const auto map = mapOf(linear, "gradient_x_input");
  expectNear(map,
             byPixel(linear,
                     [&](std::size_t i) {
                       return static_cast<double>(linear.weight[i]) * linear.photo.values[i];
                     }),
             1e-7);
  EXPECT_NEAR(sumOf(map), linear.value(linear.photo), 1e-4);
}

TEST(Runs, IntegratedGradientsAreExactForAQuadratic) {
  const QuadraticModel model(0.02F);
  const auto map = tryExplain(model, "integrated_gradients", held());
  ASSERT_TRUE(map) << map.error().sentence;
  EXPECT_EQ(model.runs, 33);
  expectNear(map->values.values,
             byPixel(model,
                     [&](std::size_t i) {
                       const double x = model.photo.values[i];
                       return model.weight[i] * x + 0.5 * model.curvature * x * x;
                     }),
             1e-6);
  EXPECT_NEAR(sumOf(map->values.values), model.value(model.photo), 1e-4);
  EXPECT_EQ(map->scale, HeatmapScale::Diverging);
}

TEST(Runs, TheNoteOfIntegratedGradientsNamesTheGap) {
  const QuadraticModel model(0.02F);
  const auto gap = [&](const Parameters& parameters) {
    const auto note = tryExplain(model, "integrated_gradients", parameters)->note;
    const std::string before = "completeness gap is ";
    return std::stod(note.substr(note.find(before) + before.size()));
  };
  EXPECT_NEAR(gap(held()), 0, 1e-4);
  // The baseline's own selection lifts its logit by the jump, which no gradient sees.
  EXPECT_NEAR(gap({}), QuadraticModel::kJump, 1e-3);
}

TEST(Runs, SmoothGradIsTheMeanGradientAndItsNoiseHasTheSeed) {
  const QuadraticModel linear(0);
  expectNear(
      mapOf(linear, "smoothgrad"),
      [&] {
        const auto saliency = mapOf(linear, "saliency");
        return std::vector<double>(saliency.begin(), saliency.end());
      }(),
      1e-7);
  const QuadraticModel model(0.02F);
  Parameters other;
  other.set("seed", 1);
  const auto first = mapOf(model, "smoothgrad");
  EXPECT_EQ(mapOf(model, "smoothgrad"), first);
  EXPECT_NE(mapOf(model, "smoothgrad", other), first);
}

TEST(Runs, OcclusionOfALinearLogitIsTheMeanOverWindows) {
  const QuadraticModel linear(0);
  Parameters parameters = held();
  parameters.set("window", 8);
  parameters.set("stride", 5);
  const int side = linear.photo.height;
  const auto lost = byPixel(linear, [&](std::size_t i) {
    return static_cast<double>(linear.weight[i]) * linear.photo.values[i];
  });
  std::vector<double> sum(lost.size());
  std::vector<int> count(lost.size());
  for (int top = 0; top < side; top += 5) {
    for (int left = 0; left < side; left += 5) {
      if (top - 5 + 8 >= side || left - 5 + 8 >= side) continue;  // the one before reached the end
      double drop = 0;
      std::vector<std::size_t> pixels;
      for (int y = top; y < std::min(top + 8, side); ++y) {
        for (int x = left; x < std::min(left + 8, side); ++x) {
          pixels.push_back(static_cast<std::size_t>(y * side + x));
          drop += lost[pixels.back()];
        }
      }
      for (const auto p : pixels) {
        sum[p] += drop;
        ++count[p];
      }
    }
  }
  for (std::size_t p = 0; p < sum.size(); ++p) sum[p] /= count[p];
  expectNear(mapOf(linear, "occlusion", parameters), sum, 1e-5);
}

TEST(Runs, HoldingTheSelectionTakesAwayItsJumps) {
  const QuadraticModel linear(0);
  const auto free = mapOf(linear, "occlusion");
  const auto steady = mapOf(linear, "occlusion", held());
  for (std::size_t p = 0; p < free.size(); ++p) {
    ASSERT_NEAR(free[p], steady[p] - QuadraticModel::kJump, 1e-5);
  }
}

TEST(Runs, RiseFindsTheBrightQuarter) {
  QuadraticModel model(0);
  const int side = model.photo.height;
  for (std::size_t i = 0; i < model.weight.size(); ++i) {
    const int x = static_cast<int>(i) % side;
    const int y = static_cast<int>(i) / side % side;
    model.photo.values[i] = 1;
    model.weight[i] = x < side / 2 && y < side / 2 ? 0.01F : -0.01F / 3;
  }
  model.toy->trace.logits[1] = static_cast<float>(model.value(model.photo));
  const auto map = mapOf(model, "rise", held());
  double inside = 0;
  double outside = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const bool in = x < side / 2 && y < side / 2;
      (in ? inside : outside) += map[static_cast<std::size_t>(y * side + x)];
    }
  }
  inside /= (side / 2) * (side / 2);
  outside /= side * side - (side / 2) * (side / 2);
  EXPECT_GT(inside, outside * 1.02);
  for (const float value : map) EXPECT_TRUE(value > 0 && value < 1.3F) << value;
}

TEST(Runs, ScoreCamWeightsAChannelByWhatItLetsThrough) {
  QuadraticModel model(0);
  for (float& value : model.photo.values) value = 1;
  const int side = model.photo.height;
  for (std::size_t i = 0; i < model.weight.size(); ++i) {
    model.weight[i] = static_cast<int>(i) % side < side / 2 ? 0.1F : 0;
  }
  LayerTrace& layer = model.toy->trace.layers[0];
  const int cols = layer.outputGeometry.cols();
  const int rows = layer.outputGeometry.rows();
  std::vector<float> output;
  for (int channel = 0; channel < 2; ++channel) {  // the left half, then the right half
    for (int i = 0; i < rows * cols; ++i) {
      output.push_back((i % cols < cols / 2) == (channel == 0) ? 1.0F : 0.0F);
    }
  }
  layer.output = floatArray({2, rows, cols}, output);
  const auto map = mapOf(model, "scorecam", held(), 0);
  EXPECT_EQ(model.runs, 2);
  EXPECT_NEAR(map.front(), 1, 1e-5);
  EXPECT_NEAR(map[static_cast<std::size_t>(cols) - 1], 0, 1e-5);
}

TEST(Runs, ARecordAloneIsNotEnough) {
  const QuadraticModel model(0);
  const auto map = explain(*findExplainer("rise"), model.toy->trace, kInputLayer);
  ASSERT_FALSE(map);
  EXPECT_NE(map.error().sentence.find("RISE runs the network"), std::string::npos);
}

TEST(Runs, CancellingStopsEveryMethodBeforeTheNextRun) {
  for (const Explainer& method : explainers()) {
    if (!method.runsNetwork()) continue;
    EXPECT_FALSE(method.byDefault) << method.id;
    const QuadraticModel model(0);
    std::stop_source stop;
    int reports = 0;
    const Progress progress(stop.get_token(), [&](double fraction, std::string_view) {
      EXPECT_GE(fraction, 0);
      EXPECT_LE(fraction, 1);
      if (++reports == 2) stop.request_stop();
    });
    const int layer = method.id == "scorecam" ? 0 : kInputLayer;
    const auto map = tryExplain(model, std::string(method.id).c_str(), {}, layer, progress);
    if (reports < 2) continue;  // a single run
    ASSERT_FALSE(map) << method.id;
    EXPECT_TRUE(map.error().cancelled) << method.id;
    EXPECT_EQ(model.runs, 1) << method.id;
  }
}

}  // namespace
}  // namespace filterlens
