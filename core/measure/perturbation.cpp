#include "core/measure/perturbation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/measure/class_probability.h"

namespace filterlens {
namespace {

/// Where a pixel lies between two cells of an axis.
struct Between {
  int lower = 0;
  int upper = 0;
  double weight = 0;  // of upper
};

std::vector<Between> placesOn(const AxisMap& axis, int pixels) {
  std::vector<Between> places(static_cast<std::size_t>(pixels));
  for (int pixel = 0; pixel < pixels; ++pixel) {
    const double cell = std::clamp(axis.cellAt(pixel + 0.5), 0.0, axis.size() - 1.0);
    const int lower = static_cast<int>(cell);
    places[static_cast<std::size_t>(pixel)] = {lower, std::min(lower + 1, axis.size() - 1),
                                               cell - lower};
  }
  return places;
}

double valueAt(const Grid<float>& map, int row, int col) {
  const float value = map.at(row, col);
  return std::isfinite(value) ? value : 0.0;
}

/// The map at each pixel of the input.
std::vector<double> atPixels(const Heatmap& map, int rows, int cols) {
  const auto ys = placesOn(map.geometry.y, rows);
  const auto xs = placesOn(map.geometry.x, cols);
  std::vector<double> values;
  values.reserve(ys.size() * xs.size());
  for (const auto& y : ys) {
    for (const auto& x : xs) {
      const double above = std::lerp(valueAt(map.values, y.lower, x.lower),
                                     valueAt(map.values, y.lower, x.upper), x.weight);
      const double below = std::lerp(valueAt(map.values, y.upper, x.lower),
                                     valueAt(map.values, y.upper, x.upper), x.weight);
      values.push_back(std::lerp(above, below, y.weight));
    }
  }
  return values;
}

constexpr int kRadius = 5;
using Kernel = std::array<float, 2 * kRadius + 1>;

Kernel gaussianKernel() {
  constexpr double kSigma = 5;
  Kernel kernel{};
  double sum = 0;
  for (int i = -kRadius; i <= kRadius; ++i) sum += std::exp(-i * i / (2 * kSigma * kSigma));
  for (int i = -kRadius; i <= kRadius; ++i) {
    kernel.at(static_cast<std::size_t>(i + kRadius)) =
        static_cast<float>(std::exp(-i * i / (2 * kSigma * kSigma)) / sum);
  }
  return kernel;
}

/// Blurs count values that lie stride apart, with zeros beyond both ends.
void blurLine(float* line, int count, int stride, const Kernel& kernel) {
  std::vector<float> source(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) source[static_cast<std::size_t>(i)] = line[i * stride];
  for (int i = 0; i < count; ++i) {
    float sum = 0;
    for (int j = std::max(0, i - kRadius); j <= std::min(count - 1, i + kRadius); ++j) {
      sum += kernel.at(static_cast<std::size_t>(j - i + kRadius)) *
             source[static_cast<std::size_t>(j)];
    }
    line[i * stride] = sum;
  }
}

}  // namespace

std::vector<int> pixelOrder(const Heatmap& map, int inputRows, int inputCols) {
  const auto values = atPixels(map, inputRows, inputCols);
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return values[static_cast<std::size_t>(a)] > values[static_cast<std::size_t>(b)];
  });
  return order;
}

InputTensor blurred(const InputTensor& input) {
  const auto kernel = gaussianKernel();
  InputTensor result = input;
  float* plane = result.values.data();
  for (int channel = 0; channel < 3; ++channel, plane += input.height * input.width) {
    for (int row = 0; row < input.height; ++row) {
      blurLine(plane + row * input.width, input.width, 1, kernel);
    }
    for (int col = 0; col < input.width; ++col) {
      blurLine(plane + col, input.height, input.width, kernel);
    }
  }
  return result;
}

double areaUnderCurve(std::span<const double> curve) {
  const double sum = std::accumulate(curve.begin(), curve.end(), 0.0);
  return (sum - (curve.front() + curve.back()) / 2) / static_cast<double>(curve.size() - 1);
}

PerturbationTest::PerturbationTest(const Model& model, const InputTensor& input, int targetClass,
                                   int steps)
    : model_(&model),
      targetClass_(targetClass),
      steps_(std::max(steps, 1)),
      clean_(input),
      empty_{input.height, input.width, std::vector<float>(input.values.size())},
      blurred_(blurred(input)) {}

Result<PerturbationTest> PerturbationTest::prepare(const Model& model, const InputTensor& input,
                                                   int targetClass, int steps, std::uint64_t seed,
                                                   const Progress& progress) {
  PerturbationTest test(model, input, targetClass, steps);
  test.options_.seed = seed;
  const auto clean = test.probability(test.clean_, progress);
  if (!clean) return clean.error();
  const auto empty = test.probability(test.empty_, progress);
  if (!empty) return empty.error();
  const auto blur = test.probability(test.blurred_, progress);
  if (!blur) return blur.error();
  test.cleanProbability_ = *clean;
  test.emptyProbability_ = *empty;
  test.blurredProbability_ = *blur;
  return test;
}

Result<PerturbationScores> PerturbationTest::scores(std::span<const int> order,
                                                    const Progress& progress) const {
  const auto deletion =
      area(clean_, empty_, order, cleanProbability_, emptyProbability_, progress.part(0, 0.5));
  if (!deletion) return deletion.error();
  const auto insertion =
      area(blurred_, clean_, order, blurredProbability_, cleanProbability_, progress.part(0.5, 1));
  if (!insertion) return insertion.error();
  return PerturbationScores{*deletion, *insertion};
}

Result<double> PerturbationTest::probability(const InputTensor& input,
                                             const Progress& progress) const {
  return classProbability(*model_, input, targetClass_, options_, progress);
}

Result<double> PerturbationTest::area(InputTensor from, const InputTensor& to,
                                      std::span<const int> order, double firstPoint,
                                      double lastPoint, const Progress& progress) const {
  std::vector<double> curve{firstPoint};
  const std::size_t plane = from.values.size() / 3;
  std::size_t done = 0;
  for (int step = 1; step < steps_; ++step) {
    const auto until =
        order.size() * static_cast<std::size_t>(step) / static_cast<std::size_t>(steps_);
    for (; done < until; ++done) {
      const auto pixel = static_cast<std::size_t>(order[done]);
      for (std::size_t at = pixel; at < from.values.size(); at += plane) {
        from.values[at] = to.values[at];
      }
    }
    const auto point = probability(from, progress);
    if (!point) return point;
    curve.push_back(*point);
    progress.report(static_cast<double>(step) / steps_, "pixels by rank");
  }
  curve.push_back(lastPoint);
  return areaUnderCurve(curve);
}

}  // namespace filterlens
