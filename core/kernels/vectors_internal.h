// Vectors of floats for the kernels, by the compiler's own vector types: the same source serves
// every instruction set. Include it only in the kernels' own files, each of which is compiled once
// for each set: everything here is static, and nothing here or there may use inline functions of
// the standard library, or the linker could keep a copy that an older processor cannot run.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__AVX2__)
#include <immintrin.h>  // its functions are always inlined
#endif

namespace filterlens {
namespace {

using Size = std::ptrdiff_t;

#if defined(__AVX512F__)
inline constexpr Size kLanes = 16;
#elif defined(__AVX2__)
inline constexpr Size kLanes = 8;
#else
inline constexpr Size kLanes = 4;
#endif

/// N floats, with its integer twin. N: 1, 2, 4, 8, 16.
template <Size N>
struct Lanes {
  typedef float Float __attribute__((vector_size(N * sizeof(float))));
  typedef std::int32_t Int __attribute__((vector_size(N * sizeof(std::int32_t))));
  typedef std::uint32_t Unsigned __attribute__((vector_size(N * sizeof(std::uint32_t))));
};

template <Size N>
using Floats = typename Lanes<N>::Float;

template <Size N>
inline Floats<N> load(const float* from) {
  Floats<N> v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

template <Size N>
inline void store(float* to, const Floats<N>& v) {
  __builtin_memcpy(to, &v, sizeof v);
}

template <Size N>
inline Floats<N> all(float value) {
  return value - Floats<N>{};
}

/// The larger and the smaller of two; b where a is no number. g++ makes two instructions of the
/// plain form.
template <Size N>
inline Floats<N> larger(const Floats<N>& a, const Floats<N>& b) {
#if defined(__AVX512F__)
  if constexpr (N == 16) return _mm512_maskz_max_ps(0xFFFF, a, b);
#endif
  return a > b ? a : b;
}

template <Size N>
inline Floats<N> smaller(const Floats<N>& a, const Floats<N>& b) {
#if defined(__AVX512F__)
  if constexpr (N == 16) return _mm512_maskz_min_ps(0xFFFF, a, b);
#endif
  return a < b ? a : b;
}

/// e^x with a relative error of at most 4e-7 for -87 <= x <= 88; beyond them, e^ of the bound.
template <Size N>
inline Floats<N> exponential(Floats<N> x) {
  // x = n ln 2 + r with |r| <= ln 2 / 2. Adding kRound leaves n, rounded, in the low bits.
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23
  x = smaller<N>(larger<N>(x, all<N>(-87.0F)), all<N>(88.0F));
  const Floats<N> shifted = x * 1.44269504F + kRound;
  const Floats<N> n = shifted - kRound;
  const Floats<N> r = (x - n * 0.693359375F) + n * 2.12194440e-4F;  // ln 2 in two parts
  Floats<N> p = r * (1.0F / 5040) + 1.0F / 720;                     // Taylor: r^8/8! is below 6e-9
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  p = (p * r + 1.0F) * r + 1.0F;
  using Int = typename Lanes<N>::Int;
  const Int power = (__builtin_bit_cast(Int, shifted) << 23) + __builtin_bit_cast(Int, p);
  return __builtin_bit_cast(Floats<N>, power);
}

/// 1 / x with a relative error of at most 3e-7, for x from 1e-30 to 1e30. A division takes as long
/// as the rest of an activation; an estimate and one step of Newton's method do not.
template <Size N>
inline Floats<N> reciprocal(const Floats<N>& x) {
  Floats<N> y;
#if defined(__AVX512F__)
  if constexpr (N == 16) {
    y = _mm512_maskz_rcp14_ps(0xFFFF, x);  // g++ 12 warns of the plain form
    return y * (2.0F - x * y);
  }
#elif defined(__AVX2__)
  if constexpr (N == 8) {
    y = _mm256_rcp_ps(x);
    return y * (2.0F - x * y);
  }
#endif
  y = 1.0F / x;
  return y;
}

/// The first count lanes from memory, the others 0.
template <Size N>
inline Floats<N> loadFirst(const float* from, Size count) {
  Floats<N> v;
#if defined(__AVX512F__)
  if constexpr (N == 16) {
    v = _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << count) - 1), from);
    return v;
  }
#endif
  v = Floats<N>{};
  for (Size i = 0; i < count; ++i) v[i] = from[i];
  return v;
}

template <Size N>
inline void storeFirst(float* to, const Floats<N>& v, Size count) {
#if defined(__AVX512F__)
  if constexpr (N == 16) {
    _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << count) - 1), v);
    return;
  }
#endif
  for (Size i = 0; i < count; ++i) to[i] = v[i];
}

/// Calls task.operator()<N>(c) for vectors of N channels from channel c on, wide ones first, until
/// all channels are covered.
template <class Task>
inline void overChannels(Size from, Size channels, const Task& task) {
  Size c = from;
  for (; c + kLanes <= channels; c += kLanes) task.template operator()<kLanes>(c);
  if constexpr (kLanes > 8) {
    if (c + 8 <= channels) task.template operator()<8>(c), c += 8;
  }
  if constexpr (kLanes > 4) {
    if (c + 4 <= channels) task.template operator()<4>(c), c += 4;
  }
  for (; c < channels; ++c) task.template operator()<1>(c);
}

/// The same for V vectors of N channels at a time, so that a row is read on through as many
/// channels as the registers allow: task.operator()<N, V>(c). What it keeps in arrays of V must be
/// worked on in unrolled loops.
template <class Task>
inline void overWideChannels(Size channels, const Task& task) {
  constexpr Size kMost = kLanes == 16 ? 4 : 2;
  Size c = 0;
  for (; c + kMost * kLanes <= channels; c += kMost * kLanes) {
    task.template operator()<kLanes, kMost>(c);
  }
  if constexpr (kMost > 2) {
    if (c + 2 * kLanes <= channels) task.template operator()<kLanes, 2>(c), c += 2 * kLanes;
  }
  overChannels(c, channels, [&]<Size N>(Size from) { task.template operator()<N, 1>(from); });
}

}  // namespace
}  // namespace filterlens

/// For the loops over the V vectors of overWideChannels.
#define FILTERLENS_UNROLLED _Pragma("GCC unroll 4")
