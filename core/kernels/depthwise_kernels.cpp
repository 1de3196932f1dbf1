// Depthwise 3x3 convolutions, a row at a time, a vector of channels after the other: the nine
// weights of those channels stay in registers along the row.
#include "core/kernels/kernel_parts_internal.h"
#include "core/kernels/vectors_internal.h"

namespace filterlens {
namespace {

constexpr Size kTaps = 9;

void depthwiseRow(const float* const in[3], const float* weights, Size channels, Size cols,
                  Size stride, float* out) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    Floats<N> w[kTaps];
    for (Size tap = 0; tap < kTaps; ++tap) w[tap] = load<N>(weights + tap * channels + c);
    for (Size col = 0; col < cols; ++col) {
      const Size at = col * stride * channels + c;
      Floats<N> rowSums[3];
      for (Size r = 0; r < 3; ++r) {
        rowSums[r] = w[3 * r] * load<N>(in[r] + at);
        rowSums[r] += w[3 * r + 1] * load<N>(in[r] + at + channels);
        rowSums[r] += w[3 * r + 2] * load<N>(in[r] + at + 2 * channels);
      }
      store<N>(out + col * channels + c, rowSums[0] + rowSums[1] + rowSums[2]);
    }
  });
}

void depthwiseWeightRow(const float* const in[3], const float* gradient, Size channels, Size cols,
                        Size stride, float* weightSums) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    Floats<N> sums[kTaps] = {};
    for (Size col = 0; col < cols; ++col) {
      const auto g = load<N>(gradient + col * channels + c);
      const Size at = col * stride * channels + c;
      for (Size r = 0; r < 3; ++r) {
        sums[3 * r] += g * load<N>(in[r] + at);
        sums[3 * r + 1] += g * load<N>(in[r] + at + channels);
        sums[3 * r + 2] += g * load<N>(in[r] + at + 2 * channels);
      }
    }
    for (Size tap = 0; tap < kTaps; ++tap) {
      float* to = weightSums + tap * channels + c;
      store<N>(to, load<N>(to) + sums[tap]);
    }
  });
}

/// An even column meets one gradient, by the middle weight; an odd one meets its left neighbour's
/// by the right weight and its right neighbour's by the left weight.
void depthwiseUpRow(const float* const gradients[2], const int weightRows[2], int count,
                    const float* weights, Size channels, Size cols, float* in) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    Floats<N> w[2][3] = {};
    const float* rows[2] = {gradients[0], gradients[count - 1]};  // a second row of no weight
    for (int r = 0; r < count; ++r) {
      for (Size tap = 0; tap < 3; ++tap) {
        w[r][tap] = load<N>(weights + (Size{3} * weightRows[r] + tap) * channels + c);
      }
    }
    for (Size col = 0; col < cols; col += 2) {
      const Size at = col / 2 * channels + c;
      const auto left0 = load<N>(rows[0] + at);
      const auto left1 = load<N>(rows[1] + at);
      float* to = in + col * channels + c;
      store<N>(to, w[0][1] * left0 + w[1][1] * left1);
      if (col + 1 == cols) break;
      const auto right0 = load<N>(rows[0] + at + channels);
      const auto right1 = load<N>(rows[1] + at + channels);
      store<N>(to + channels,
               w[0][2] * left0 + w[0][0] * right0 + (w[1][2] * left1 + w[1][0] * right1));
    }
  });
}

}  // namespace

namespace FILTERLENS_KERNELS {

void fillDepthwiseKernels(Kernels& table) {
  table.depthwiseRow = depthwiseRow;
  table.depthwiseWeightRow = depthwiseWeightRow;
  table.depthwiseUpRow = depthwiseUpRow;
}

}  // namespace FILTERLENS_KERNELS
}  // namespace filterlens
