// How good predictions are: accuracy, by class, and whether probabilities can be believed.
#pragma once

#include <vector>

namespace filterlens {

/// What a model said about pictures whose class is known.
struct Predictions {
  int classes = 0;
  std::vector<float> logits;  ///< [pictures, classes]
  std::vector<int> labels;    ///< [pictures]

  [[nodiscard]] int count() const { return static_cast<int>(labels.size()); }
  [[nodiscard]] const float* logitsOf(int picture) const {
    return logits.data() + static_cast<std::size_t>(picture) * classes;
  }
};

struct ClassEvaluation {
  int count = 0;      ///< pictures of the class
  int correct = 0;    ///< … that were taken for it
  int predicted = 0;  ///< pictures of any class that were taken for it
};

struct Evaluation {
  int count = 0;
  double loss = 0;  ///< mean negative log probability of the right class
  double top1 = 0;
  double top1Low = 0;  ///< 95 % Wilson interval of top1 (Wilson 1927)
  double top1High = 0;
  double top5 = 0;
  double calibrationError = 0;  ///< see expectedCalibrationError
  std::vector<ClassEvaluation> classes;
  std::vector<int> confusion;  ///< [label, prediction], row by row
};

/// temperature: divides the logits.
Evaluation evaluate(const Predictions&, double temperature = 1);

/// Mean gap between confidence and accuracy over 15 bins of confidence of equal width, weighted by
/// their pictures (Guo et al., arXiv 1706.04599). In 0..1.
double expectedCalibrationError(const Predictions&, double temperature = 1);

/// The temperature under which the right classes are most probable (Guo et al., arXiv 1706.04599);
/// from 0.05 to 20.
double fitTemperature(const Predictions&);

/// The calibration error that fitTemperature gives pictures it has not seen: each half of the
/// pictures (even and odd) under the temperature of the other.
double crossFittedCalibrationError(const Predictions&);

}  // namespace filterlens
