// BatchNorm and the activation behind it, forward and backward.
#include "core/kernels/kernel_parts_internal.h"
#include "core/kernels/vectors_internal.h"

namespace filterlens {
namespace {

constexpr float kLeak = 0.1F;

template <Size N>
struct Activated {
  Floats<N> value;
  Floats<N> derivative;
};

template <Activation kind, Size N>
inline Activated<N> activate(const Floats<N>& z) {
  if constexpr (kind == Activation::SiLU) {
    const auto e = exponential<N>(-z);
    const auto s = reciprocal<N>(1.0F + e);
    const Floats<N> value = z * s;
    return {value, s + value * (e * s)};  // e * s is 1 - s without its cancellation
  } else if constexpr (kind == Activation::LeakyReLU) {
    const Floats<N> slope = z > Floats<N>{} ? all<N>(1.0F) : all<N>(kLeak);
    return {z * slope, slope};
  } else {
    return {z, all<N>(1.0F)};
  }
}

/// A vector's lanes, added to doubles.
template <Size N>
inline void addLanes(double* to, const Floats<N>& v) {
  for (Size i = 0; i < N; ++i) to[i] += static_cast<double>(v[i]);
}

/// V vectors of one array's channels from c on.
template <Size N, Size V>
struct Vectors {
  Floats<N> part[V];
};

template <Size N, Size V>
inline Vectors<N, V> loadVectors(const float* from) {
  Vectors<N, V> v;
  FILTERLENS_UNROLLED
  for (Size i = 0; i < V; ++i) v.part[i] = load<N>(from + i * N);
  return v;
}

template <Size N, Size V>
inline void addVectors(double* to, const Vectors<N, V>& v) {
  FILTERLENS_UNROLLED
  for (Size i = 0; i < V; ++i) addLanes<N>(to + i * N, v.part[i]);
}

void addMoments(const float* x, Size rows, Size channels, const float* origin, double* sums,
                double* squares) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto from = loadVectors<N, V>(origin + c);
    Vectors<N, V> sum{};
    Vectors<N, V> square{};
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const Floats<N> d = load<N>(x + at + i * N) - from.part[i];
        sum.part[i] += d;
        square.part[i] += d * d;
      }
    }
    addVectors<N, V>(sums + c, sum);
    addVectors<N, V>(squares + c, square);
  });
}

template <Activation kind, bool kDerive>
void normActivateAs(const float* x, Size rows, Size channels, const NormParameters& norm, float* y,
                    float* derivative) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto scale = loadVectors<N, V>(norm.scale + c);
    const auto shift = loadVectors<N, V>(norm.shift + c);
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const auto result =
            activate<kind, N>(load<N>(x + at + i * N) * scale.part[i] + shift.part[i]);
        store<N>(y + at + i * N, result.value);
        if constexpr (kDerive) store<N>(derivative + at + i * N, result.derivative);
      }
    }
  });
}

void normActivate(const float* x, Size rows, Size channels, const NormParameters& norm,
                  Activation activation, float* y) {
  switch (activation) {
    case Activation::None:
      return normActivateAs<Activation::None, false>(x, rows, channels, norm, y, nullptr);
    case Activation::SiLU:
      return normActivateAs<Activation::SiLU, false>(x, rows, channels, norm, y, nullptr);
    case Activation::LeakyReLU:
      return normActivateAs<Activation::LeakyReLU, false>(x, rows, channels, norm, y, nullptr);
  }
}

void normActivateDerive(const float* x, Size rows, Size channels, const NormParameters& norm,
                        Activation activation, float* y, float* derivative) {
  switch (activation) {
    case Activation::None:
      return normActivateAs<Activation::None, true>(x, rows, channels, norm, y, derivative);
    case Activation::SiLU:
      return normActivateAs<Activation::SiLU, true>(x, rows, channels, norm, y, derivative);
    case Activation::LeakyReLU:
      return normActivateAs<Activation::LeakyReLU, true>(x, rows, channels, norm, y, derivative);
  }
}

void normAdd(const float* x, const float* other, Size rows, Size channels,
             const NormParameters& norm, float* y) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto scale = loadVectors<N, V>(norm.scale + c);
    const auto shift = loadVectors<N, V>(norm.shift + c);
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const Size j = at + i * N;
        store<N>(y + j, load<N>(x + j) * scale.part[i] + shift.part[i] + load<N>(other + j));
      }
    }
  });
}

