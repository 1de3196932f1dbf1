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

template <Size kVectors>
struct Columns {
  Floats<kLanes> part[kVectors];
};

/// used: how many of the columns exist.
template <Size kVectors>
inline Columns<kVectors> loadColumns(const float* from, Size used) {
  Columns<kVectors> v;
  if (used == kVectors * kLanes) {
    for (Size j = 0; j < kVectors; ++j) v.part[j] = load<kLanes>(from + j * kLanes);
    return v;
  }
  float padded[kVectors * kLanes] = {};
  for (Size j = 0; j < used; ++j) padded[j] = from[j];
  for (Size j = 0; j < kVectors; ++j) v.part[j] = load<kLanes>(padded + j * kLanes);
  return v;
}

template <Size kVectors>
inline void storeColumns(float* to, const Columns<kVectors>& v, Size used) {
  if (used == kVectors * kLanes) {
    for (Size j = 0; j < kVectors; ++j) store<kLanes>(to + j * kLanes, v.part[j]);
    return;
  }
  float padded[kVectors * kLanes];
  for (Size j = 0; j < kVectors; ++j) store<kLanes>(padded + j * kLanes, v.part[j]);
  for (Size j = 0; j < used; ++j) to[j] = padded[j];
}

/// kRows rows of the product by one panel.
template <Size kRows, Size kVectors>
inline void tile(const MatrixProduct& p, Size row, const float* panel, Size col, Size used) {
  Columns<kVectors> sums[kRows];
  const Columns<kVectors> start =
      p.bias ? loadColumns<kVectors>(p.bias + col, used) : Columns<kVectors>{};
  for (Size i = 0; i < kRows; ++i) sums[i] = start;
  const float* a = p.a + row * p.aStride;
  for (Size k = 0; k < p.depth; ++k, panel += kVectors * kLanes) {
    Columns<kVectors> b;
    for (Size j = 0; j < kVectors; ++j) b.part[j] = load<kLanes>(panel + j * kLanes);
#pragma GCC unroll 16
    for (Size i = 0; i < kRows; ++i) {
      const float factor = a[i * p.aStride + k];
      for (Size j = 0; j < kVectors; ++j) sums[i].part[j] += factor * b.part[j];
    }
  }
  for (Size i = 0; i < kRows; ++i) {
    float* c = p.c + (row + i) * p.cStride + col;
    if (p.add) {
      const auto old = loadColumns<kVectors>(c, used);
      for (Size j = 0; j < kVectors; ++j) sums[i].part[j] += old.part[j];
    }
    storeColumns<kVectors>(c, sums[i], used);
  }
}

template <Size kRows, Size kVectors>
inline void panelProduct(const MatrixProduct& p, const float* panel, Size col, Size used) {
  Size row = 0;
  for (; row + kRows <= p.rows; row += kRows) tile<kRows, kVectors>(p, row, panel, col, used);
  for (; row + 4 <= p.rows; row += 4) tile<4, kVectors>(p, row, panel, col, used);
  for (; row < p.rows; ++row) tile<1, kVectors>(p, row, panel, col, used);
}

void multiply(const MatrixProduct& p) {
  const float* panel = p.packedB;
  for (Size col = 0; col < p.cols;) {
    const Size width = columnsOfPanel(p.cols - col);
    const Size left = p.cols - col;
    const Size used = left < width ? left : width;
    if (width == kPanel) {
      panelProduct<kTallTile, 2>(p, panel, col, used);
    } else {
      panelProduct<2 * kTallTile <= 16 ? 2 * kTallTile : kTallTile, 1>(p, panel, col, used);
    }
    panel += width * p.depth;
    col += width;
  }
}

/// A tile of the transposed product: kRows by kVectors * N, over all rows of a and b.
template <Size kRows, Size kVectors, Size N>
inline void transposedTile(const TransposedProduct& p, Size m, Size n) {
  Floats<N> sums[kRows][kVectors] = {};
  const float* a = p.a + m;
  const float* b = p.b + n;
  for (Size row = 0; row < p.rows; ++row, a += p.aStride, b += p.bStride) {
    Floats<N> right[kVectors];
    for (Size j = 0; j < kVectors; ++j) right[j] = load<N>(b + j * N);
#pragma GCC unroll 16
    for (Size i = 0; i < kRows; ++i) {
      for (Size j = 0; j < kVectors; ++j) sums[i][j] += a[i] * right[j];
    }
  }
  for (Size i = 0; i < kRows; ++i) {
    for (Size j = 0; j < kVectors; ++j) {
      float* c = p.c + (m + i) * p.cStride + n + j * N;
      store<N>(c, load<N>(c) + sums[i][j]);
    }
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
