// What forward and backward passes over a batch are put together from.
#pragma once

#include <algorithm>
#include <vector>

#include "core/kernels/kernels.h"
#include "core/kernels/memory.h"
#include "core/kernels/parallel.h"

namespace filterlens {

/// Zeros. What is written before it is read is better taken by takeRoom().
inline std::vector<float> floats(KernelSize count) {
  return std::vector<float>(static_cast<std::size_t>(count));
}

/// Pixels that are worked on at a time, so that a few arrays of `channels` for each stay in the
/// caches nearest to the processor; a multiple of the rows of a tile in multiply().
inline KernelSize blockPixels(KernelSize channels) {
  return std::clamp<KernelSize>(6144 / channels / 12 * 12, 24, 96);
}

/// Calls task(first, count) for the blocks of a photo's pixels.
template <class Task>
void overBlocks(KernelSize pixels, KernelSize block, const Task& task) {
  for (KernelSize first = 0; first < pixels; first += block) {
    task(first, std::min(block, pixels - first));
  }
}

/// A matrix packed for multiply().
class PackedMatrix {
 public:
  /// b(k, n) lies at b[k * rowStride + n * colStride].
  PackedMatrix(const float* b, KernelSize rowStride, KernelSize colStride, KernelSize depth,
               KernelSize cols)
      : depth_(depth), cols_(cols), packed_(floats(kernels().packedSize(depth, cols))) {
    kernels().packMatrix(b, rowStride, colStride, depth, cols, packed_.data());
  }
  /// c[rows, cols] = a[rows, depth] * b (+ bias) (+ base, which may be c)
  void multiply(const float* a, KernelSize rows, float* c, const float* bias = nullptr,
                const float* base = nullptr) const {
    kernels().multiply({.a = a,
                        .aStride = depth_,
                        .packedB = packed_.data(),
                        .c = c,
                        .cStride = cols_,
                        .rows = rows,
                        .depth = depth_,
                        .cols = cols_,
                        .bias = bias,
                        .base = base});
  }

 private:
  KernelSize depth_;
  KernelSize cols_;
  std::vector<float> packed_;
};

/// The last four rows of a map with a cell of zeros on either side; rows outside the map are zero.
class RowRing {
 public:
  RowRing(KernelSize cols, KernelSize channels)
      : channels_(channels),
        width_((cols + 2) * channels),
        rows_(floats(4 * width_)),
        zero_(floats(width_)) {}
  /// Where the first cell of a row is to be written.
  float* cells(KernelSize row) { return rows_.data() + (row & 3) * width_ + channels_; }
  /// The row from its cell of padding on; count: rows of the map.
  [[nodiscard]] const float* padded(KernelSize row, KernelSize count) const {
    return row < 0 || row >= count ? zero_.data() : rows_.data() + (row & 3) * width_;
  }

 private:
  KernelSize channels_;
  KernelSize width_;
  std::vector<float> rows_;
  std::vector<float> zero_;
};

/// [channels, 9] -> [9, channels]; turned: by half a turn.
inline std::vector<float> depthwiseTaps(const float* weights, KernelSize channels, bool turned) {
  auto taps = floats(9 * channels);
  for (KernelSize c = 0; c < channels; ++c) {
    for (KernelSize tap = 0; tap < 9; ++tap) {
      const KernelSize from = turned ? 8 - tap : tap;
      taps[static_cast<std::size_t>(tap * channels + c)] = weights[c * 9 + from];
    }
  }
  return taps;
}

}  // namespace filterlens
