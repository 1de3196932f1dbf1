// The stem as a training step runs it: a convolution without padding, BatchNorm, LeakyReLU. Maps
// are [batch, rows, cols, channels]. The input is a photo and gets no gradient.
#pragma once

#include "core/kernels/batch_norm.h"

namespace filterlens {

struct StemShape {
  KernelSize batch;
  KernelSize rows;
  KernelSize cols;
  KernelSize in;
  KernelSize out;
  KernelSize kernel;
  KernelSize stride;

  [[nodiscard]] KernelSize outRows() const { return (rows - kernel) / stride + 1; }
  [[nodiscard]] KernelSize outCols() const { return (cols - kernel) / stride + 1; }
  [[nodiscard]] KernelSize taps() const { return kernel * kernel * in; }
};

struct StemWeights {
  const float* weight;  ///< [out, in, kernel, kernel]
  const float* bias;
  NormWeights norm;
};

/// What forward leaves for backward.
struct StemKept {
  float* response;  ///< before the norm: [batch, outRows, outCols, out]
  float* norm;      ///< see BatchNormValues
};

struct StemGradients {
  float* weight;
  float* bias;
  float* normWeight;
  float* normBias;
};

/// y: [batch, outRows, outCols, out]. Updates the running statistics.
void stemForward(const StemShape&, const StemWeights&, const float* x, const StemKept&, float* y);
/// dy: the gradient of y. Writes all gradients.
void stemBackward(const StemShape&, const StemWeights&, const float* x, const StemKept&,
                  const float* dy, const StemGradients&);

}  // namespace filterlens
