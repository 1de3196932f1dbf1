// Accuracy, calibration and the fitted temperature against closed forms.
#include <gtest/gtest.h>

#include <cmath>

#include "core/train/evaluation.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// Three classes; what is predicted is sure to the degree that the margin of its logit says.
Predictions threeClasses(const std::vector<int>& labels, const std::vector<int>& predicted,
                         float margin) {
  Predictions p;
  p.classes = 3;
  p.labels = labels;
  for (const int c : predicted) {
    for (int i = 0; i < 3; ++i) p.logits.push_back(i == c ? margin : 0);
  }
  return p;
}

TEST(Evaluate, CountsByClass) {
  const auto e = evaluate(threeClasses({0, 0, 1, 2}, {0, 1, 1, 1}, 2));
  EXPECT_EQ(e.count, 4);
  EXPECT_DOUBLE_EQ(e.top1, 0.5);
  EXPECT_DOUBLE_EQ(e.top5, 1);
  EXPECT_EQ(e.confusion, (std::vector<int>{1, 1, 0, 0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(e.classes[0].count, 2);
  EXPECT_EQ(e.classes[0].correct, 1);
  EXPECT_EQ(e.classes[1].predicted, 3);
  EXPECT_EQ(e.classes[2].correct, 0);
}

TEST(Evaluate, LossIsTheNegativeLogProbability) {
  const double right = std::exp(2.0) / (std::exp(2.0) + 2);
  const auto e = evaluate(threeClasses({0, 0}, {0, 0}, 2));
  EXPECT_NEAR(e.loss, -std::log(right), 1e-6);
  // Twice the temperature halves the margin.
  const auto cool = evaluate(threeClasses({0, 0}, {0, 0}, 4), 2);
  EXPECT_NEAR(cool.loss, e.loss, 1e-6);
}

TEST(Evaluate, TopFiveCountsClassesThatAreMoreProbable) {
  Predictions p;
  p.classes = 7;
  p.labels = {0, 1};
  p.logits = {1, 7, 6, 5, 4, 3, 2, /*second*/ 7, 3, 6, 5, 4, 1, 2};
  const auto e = evaluate(p);
  EXPECT_DOUBLE_EQ(e.top1, 0);
  EXPECT_DOUBLE_EQ(e.top5, 0.5);
}

TEST(Evaluate, IntervalIsWilsons) {
  std::vector<int> predicted(100, 0);
  for (int i = 0; i < 10; ++i) predicted[static_cast<std::size_t>(i)] = 1;
  const auto e = evaluate(threeClasses(std::vector<int>(100, 0), predicted, 1));
  EXPECT_DOUBLE_EQ(e.top1, 0.9);
  EXPECT_NEAR(e.top1Low, 0.8256, 1e-4);  // 90 of 100: tables of Wilson's interval
  EXPECT_NEAR(e.top1High, 0.9448, 1e-4);
}

TEST(Calibration, ErrorIsTheGapBetweenConfidenceAndAccuracy) {
  const double confidence = std::exp(2.0) / (std::exp(2.0) + 2);
  const auto half = threeClasses({0, 0, 0, 0}, {0, 0, 1, 1}, 2);
  EXPECT_NEAR(expectedCalibrationError(half), confidence - 0.5, 1e-6);
}

TEST(Calibration, FittedTemperatureUndoesAScale) {
  // Labels are drawn from the softmax of the logits, then the logits are made three times too sure.
  Predictions p;
  p.classes = 4;
  Random random(7);
  for (int i = 0; i < 4000; ++i) {
    std::vector<double> logits(4);
    double sum = 0;
    for (auto& logit : logits) {
      logit = 2 * random.normal();
      sum += std::exp(logit);
    }
    double at = random.uniform() * sum;
    int label = 0;
    while (label < 3 && (at -= std::exp(logits[static_cast<std::size_t>(label)])) > 0) ++label;
    p.labels.push_back(label);
    for (const double logit : logits) p.logits.push_back(static_cast<float>(3 * logit));
  }
  EXPECT_NEAR(fitTemperature(p), 3, 0.2);
  EXPECT_GT(expectedCalibrationError(p), 0.1);
  // What is left is chance: some 270 pictures in each bin.
  EXPECT_LT(expectedCalibrationError(p, fitTemperature(p)), 0.03);
  EXPECT_LT(crossFittedCalibrationError(p), 0.03);
}

}  // namespace
}  // namespace filterlens
