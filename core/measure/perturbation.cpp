#include "core/measure/perturbation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/measure/class_probability.h"

namespace filterlens {
namespace {

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
    auto point = probability(from, progress);
    if (!point) return point;
    curve.push_back(*point);
    progress.report(static_cast<double>(step) / steps_, "pixels by rank");
  }
  curve.push_back(lastPoint);
  return areaUnderCurve(curve);
}

}  // namespace filterlens
