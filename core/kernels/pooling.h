// Adaptive average pooling, to fewer cells or (spreading) to more. Cell i of n covers the cells
// floor(i * m / n) .. ceil((i + 1) * m / n) - 1 of the m cells before. Maps are [batch, rows, cols,
// channels].
#pragma once

#include "core/kernels/kernels.h"

namespace filterlens {

struct PoolingShape {
  KernelSize batch;
  KernelSize rows;  ///< before
  KernelSize cols;
  KernelSize outRows;  ///< after
  KernelSize outCols;
  KernelSize channels;
};

/// y = pooled x (+ base, where not null; y may be base).
void poolForward(const PoolingShape&, const float* x, const float* base, float* y);
/// dx from dy, the gradient of the pooled map.
void poolBackward(const PoolingShape&, const float* dy, float* dx);

}  // namespace filterlens
