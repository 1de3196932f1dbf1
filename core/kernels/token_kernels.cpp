// What an encoder layer does between its matrix products: dropout, ReLU, LayerNorm, softmax.
#include "core/kernels/kernel_parts_internal.h"
#include "core/kernels/vectors_internal.h"

namespace filterlens {
namespace {

template <Size N>
using Counters = typename Lanes<N>::Unsigned;

/// A hash of 32 bits, two rounds of multiply and shift with a half of the key before each (after
/// Wellons' "hash prospector"); any bit of the result is good enough to toss coins with.
template <Size N>
inline Counters<N> hashOf(const DropoutMask& mask, std::uint32_t first) {
  Counters<N> x;
  for (Size i = 0; i < N; ++i) x[i] = first + static_cast<std::uint32_t>(i);
  x ^= mask.key[0];
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x += mask.key[1];
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

/// x where the mask lets it pass, times its factor.
template <Size N>
inline Floats<N> masked(const Floats<N>& x, const DropoutMask& mask, std::uint32_t at) {
  if (mask.threshold == 0) return x;
  return hashOf<N>(mask, at) >= mask.threshold ? x * mask.keep : Floats<N>{};
}

inline std::uint32_t number(std::uint32_t first, Size i) {
  return first + static_cast<std::uint32_t>(i);
}

/// The sum of term<N>(i) over all i below count.
template <class Term>
inline float sumOver(Size count, const Term& term) {
  Floats<kLanes> wide{};
  float sum = 0;
  overChannels(0, count, [&]<Size N>(Size i) {
    const Floats<N> v = term.template operator()<N>(i);
    if constexpr (N == kLanes) {
      wide += v;
    } else {
      for (Size lane = 0; lane < N; ++lane) sum += v[lane];
    }
  });
  for (Size lane = 0; lane < kLanes; ++lane) sum += wide[lane];
  return sum;
}

inline float largest(const float* x, Size count) {
  Floats<kLanes> wide = all<kLanes>(x[0]);
  float found = x[0];
  overChannels(0, count, [&]<Size N>(Size i) {
    const auto v = load<N>(x + i);
    if constexpr (N == kLanes) {
      wide = larger<N>(wide, v);
    } else {
      for (Size lane = 0; lane < N; ++lane) found = v[lane] > found ? v[lane] : found;
    }
  });
  for (Size lane = 0; lane < kLanes; ++lane) found = wide[lane] > found ? wide[lane] : found;
  return found;
}

void drop(const float* x, Size count, const DropoutMask& mask, std::uint32_t first, float* y) {
  overChannels(0, count, [&]<Size N>(Size i) {
    store<N>(y + i, masked<N>(load<N>(x + i), mask, number(first, i)));
  });
}

void dropAdd(const float* residual, const float* x, Size count, const DropoutMask& mask, float* y) {
  overChannels(0, count, [&]<Size N>(Size i) {
    store<N>(y + i, load<N>(residual + i) + masked<N>(load<N>(x + i), mask, number(0, i)));
  });
}

void reluDrop(float* x, Size count, const DropoutMask& mask) {
  overChannels(0, count, [&]<Size N>(Size i) {
    store<N>(x + i, masked<N>(larger<N>(load<N>(x + i), Floats<N>{}), mask, number(0, i)));
  });
}

void reluDropGradient(const float* activated, Size count, float keep, float* gradient) {
  overChannels(0, count, [&]<Size N>(Size i) {
    const Floats<N> passed = load<N>(gradient + i) * keep;
    store<N>(gradient + i, load<N>(activated + i) > Floats<N>{} ? passed : Floats<N>{});
  });
}

void normaliseRows(const float* x, Size rows, Size channels, float epsilon, float* y,
                   float* inverse) {
  const auto count = static_cast<float>(channels);
  for (Size row = 0; row < rows; ++row, x += channels, y += channels) {
    const float mean = sumOver(channels, [&]<Size N>(Size c) { return load<N>(x + c); }) / count;
    const float squares = sumOver(channels, [&]<Size N>(Size c) {
      const Floats<N> d = load<N>(x + c) - mean;
      return d * d;
    });
    const float factor = 1.0F / __builtin_sqrtf(squares / count + epsilon);
    inverse[row] = factor;
    overChannels(0, channels,
                 [&]<Size N>(Size c) { store<N>(y + c, (load<N>(x + c) - mean) * factor); });
  }
}

void normaliseRowsGradient(const float* g, const float* normalised, const float* inverse,
                           const float* weight, Size rows, Size channels, float* dx) {
  const float share = 1.0F / static_cast<float>(channels);
  for (Size row = 0; row < rows; ++row) {
    const float mean = share * sumOver(channels, [&]<Size N>(Size c) {
                         return load<N>(g + c) * load<N>(weight + c);
                       });
    const float slope = share * sumOver(channels, [&]<Size N>(Size c) {
                          return load<N>(g + c) * load<N>(weight + c) * load<N>(normalised + c);
                        });
    overChannels(0, channels, [&]<Size N>(Size c) {
      const Floats<N> along = load<N>(g + c) * load<N>(weight + c) - mean;
      store<N>(dx + c, (along - load<N>(normalised + c) * slope) * inverse[row]);
    });
    g += channels;
    normalised += channels;
    dx += channels;
  }
}

void addColumnSums(const float* x, Size rows, Size channels, float* sums) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    Floats<N> sum{};
    for (Size at = c; at < rows * channels; at += channels) sum += load<N>(x + at);
    store<N>(sums + c, load<N>(sums + c) + sum);
  });
}

