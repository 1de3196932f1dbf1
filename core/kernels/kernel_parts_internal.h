// How the parts of the tables of kernels find together: each file of kernels is compiled once for
// each instruction set, with FILTERLENS_KERNELS naming the namespace.
#pragma once

#include "core/kernels/kernels.h"

#define FILTERLENS_KERNEL_PARTS(set)   \
  namespace set {                      \
  void fillMatrixKernels(Kernels&);    \
  void fillNormKernels(Kernels&);      \
  void fillDepthwiseKernels(Kernels&); \
  void fillTokenKernels(Kernels&);     \
  }

namespace filterlens {
FILTERLENS_KERNEL_PARTS(portable)
FILTERLENS_KERNEL_PARTS(avx2)
FILTERLENS_KERNEL_PARTS(avx512)
}  // namespace filterlens
