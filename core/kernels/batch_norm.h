// BatchNorm over a batch that is worked on photo by photo: statistics and gradients from sums by
// group (see parallel.h).
#pragma once

#include <vector>

#include "core/kernels/kernels.h"

namespace filterlens {

/// What a norm learns and what it remembers; [channels] each. The running statistics are updated as
/// stock BatchNorm does: the new variance is the unbiased one. Backward needs weight and bias only.
struct NormWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;
  float* runningMean = nullptr;
  float* runningVariance = nullptr;
  double epsilon = 0;
  double momentum = 0;
};

/// A norm with its batch's statistics. kept: [2, channels], the mean and 1 / sqrt(variance +
/// epsilon), which the backward pass needs again.
class BatchNormValues {
 public:
  BatchNormValues(const NormWeights&, const float* kept, KernelSize channels);
  [[nodiscard]] NormParameters parameters() const { return {scale_.data(), shift_.data(), mean_}; }
  [[nodiscard]] const float* mean() const { return mean_; }
  [[nodiscard]] const float* inverse() const { return inverse_; }
  [[nodiscard]] const float* scale() const { return scale_.data(); }

 private:
  const float* mean_;
  const float* inverse_;
  std::vector<float> scale_;
  std::vector<float> shift_;
};

/// Mean and variance of each channel, gathered by group around an origin of the group's own (its
/// first row), which keeps the sums of squares well conditioned.
class BatchMoments {
 public:
  BatchMoments(KernelSize groups, KernelSize channels);
  void add(KernelSize group, const float* x, KernelSize rows);
  /// Writes kept (see BatchNormValues) and updates the running statistics.
  void finish(const NormWeights&, float* kept);

 private:
  struct Group {
    KernelSize count = 0;
    std::vector<float> origin;
    std::vector<double> sums;
    std::vector<double> squares;
  };
  KernelSize channels_;
  std::vector<Group> groups_;
};

/// The sums that a norm's gradients are made of, by group.
class BatchGradientSums {
 public:
  BatchGradientSums(KernelSize groups, KernelSize channels);
  double* sums(KernelSize group) { return sums_.data() + group * channels_; }
  double* products(KernelSize group) { return products_.data() + group * channels_; }

  /// rows: of the whole batch. Writes the gradients of the norm's weight and bias, and prepares
  /// gradient().
  void finish(const BatchNormValues&, KernelSize rows, float* weight, float* bias);
  [[nodiscard]] NormGradient gradient() const {
    return {gain_, slope_.data(), offset_.data(), mean_};
  }

 private:
  KernelSize channels_;
  std::vector<double> sums_;
  std::vector<double> products_;
  const float* gain_ = nullptr;
  const float* mean_ = nullptr;
  std::vector<float> slope_;
  std::vector<float> offset_;
};

/// Sums of float arrays by group: gradients of weights.
class GroupSums {
 public:
  GroupSums(KernelSize groups, KernelSize size);
  float* of(KernelSize group) { return values_.data() + group * size_; }
  /// The sum over the groups.
  void finish(float* total) const;

 private:
  KernelSize size_;
  std::vector<float> values_;
};

}  // namespace filterlens