void softmaxDrop(float* scores, Size rows, Size cols, float scale, const DropoutMask& mask,
                 std::uint32_t first, float* statistics) {
  for (Size row = 0; row < rows; ++row, scores += cols) {
    const float top = largest(scores, cols) * scale;
    const float sum = sumOver(cols, [&]<Size N>(Size i) {
      const auto e = exponential<N>(load<N>(scores + i) * scale - top);
      store<N>(scores + i, e);
      return e;
    });
    const float factor = 1.0F / sum;
    statistics[2 * row] = top;
    statistics[2 * row + 1] = factor;
    overChannels(0, cols, [&]<Size N>(Size i) {
      const auto at = number(first, row * cols + i);
      store<N>(scores + i, masked<N>(load<N>(scores + i) * factor, mask, at));
    });
  }
}

void softmaxDropGradient(float* scores, float* gradient, Size rows, Size cols, float scale,
                         const DropoutMask& mask, std::uint32_t first, const float* statistics,
                         const float* dots) {
  for (Size row = 0; row < rows; ++row, scores += cols, gradient += cols) {
    const float top = statistics[2 * row];
    const float factor = statistics[2 * row + 1];
    overChannels(0, cols, [&]<Size N>(Size i) {
      const Floats<N> p = exponential<N>(load<N>(scores + i) * scale - top) * factor;
      const auto passing = masked<N>(all<N>(1.0F), mask, number(first, row * cols + i));
      store<N>(scores + i, p * passing);
      store<N>(gradient + i, p * (load<N>(gradient + i) * passing - dots[row]) * scale);
    });
  }
}

void scaleRows(const float* x, const float* factors, Size rows, Size channels, float* y) {
  for (Size row = 0; row < rows; ++row, x += channels, y += channels) {
    const float factor = factors[row];
    overChannels(0, channels, [&]<Size N>(Size c) { store<N>(y + c, load<N>(x + c) * factor); });
  }
}

void addScaled(const float* x, Size count, float factor, float* y) {
  overChannels(0, count,
               [&]<Size N>(Size i) { store<N>(y + i, load<N>(y + i) + load<N>(x + i) * factor); });
}

void rowDots(const float* a, const float* b, Size rows, Size cols, Size stride, float* dots) {
  for (Size row = 0; row < rows; ++row, a += stride, b += stride) {
    dots[row] = sumOver(cols, [&]<Size N>(Size i) { return load<N>(a + i) * load<N>(b + i); });
  }
}

}  // namespace

namespace FILTERLENS_KERNELS {

void fillTokenKernels(Kernels& table) {
  table.drop = drop;
  table.dropAdd = dropAdd;
  table.reluDrop = reluDrop;
  table.reluDropGradient = reluDropGradient;
  table.normaliseRows = normaliseRows;
  table.normaliseRowsGradient = normaliseRowsGradient;
  table.addColumnSums = addColumnSums;
  table.softmaxDrop = softmaxDrop;
  table.softmaxDropGradient = softmaxDropGradient;
  table.scaleRows = scaleRows;
  table.addScaled = addScaled;
  table.rowDots = rowDots;
}

}  // namespace FILTERLENS_KERNELS
}  // namespace filterlens
