// MobileNetV2's inverted residual (Sandler et al., arXiv 1801.04381) as a training step runs it:
//   e = expand 1x1 (x);  d = depthwise 3x3 (SiLU(norm1(e)));  r = reduce 1x1 (SiLU(norm2(d)));
//   y = norm3(r) (+ x where stride = 1 and in = out).
// Only e, d and r are kept; what lies between is made again, block by block, while the data is in
// the processor's caches. Maps are [batch, rows, cols, channels].
#pragma once

#include <array>

#include "core/kernels/batch_norm.h"

namespace filterlens {

struct InvertedResidualShape {
  KernelSize batch;
  KernelSize rows;  ///< of the input
  KernelSize cols;
  KernelSize in;  ///< channels
  KernelSize hidden;
  KernelSize out;
  KernelSize stride;  ///< 1 or 2

  [[nodiscard]] bool skip() const { return stride == 1 && in == out; }
  [[nodiscard]] KernelSize outRows() const { return (rows - 1) / stride + 1; }
  [[nodiscard]] KernelSize outCols() const { return (cols - 1) / stride + 1; }
};

struct InvertedResidualWeights {
  const float* expand;     ///< [hidden, in]
  const float* depthwise;  ///< [hidden, 3, 3]
  const float* reduce;     ///< [out, hidden]
  std::array<NormWeights, 3> norms;
};

/// What forward leaves for backward.
struct InvertedResidualKept {
  float* expanded;              ///< e: [batch, rows, cols, hidden]
  float* mixed;                 ///< d: [batch, outRows, outCols, hidden]
  float* reduced;               ///< r: [batch, outRows, outCols, out]
  std::array<float*, 3> norms;  ///< see BatchNormValues
};

struct InvertedResidualGradients {
  float* x;  ///< [batch, rows, cols, in]
  float* expand;
  float* depthwise;
  float* reduce;
  std::array<float*, 3> normWeights;
  std::array<float*, 3> normBiases;
};

/// y: [batch, outRows, outCols, out]. Updates the running statistics of the norms.
void invertedResidualForward(const InvertedResidualShape&, const InvertedResidualWeights&,
                             const float* x, const InvertedResidualKept&, float* y);

/// dy: the gradient of y. Writes all gradients.
void invertedResidualBackward(const InvertedResidualShape&, const InvertedResidualWeights&,
                              const float* x, const InvertedResidualKept&, const float* dy,
                              const InvertedResidualGradients&);

}  // namespace filterlens
