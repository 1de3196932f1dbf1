// Matrix products of tall, thin matrices: pixels times channels. The left matrix is read where it
// lies; the right one, a layer's weights, is packed into panels of as many columns as two vectors
// hold (a last one of one vector), so that the inner loop reads it in order.
#include "core/kernels/kernel_parts_internal.h"
#include "core/kernels/vectors_internal.h"

namespace filterlens {
namespace {

// Rows of a tile: with two vectors of columns, the accumulators and what feeds them just fit the
// registers (32 with AVX-512, 16 otherwise).
constexpr Size kTallTile = kLanes == 16 ? 12 : 6;
constexpr Size kPanel = 2 * kLanes;

Size columnsOfPanel(Size left) { return left > kLanes ? kPanel : kLanes; }

Size packedFloats(Size depth, Size cols) {
  Size padded = 0;
  while (padded < cols) padded += columnsOfPanel(cols - padded);
  return depth * padded;
}

void pack(const float* b, Size rowStride, Size colStride, Size depth, Size cols, float* packed) {
  for (Size first = 0; first < cols;) {
    const Size width = columnsOfPanel(cols - first);
    for (Size k = 0; k < depth; ++k) {
      for (Size j = 0; j < width; ++j) {
        const Size n = first + j;
        *packed++ = n < cols ? b[k * rowStride + n * colStride] : 0.0F;
      }
    }
    first += width;
  }
}

/// Whether the last vector of a panel is full: what is not costs a detour.
enum class Edge { Full, Partial };

template <Edge edge, Size kVectors>
inline Floats<kLanes> loadColumns(const float* from, Size vector, Size used) {
  if (edge == Edge::Partial && vector == kVectors - 1) {
    return loadFirst<kLanes>(from + vector * kLanes, used - vector * kLanes);
  }
  return load<kLanes>(from + vector * kLanes);
}

template <Edge edge, Size kVectors>
inline void storeColumns(float* to, Size vector, const Floats<kLanes>& v, Size used) {
  if (edge == Edge::Partial && vector == kVectors - 1) {
    storeFirst<kLanes>(to + vector * kLanes, v, used - vector * kLanes);
  } else {
    store<kLanes>(to + vector * kLanes, v);
  }
}

/// kRows rows of the product by one panel. All loops over rows and vectors are unrolled: only then
/// do the sums live in registers.
template <Size kRows, Size kVectors, Edge edge>
inline void tile(const MatrixProduct& p, Size row, const float* panel, Size col, Size used) {
  Floats<kLanes> sums[kRows][kVectors];
#pragma GCC unroll 16
  for (Size i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) sums[i][j] = Floats<kLanes>{};
  }
  const float* a = p.a + row * p.aStride;
  for (Size k = 0; k < p.depth; ++k, panel += kVectors * kLanes) {
    Floats<kLanes> b[kVectors];
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) b[j] = load<kLanes>(panel + j * kLanes);
#pragma GCC unroll 16
    for (Size i = 0; i < kRows; ++i) {
      const float factor = a[i * p.aStride + k];
#pragma GCC unroll 2
      for (Size j = 0; j < kVectors; ++j) sums[i][j] += factor * b[j];
    }
  }
  const Size corner = row * p.cStride + col;
#pragma GCC unroll 16
  for (Size i = 0; i < kRows; ++i) {
    const Size at = corner + i * p.cStride;
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) {
      Floats<kLanes> sum = sums[i][j];
      if (p.bias) sum += loadColumns<edge, kVectors>(p.bias + col, j, used);
      if (p.base) sum += loadColumns<edge, kVectors>(p.base + at, j, used);
      storeColumns<edge, kVectors>(p.c + at, j, sum, used);
    }
  }
}

template <Size kRows, Size kVectors, Edge edge>
inline void panelProduct(const MatrixProduct& p, const float* panel, Size col, Size used) {
  Size row = 0;
  for (; row + kRows <= p.rows; row += kRows) tile<kRows, kVectors, edge>(p, row, panel, col, used);
  for (; row + 4 <= p.rows; row += 4) tile<4, kVectors, edge>(p, row, panel, col, used);
  for (; row < p.rows; ++row) tile<1, kVectors, edge>(p, row, panel, col, used);
}

template <Size kVectors>
inline void panelProduct(const MatrixProduct& p, const float* panel, Size col, Size used) {
  constexpr Size kRows = kVectors == 2 ? kTallTile : 12;
  if (used == kVectors * kLanes) {
    panelProduct<kRows, kVectors, Edge::Full>(p, panel, col, used);
  } else {
    panelProduct<kRows, kVectors, Edge::Partial>(p, panel, col, used);
  }
}

void multiply(const MatrixProduct& p) {
  const float* panel = p.packedB;
  for (Size col = 0; col < p.cols;) {
    const Size left = p.cols - col;
    const Size width = columnsOfPanel(left);
    const Size used = left < width ? left : width;
    if (width == kPanel) {
      panelProduct<2>(p, panel, col, used);
    } else {
      panelProduct<1>(p, panel, col, used);
    }
    panel += width * p.depth;
    col += width;
  }
}

/// A tile of the transposed product: kRows by kVectors * N, over all rows of a and b.
template <Size kRows, Size kVectors, Size N>
inline void transposedTile(const TransposedProduct& p, Size m, Size n) {
  Floats<N> sums[kRows][kVectors];
#pragma GCC unroll 16
  for (Size i = 0; i < kRows; ++i) {
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) sums[i][j] = Floats<N>{};
  }
  const float* a = p.a + m;
  const float* b = p.b + n;
  for (Size row = 0; row < p.rows; ++row, a += p.aStride, b += p.bStride) {
    Floats<N> right[kVectors];
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) right[j] = load<N>(b + j * N);
#pragma GCC unroll 16
    for (Size i = 0; i < kRows; ++i) {
      const float factor = a[i];
#pragma GCC unroll 2
      for (Size j = 0; j < kVectors; ++j) sums[i][j] += factor * right[j];
    }
  }
  float* c = p.c + m * p.cStride + n;
#pragma GCC unroll 16
  for (Size i = 0; i < kRows; ++i, c += p.cStride) {
#pragma GCC unroll 2
    for (Size j = 0; j < kVectors; ++j) store<N>(c + j * N, load<N>(c + j * N) + sums[i][j]);
  }
}

template <Size kVectors, Size N>
inline void transposedColumns(const TransposedProduct& p, Size n) {
  Size m = 0;
  for (; m + kTallTile <= p.m; m += kTallTile) transposedTile<kTallTile, kVectors, N>(p, m, n);
  for (; m + 4 <= p.m; m += 4) transposedTile<4, kVectors, N>(p, m, n);
  for (; m < p.m; ++m) transposedTile<1, kVectors, N>(p, m, n);
}

void addTransposedProduct(const TransposedProduct& p) {
  Size n = 0;
  for (; n + kPanel <= p.n; n += kPanel) transposedColumns<2, kLanes>(p, n);
  overChannels(n, p.n, [&]<Size N>(Size from) { transposedColumns<1, N>(p, from); });
}

}  // namespace

namespace FILTERLENS_KERNELS {

void fillMatrixKernels(Kernels& table) {
  table.packedSize = packedFloats;
  table.packMatrix = pack;
  table.multiply = multiply;
  table.addTransposedProduct = addTransposedProduct;
}

}  // namespace FILTERLENS_KERNELS
}  // namespace filterlens
