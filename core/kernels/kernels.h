// The inner loops of training on the CPU, as a table of functions for the processor at hand:
// AVX-512, AVX2 with FMA, or whatever any processor of its kind can run. Plain float32 arrays, row
// by row
// ("rows" are pixels or tokens, "channels" lie side by side); one thread; no allocation. Nothing is
// checked. Arrays must not overlap unless a comment says so.
#pragma once

#include <cstddef>
#include <cstdint>

namespace filterlens {

/// Sizes, counts and strides; strides in floats.
using KernelSize = std::ptrdiff_t;

/// What follows a norm. z is the normalised value.
enum class Activation {
  None,
  SiLU,       ///< z / (1 + e^-z)
  LeakyReLU,  ///< z, or 0.1 z where it is negative
};

/// c[rows, cols] = a[rows, depth] * b[depth, cols] (+ bias[cols]) (+ base[rows, cols]); b as
/// packMatrix left it.
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
  const float* base = nullptr;  ///< may be null, or c itself; its rows lie as c's
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

/// Which elements a dropout lets pass, decided by a hash of the key and the element's number: the
/// same in every order of work, in forward and backward.
struct DropoutMask {
  std::uint32_t key[2] = {};
  std::uint32_t threshold = 0;  ///< an element passes where its hash is not below; 0: all pass
  float keep = 1;               ///< what passes is multiplied by this
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
  /// normActivate, and addGradientSums with its derivative: y = activation(z), g = gradient *
  /// activation'(z). g may be gradient.
  void (*activateGradient)(const float* x, const float* gradient, KernelSize rows,
                           KernelSize channels, const NormParameters&, Activation, float* y,
                           float* g, double* sums, double* products);
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

  // Tokens.

  /// y = x * mask; elements are numbered from first on. y may be x.
  void (*drop)(const float* x, KernelSize count, const DropoutMask&, std::uint32_t first, float* y);
  /// y = residual + x * mask
  void (*dropAdd)(const float* residual, const float* x, KernelSize count, const DropoutMask&,
                  float* y);
  /// x = max(x, 0) * mask
  void (*reluDrop)(float* x, KernelSize count, const DropoutMask&);
  /// gradient = keep * gradient where activated (what reluDrop left) is positive, else 0.
  void (*reluDropGradient)(const float* activated, KernelSize count, float keep, float* gradient);
  /// LayerNorm before weight and bias: y = (x - mean) * inverse for each row; y may be x.
  void (*normaliseRows)(const float* x, KernelSize rows, KernelSize channels, float epsilon,
                        float* y, float* inverse);
  /// The gradient of its input: g is that of weight * normalised + bias. dx may be g.
  void (*normaliseRowsGradient)(const float* g, const float* normalised, const float* inverse,
                                const float* weight, KernelSize rows, KernelSize channels,
                                float* dx);
  /// sums += sum of x, for each channel.
  void (*addColumnSums)(const float* x, KernelSize rows, KernelSize channels, float* sums);
  /// scores[rows, cols] become the dropped softmax of scale * scores; its elements are numbered
  /// from first on. statistics: [rows, 2], for softmaxGradient.
  void (*softmaxDrop)(float* scores, KernelSize rows, KernelSize cols, float scale,
                      const DropoutMask&, std::uint32_t first, float* statistics);
  /// scores as softmaxDrop was given them become what it left; gradient, of that, becomes that of
  /// the scores before the scale. dots: [rows], the sum of gradient * softmaxDrop's result.
  void (*softmaxDropGradient)(float* scores, float* gradient, KernelSize rows, KernelSize cols,
                              float scale, const DropoutMask&, std::uint32_t first,
                              const float* statistics, const float* dots);
  /// y = x * factors[row]; y may be x.
  void (*scaleRows)(const float* x, const float* factors, KernelSize rows, KernelSize channels,
                    float* y);
  /// y += factor * x
  void (*addScaled)(const float* x, KernelSize count, float factor, float* y);
  /// dots[row] = sum of a * b along the row; rows are stride floats apart.
  void (*rowDots)(const float* a, const float* b, KernelSize rows, KernelSize cols,
                  KernelSize stride, float* dots);
};

/// The table for this processor.
const Kernels& kernels();
/// All tables that this processor can run, the best one first; tests compare them.
const Kernels* const* kernelTables(std::size_t& count);

}  // namespace filterlens
