// The filter mask as a training step runs it: r = a dilated convolution to one channel that keeps
// the size, s = sigmoid(GELU(norm(r))), y = x * s. Maps are [batch, rows, cols, channels].
#pragma once

#include "core/kernels/batch_norm.h"

namespace filterlens {

struct FilterMaskShape {
  KernelSize batch;
  KernelSize rows;
  KernelSize cols;
  KernelSize channels;
  KernelSize kernel;  ///< odd
  KernelSize dilation;

  [[nodiscard]] KernelSize cells() const { return rows * cols; }
  [[nodiscard]] KernelSize taps() const { return kernel * kernel; }
};

struct FilterMaskWeights {
  const float* weight;  ///< [channels, kernel, kernel]
  const float* bias;    ///< [1]
  NormWeights norm;     ///< of one channel
};

/// What forward leaves for backward: [batch, rows, cols] each, but the norm.
struct FilterMaskKept {
  float* response;    ///< r
  float* normalised;  ///< z
  float* importance;  ///< s
  float* norm;        ///< see BatchNormValues
};

/// The gradients that reach the mask.
struct FilterMaskOuterGradients {
  const float* y;
  const float* normalised;  ///< of z itself
  const float* importance;  ///< of s itself
};

struct FilterMaskGradients {
  float* x;
  float* weight;
  float* bias;
  float* normWeight;
  float* normBias;
};

/// Updates the running statistics.
void filterMaskForward(const FilterMaskShape&, const FilterMaskWeights&, const float* x,
                       const FilterMaskKept&, float* y);
/// Writes all gradients.
void filterMaskBackward(const FilterMaskShape&, const FilterMaskWeights&, const float* x,
                        const FilterMaskKept&, const FilterMaskOuterGradients&,
                        const FilterMaskGradients&);

}  // namespace filterlens