template <bool kDerive, bool kStore>
void addGradientSumsAs(const float* gradient, const float* derivative, const float* x, Size rows,
                       Size channels, const float* mean, float* g, double* sums, double* products) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto m = loadVectors<N, V>(mean + c);
    Vectors<N, V> sum{};
    Vectors<N, V> product{};
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const Size j = at + i * N;
        Floats<N> value = load<N>(gradient + j);
        if constexpr (kDerive) value *= load<N>(derivative + j);
        if constexpr (kStore) store<N>(g + j, value);
        sum.part[i] += value;
        product.part[i] += value * (load<N>(x + j) - m.part[i]);
      }
    }
    addVectors<N, V>(sums + c, sum);
    addVectors<N, V>(products + c, product);
  });
}

void addGradientSums(const float* gradient, const float* derivative, const float* x, Size rows,
                     Size channels, const float* mean, float* g, double* sums, double* products) {
  const auto run = derivative
                       ? (g ? addGradientSumsAs<true, true> : addGradientSumsAs<true, false>)
                       : (g ? addGradientSumsAs<false, true> : addGradientSumsAs<false, false>);
  run(gradient, derivative, x, rows, channels, mean, g, sums, products);
}

template <Activation kind>
void activateGradientAs(const float* x, const float* gradient, Size rows, Size channels,
                        const NormParameters& norm, float* y, float* g, double* sums,
                        double* products) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto scale = loadVectors<N, V>(norm.scale + c);
    const auto shift = loadVectors<N, V>(norm.shift + c);
    const auto mean = loadVectors<N, V>(norm.mean + c);
    Vectors<N, V> sum{};
    Vectors<N, V> product{};
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const Size j = at + i * N;
        const auto value = load<N>(x + j);
        const auto result = activate<kind, N>(value * scale.part[i] + shift.part[i]);
        const Floats<N> passed = load<N>(gradient + j) * result.derivative;
        store<N>(y + j, result.value);
        store<N>(g + j, passed);
        sum.part[i] += passed;
        product.part[i] += passed * (value - mean.part[i]);
      }
    }
    addVectors<N, V>(sums + c, sum);
    addVectors<N, V>(products + c, product);
  });
}

void activateGradient(const float* x, const float* gradient, Size rows, Size channels,
                      const NormParameters& norm, Activation activation, float* y, float* g,
                      double* sums, double* products) {
  const auto run = activation == Activation::SiLU        ? activateGradientAs<Activation::SiLU>
                   : activation == Activation::LeakyReLU ? activateGradientAs<Activation::LeakyReLU>
                                                         : activateGradientAs<Activation::None>;
  run(x, gradient, rows, channels, norm, y, g, sums, products);
}

void normGradient(const float* g, const float* x, Size rows, Size channels,
                  const NormGradient& norm, float* dx) {
  overWideChannels(channels, [&]<Size N, Size V>(Size c) {
    const auto gain = loadVectors<N, V>(norm.gain + c);
    const auto slope = loadVectors<N, V>(norm.slope + c);
    const auto offset = loadVectors<N, V>(norm.offset + c);
    const auto mean = loadVectors<N, V>(norm.mean + c);
    for (Size at = c; at < rows * channels; at += channels) {
      FILTERLENS_UNROLLED
      for (Size i = 0; i < V; ++i) {
        const Size j = at + i * N;
        const Floats<N> d = load<N>(x + j) - mean.part[i];
        store<N>(dx + j, gain.part[i] * load<N>(g + j) + (slope.part[i] * d + offset.part[i]));
      }
    }
  });
}

}  // namespace

namespace FILTERLENS_KERNELS {

void fillNormKernels(Kernels& table) {
  table.addMoments = addMoments;
  table.normActivate = normActivate;
  table.normActivateDerive = normActivateDerive;
  table.normAdd = normAdd;
  table.addGradientSums = addGradientSums;
  table.activateGradient = activateGradient;
  table.normGradient = normGradient;
}

}  // namespace FILTERLENS_KERNELS
}  // namespace filterlens
