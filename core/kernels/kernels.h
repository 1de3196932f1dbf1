// The inner loops of training on the CPU, as a table of functions for the processor at hand:
// AVX-512, AVX2 with FMA, or whatever any processor of its kind can run. Plain float32 arrays, row
// by row
// ("rows" are pixels or tokens, "channels" lie side by side); one thread; no allocation. Nothing is
// checked. Arrays must not overlap unless a comment says so.
#pragma once

#include <cstddef>

namespace filterlens {

/// Sizes, counts and strides; strides in floats.
using KernelSize = std::ptrdiff_t;

/// What follows a norm. z is the normalised value.
enum class Activation {
  None,
  SiLU,       ///< z / (1 + e^-z)
  LeakyReLU,  ///< z, or 0.1 z where it is negative
};

/// c[rows, cols] = a[rows, depth] * b[depth, cols] (+ c) (+ bias[cols]); b as packMatrix left it.
struct MatrixProduct {
  const float* a;
  KernelSize aStride;  ///< from one row to the next
  const float* packedB;
  float* c;
  KernelSize cStride;
  KernelSize rows;
  KernelSize depth;
  KernelSize cols;
  const float* bias = nullptr;  ///< may be null
  bool add = false;             ///< to what c holds
};

/// c[m, n] += transposed a[rows, m] * b[rows, n]
struct TransposedProduct {
  const float* a;
  KernelSize aStride;
  const float* b;
  KernelSize bStride;
  float* c;
  KernelSize cStride;
  KernelSize rows;
  KernelSize m;
  KernelSize n;
};

/// A BatchNorm with the batch's statistics known: z = x * scale + shift. [channels] each.
struct NormParameters {
  const float* scale;
  const float* shift;
  const float* mean;
};

/// The gradient of a BatchNorm's input: gain * g + slope * (x - mean) + offset. [channels] each.
struct NormGradient {
  const float* gain;
  const float* slope;
  const float* offset;
  const float* mean;
};

struct Kernels {
  const char* name;  ///< "avx512", "avx2", "portable"

  // Matrices.

  /// Floats that packMatrix writes.
  KernelSize (*packedSize)(KernelSize depth, KernelSize cols);
  /// Rearranges b, whose element (k, n) lies at b[k * rowStride + n * colStride].
  void (*packMatrix)(const float* b, KernelSize rowStride, KernelSize colStride, KernelSize depth,
                     KernelSize cols, float* packed);
  void (*multiply)(const MatrixProduct&);
  void (*addTransposedProduct)(const TransposedProduct&);

  // Norms. Sums are added to in double; within one call they run in float, so give a call no more
  // than some hundred rows.

  /// sums += sum of x - origin, squares += sum of its square, for each channel.
  void (*addMoments)(const float* x, KernelSize rows, KernelSize channels, const float* origin,
                     double* sums, double* squares);
  /// y = activation(z). y may be x.
  void (*normActivate)(const float* x, KernelSize rows, KernelSize channels, const NormParameters&,
                       Activation, float* y);
  /// The same, and the activation's derivative at z.
  void (*normActivateDerive)(const float* x, KernelSize rows, KernelSize channels,
                             const NormParameters&, Activation, float* y, float* derivative);
  /// y = z + other
  void (*normAdd)(const float* x, const float* other, KernelSize rows, KernelSize channels,
                  const NormParameters&, float* y);
  /// g = gradient * derivative; sums += sum of g, products += sum of g * (x - mean). A null
  /// derivative counts as 1, and a null g is not written; g may be gradient.
  void (*addGradientSums)(const float* gradient, const float* derivative, const float* x,
                          KernelSize rows, KernelSize channels, const float* mean, float* g,
                          double* sums, double* products);
  /// dx = gain * g + slope * (x - mean) + offset; dx may be g.
  void (*normGradient)(const float* g, const float* x, KernelSize rows, KernelSize channels,
                       const NormGradient&, float* dx);

  // Depthwise 3x3 convolutions, a row at a time; weights [9, channels]. A row of the input begins
  // with the cell of padding on its left.

  /// out[cols, channels] from three rows of (cols - 1) * stride + 3 cells.
  void (*depthwiseRow)(const float* const in[3], const float* weights, KernelSize channels,
                       KernelSize cols, KernelSize stride, float* out);
  /// weightSums[9, channels] += gradient's part, for the same rows and gradient[cols, channels].
  void (*depthwiseWeightRow)(const float* const in[3], const float* gradient, KernelSize channels,
                             KernelSize cols, KernelSize stride, float* weightSums);
  /// The gradient of one input row of a convolution of stride 2: in[cols, channels] from one or two
  /// rows of gradients (without the cell on the left) that meet it by the given rows of weights, 0
  /// to 2. Gradient rows have at least cols / 2 + 1 cells.
  void (*depthwiseUpRow)(const float* const gradients[2], const int weightRows[2], int count,
                         const float* weights, KernelSize channels, KernelSize cols, float* in);
};

/// The table for this processor.
const Kernels& kernels();
/// All tables that this processor can run, the best one first; tests compare them.
const Kernels* const* kernelTables(std::size_t& count);

}  // namespace filterlens
