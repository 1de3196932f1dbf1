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
    const auto s = sigmoid<N>(z);
    const Floats<N> value = z * s;
    return {value, s + value * (1.0F - s)};
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

void addMoments(const float* x, Size rows, Size channels, const float* origin, double* sums,
                double* squares) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    const auto from = load<N>(origin + c);
    Floats<N> sum{};
    Floats<N> square{};
    for (Size at = c; at < rows * channels; at += channels) {
      const Floats<N> d = load<N>(x + at) - from;
      sum += d;
      square += d * d;
    }
    addLanes<N>(sums + c, sum);
    addLanes<N>(squares + c, square);
  });
}

template <Activation kind, bool kDerive>
void normActivateAs(const float* x, Size rows, Size channels, const NormParameters& norm, float* y,
                    float* derivative) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    const auto scale = load<N>(norm.scale + c);
    const auto shift = load<N>(norm.shift + c);
    for (Size at = c; at < rows * channels; at += channels) {
      const auto result = activate<kind, N>(load<N>(x + at) * scale + shift);
      store<N>(y + at, result.value);
      if constexpr (kDerive) store<N>(derivative + at, result.derivative);
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
  overChannels(0, channels, [&]<Size N>(Size c) {
    const auto scale = load<N>(norm.scale + c);
    const auto shift = load<N>(norm.shift + c);
    for (Size at = c; at < rows * channels; at += channels) {
      store<N>(y + at, load<N>(x + at) * scale + shift + load<N>(other + at));
    }
  });
}

template <bool kDerive, bool kStore>
void addGradientSumsAs(const float* gradient, const float* derivative, const float* x, Size rows,
                       Size channels, const float* mean, float* g, double* sums, double* products) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    const auto m = load<N>(mean + c);
    Floats<N> sum{};
    Floats<N> product{};
    for (Size at = c; at < rows * channels; at += channels) {
      Floats<N> value = load<N>(gradient + at);
      if constexpr (kDerive) value *= load<N>(derivative + at);
      if constexpr (kStore) store<N>(g + at, value);
      sum += value;
      product += value * (load<N>(x + at) - m);
    }
    addLanes<N>(sums + c, sum);
    addLanes<N>(products + c, product);
  });
}

void addGradientSums(const float* gradient, const float* derivative, const float* x, Size rows,
                     Size channels, const float* mean, float* g, double* sums, double* products) {
  const auto run = derivative
                       ? (g ? addGradientSumsAs<true, true> : addGradientSumsAs<true, false>)
                       : (g ? addGradientSumsAs<false, true> : addGradientSumsAs<false, false>);
  run(gradient, derivative, x, rows, channels, mean, g, sums, products);
}

void normGradient(const float* g, const float* x, Size rows, Size channels,
                  const NormGradient& norm, float* dx) {
  overChannels(0, channels, [&]<Size N>(Size c) {
    const auto gain = load<N>(norm.gain + c);
    const auto slope = load<N>(norm.slope + c);
    const auto offset = load<N>(norm.offset + c);
    const auto mean = load<N>(norm.mean + c);
    for (Size at = c; at < rows * channels; at += channels) {
      store<N>(dx + at, gain * load<N>(g + at) + (slope * (load<N>(x + at) - mean) + offset));
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
  table.normGradient = normGradient;
}

}  // namespace FILTERLENS_KERNELS
}  // namespace filterlens
