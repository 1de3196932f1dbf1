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

/// What forward leaves for backward; importance is s.
struct FilterMaskKept {
  float* response;    ///< r: [batch, rows, cols]
  float* importance;  ///< s: [batch, rows, cols]
  float* norm;        ///< see BatchNormValues
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
/// dy: the gradient of y; s itself gets none. Writes all gradients.
void filterMaskBackward(const FilterMaskShape&, const FilterMaskWeights&, const float* x,
                        const FilterMaskKept&, const float* dy, const FilterMaskGradients&);

/// The k cells of largest importance of each photo, in ascending order; among equals the lower cell
/// comes first, and what is no number comes last. importance: [batch, count]; cells: [batch, k].
void largestCells(const float* importance, KernelSize batch, KernelSize count, KernelSize k,
                  std::int64_t* cells);

}  // namespace filterlens
