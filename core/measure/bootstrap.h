// A mean over photos, and how sure it is.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

namespace filterlens {

/// A mean and its 95 % interval; NaN where there is no value.
struct MeanInterval {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  int n = 0;  ///< values
};

inline constexpr int kBootstrapResamples = 2000;

/// The percentile bootstrap (Efron 1979): values are drawn anew, with replacement, as many as there
/// are; the interval holds the middle 95 % of the means. The same seed and number of values draw
/// the same photos, so that rows of one table vary together.
MeanInterval bootstrapMean(std::span<const double> values, std::uint64_t seed,
                           int resamples = kBootstrapResamples);

}  // namespace filterlens
