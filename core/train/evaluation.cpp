#include "core/train/evaluation.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace filterlens {
namespace {

constexpr int kBins = 15;
constexpr int kTop = 5;

struct Verdict {
  int predicted = 0;
  double confidence = 0;  // probability of the predicted class
  double loss = 0;        // negative log probability of the label
  int rank = 0;           // classes that are more probable than the label
};

Verdict judge(const Predictions& predictions, int picture, double temperature) {
  const float* logits = predictions.logitsOf(picture);
  const int label = predictions.labels[static_cast<std::size_t>(picture)];
  const float* top = std::max_element(logits, logits + predictions.classes);
  double sum = 0;
  Verdict verdict;
  for (int c = 0; c < predictions.classes; ++c) {
    sum += std::exp((logits[c] - *top) / temperature);
    verdict.rank += logits[c] > logits[label] ? 1 : 0;
  }
  verdict.predicted = static_cast<int>(top - logits);
  verdict.confidence = 1 / sum;
  verdict.loss = std::log(sum) - (logits[label] - *top) / temperature;
  return verdict;
}

double meanLoss(const Predictions& predictions, double temperature) {
  double sum = 0;
  for (int i = 0; i < predictions.count(); ++i) sum += judge(predictions, i, temperature).loss;
  return sum / std::max(1, predictions.count());
}

/// Wilson's interval of a share at 95 %.
std::array<double, 2> wilson(double share, int count) {
  if (count == 0) return {0, 1};
  constexpr double kZ = 1.959964;
  const double n = count;
  const double centre = (share + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
  const double half =
      kZ / (1 + kZ * kZ / n) * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  return {centre - half, centre + half};
}

/// Every second picture, from first on.
Predictions halfOf(const Predictions& all, int first) {
  Predictions half;
  half.classes = all.classes;
  for (int i = first; i < all.count(); i += 2) {
    half.labels.push_back(all.labels[static_cast<std::size_t>(i)]);
    half.logits.insert(half.logits.end(), all.logitsOf(i), all.logitsOf(i) + all.classes);
  }
  return half;
}

}  // namespace

Evaluation evaluate(const Predictions& predictions, double temperature) {
  Evaluation result;
  result.count = predictions.count();
  const auto classes = static_cast<std::size_t>(predictions.classes);
  result.classes.resize(classes);
  result.confusion.resize(classes * classes);
  int first = 0;
  int among = 0;
  for (int i = 0; i < predictions.count(); ++i) {
    const auto verdict = judge(predictions, i, temperature);
    const auto label = static_cast<std::size_t>(predictions.labels[static_cast<std::size_t>(i)]);
    const auto predicted = static_cast<std::size_t>(verdict.predicted);
    const bool correct = label == predicted;
    first += correct ? 1 : 0;
    among += verdict.rank < kTop ? 1 : 0;
    result.loss += verdict.loss;
    ++result.classes[label].count;
    ++result.classes[predicted].predicted;
    if (correct) ++result.classes[label].correct;
    ++result.confusion[label * classes + predicted];
  }
  const double n = std::max(1, result.count);
  result.loss /= n;
  result.top1 = first / n;
  result.top5 = among / n;
  const auto interval = wilson(result.top1, result.count);
  result.top1Low = interval[0];
  result.top1High = interval[1];
  result.calibrationError = expectedCalibrationError(predictions, temperature);
  return result;
}

double expectedCalibrationError(const Predictions& predictions, double temperature) {
  std::array<double, kBins> gap{};  // sum of confidence minus correctness
  for (int i = 0; i < predictions.count(); ++i) {
    const auto verdict = judge(predictions, i, temperature);
    const int bin =
        std::clamp(static_cast<int>(std::ceil(verdict.confidence * kBins)) - 1, 0, kBins - 1);
    const bool correct = verdict.predicted == predictions.labels[static_cast<std::size_t>(i)];
    gap.at(static_cast<std::size_t>(bin)) += verdict.confidence - (correct ? 1 : 0);
  }
  double sum = 0;
  for (const double g : gap) sum += std::abs(g);
  return sum / std::max(1, predictions.count());
}

double fitTemperature(const Predictions& predictions) {
  // The mean loss has one minimum over the logarithm of the temperature: golden-section search.
  constexpr double kGolden = 0.6180339887498949;
  constexpr int kSteps = 40;
  double low = std::log(0.05);
  double high = std::log(20.0);
  for (int i = 0; i < kSteps; ++i) {
    const double left = high - kGolden * (high - low);
    const double right = low + kGolden * (high - low);
    if (meanLoss(predictions, std::exp(left)) < meanLoss(predictions, std::exp(right))) {
      high = right;
    } else {
      low = left;
    }
  }
  return std::exp((low + high) / 2);
}

double crossFittedCalibrationError(const Predictions& predictions) {
  // One error over all pictures: halving the pictures would inflate it.
  Predictions calibrated = predictions;
  for (int half = 0; half < 2; ++half) {
    const double temperature = fitTemperature(halfOf(predictions, 1 - half));
    for (int i = half; i < predictions.count(); i += 2) {
      float* logits = calibrated.logits.data() + static_cast<std::size_t>(i) * calibrated.classes;
      for (int c = 0; c < calibrated.classes; ++c) {
        logits[c] = static_cast<float>(logits[c] / temperature);
      }
    }
  }
  return expectedCalibrationError(calibrated);
}

}  // namespace filterlens
