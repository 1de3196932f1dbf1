// Random: numbers that depend on a key alone, so that every photo's augmentation is the same
// whatever thread made it and however often the run was interrupted.
#pragma once

#include <concepts>
#include <cstdint>

namespace filterlens {

/// A stream of splitmix64 numbers (Steele, Lea & Flood 2014) that begins at a hash of its key, e.g.
/// Random(seed, epoch, photo). Keys of different lengths give different streams. Own distributions,
/// since those of the standard library differ between libraries.
class Random {
 public:
  template <std::integral... Key>
  requires(sizeof...(Key) > 0) explicit Random(Key... key) {
    (absorb(static_cast<std::uint64_t>(key)), ...);
  }

  /// 64 random bits.
  std::uint64_t bits() {
    state_ += kStep;
    return mixed(state_);
  }
  /// In [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }
  /// In [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// From 0 to n - 1; n is 1 or more. The chances differ by less than n / 2^32.
  int integer(int n) {
    return static_cast<int>(((bits() >> 32U) * static_cast<std::uint64_t>(n)) >> 32U);
  }
  /// True with this probability; draws a number in any case.
  bool chance(double probability) { return uniform() < probability; }
  /// Of the standard normal distribution.
  double normal();
  /// Of Beta(a, a), in [0, 1]; a > 0.
  double beta(double a);

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
  }
  void absorb(std::uint64_t part) { state_ = mixed(mixed(state_ + kStep) ^ part); }
  double gamma(double shape);

  std::uint64_t state_ = 0;
};

}  // namespace filterlens
