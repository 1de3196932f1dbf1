#include "core/kernels/batch_norm.h"

#include <algorithm>
#include <cmath>

namespace filterlens {
namespace {

std::size_t index(KernelSize i) { return static_cast<std::size_t>(i); }

}  // namespace

BatchNormValues::BatchNormValues(const NormWeights& norm, const float* kept, KernelSize channels)
    : mean_(kept), inverse_(kept + channels), scale_(index(channels)), shift_(index(channels)) {
  for (KernelSize c = 0; c < channels; ++c) {
    scale_[index(c)] = norm.weight[c] * inverse_[c];
    shift_[index(c)] = norm.bias[c] - mean_[c] * scale_[index(c)];
  }
}

BatchMoments::BatchMoments(KernelSize groups, KernelSize channels)
    : channels_(channels), groups_(index(groups)) {}

void BatchMoments::add(KernelSize group, const float* x, KernelSize rows) {
  Group& g = groups_[index(group)];
  if (g.count == 0) {
    g.origin.assign(x, x + channels_);
    g.sums.assign(index(channels_), 0);
    g.squares.assign(index(channels_), 0);
  }
  g.count += rows;
  constexpr KernelSize kRows = 256;  // see Kernels::addMoments
  for (KernelSize first = 0; first < rows; first += kRows) {
    kernels().addMoments(x + first * channels_, std::min(kRows, rows - first), channels_,
                         g.origin.data(), g.sums.data(), g.squares.data());
  }
}

void BatchMoments::finish(const NormWeights& norm, float* kept) {
  for (KernelSize c = 0; c < channels_; ++c) {
    double count = 0;
    double mean = 0;
    double squares = 0;  // around the mean; Chan et al.'s rule joins groups
    for (const Group& g : groups_) {
      if (g.count == 0) continue;
      const auto n = static_cast<double>(g.count);
      const double offset = g.sums[index(c)] / n;
      const double distance = static_cast<double>(g.origin[index(c)]) + offset - mean;
      squares +=
          g.squares[index(c)] - n * offset * offset + distance * distance * count * n / (count + n);
      mean += distance * n / (count + n);
      count += n;
    }
    const double variance = std::max(0.0, squares / count);
    const double unbiased = count > 1 ? squares / (count - 1) : variance;
    const auto blend = [&](float& running, double value) {
      running = static_cast<float>((1.0 - norm.momentum) * running + norm.momentum * value);
    };
    blend(norm.runningMean[c], mean);
    blend(norm.runningVariance[c], unbiased);
    kept[c] = static_cast<float>(mean);
    kept[channels_ + c] = static_cast<float>(1.0 / std::sqrt(variance + norm.epsilon));
  }
}

BatchGradientSums::BatchGradientSums(KernelSize groups, KernelSize channels)
    : channels_(channels),
      sums_(index(groups * channels)),
      products_(index(groups * channels)),
      slope_(index(channels)),
      offset_(index(channels)) {}

void BatchGradientSums::finish(const BatchNormValues& norm, KernelSize rows, float* weight,
                               float* bias) {
  gain_ = norm.scale();
  mean_ = norm.mean();
  for (KernelSize c = 0; c < channels_; ++c) {
    double sum = 0;
    double product = 0;
    for (std::size_t at = index(c); at < sums_.size(); at += index(channels_)) {
      sum += sums_[at];
      product += products_[at];
    }
    const double inverse = norm.inverse()[c];
    bias[c] = static_cast<float>(sum);
    weight[c] = static_cast<float>(product * inverse);
    const double share = static_cast<double>(gain_[c]) / static_cast<double>(rows);
    offset_[index(c)] = static_cast<float>(-share * sum);
    slope_[index(c)] = static_cast<float>(-share * inverse * inverse * product);
  }
}

GroupSums::GroupSums(KernelSize groups, KernelSize size)
    : size_(size), values_(index(groups * size)) {}

void GroupSums::finish(float* total) const {
  std::copy_n(values_.begin(), size_, total);
  for (std::size_t at = index(size_); at < values_.size(); at += index(size_)) {
    for (KernelSize i = 0; i < size_; ++i) total[i] += values_[at + index(i)];
  }
}

}  // namespace filterlens
