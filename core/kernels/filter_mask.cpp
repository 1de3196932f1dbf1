#include "core/kernels/filter_mask.h"

#include <bit>
#include <cmath>

#include "core/kernels/blocks_internal.h"

namespace filterlens {
namespace {

float sigmoid(float x) { return 1.0F / (1.0F + std::exp(-x)); }

/// The share of a normal distribution below x.
float below(float x) {
  constexpr float kRootHalf = 0.707106781F;
  return 0.5F * (1.0F + std::erf(x * kRootHalf));
}

float geluSlope(float x) {
  constexpr float kDensity = 0.398942280F;  // of the normal distribution at 0
  return below(x) + x * kDensity * std::exp(-0.5F * x * x);
}

/// Calls task(tap, source, target) for the runs of cells of one row that a tap moves to another
/// row: `target` receives from `source`, `count` cells each.
template <class Task>
void overShifts(const FilterMaskShape& s, KernelSize row, const Task& task) {
  const auto reach = s.kernel / 2;
  for (KernelSize i = 0; i < s.kernel; ++i) {
    const auto to = row - s.dilation * (i - reach);
    if (to < 0 || to >= s.rows) continue;
    for (KernelSize j = 0; j < s.kernel; ++j) {
      const auto shift = s.dilation * (j - reach);
      const auto first = std::max<KernelSize>(0, shift);
      const auto last = std::min(s.cols, s.cols + shift);
      if (first < last) task(i * s.kernel + j, first, to * s.cols + first - shift, last - first);
    }
  }
}

/// A photo's response: the products of each row with all taps, moved to the cells that read them.
void respond(const FilterMaskShape& s, const PackedMatrix& weights, const float* x, float bias,
             float* products, float* response) {
  std::fill_n(response, s.cells(), bias);
  for (KernelSize row = 0; row < s.rows; ++row) {
    weights.multiply(x + row * s.cols * s.channels, s.cols, products);
    overShifts(s, row, [&](KernelSize tap, KernelSize source, KernelSize target, KernelSize count) {
      const float* from = products + source * s.taps() + tap;
      for (KernelSize i = 0; i < count; ++i) {
        response[target + i] += from[i * s.taps()];
      }
    });
  }
}

/// The other way: the gradients that each cell of a row receives by each tap. [cols, taps]
void gatherGradients(const FilterMaskShape& s, const float* dResponse, KernelSize row,
                     float* gradients) {
  std::fill_n(gradients, s.cols * s.taps(), 0.0F);
  overShifts(s, row, [&](KernelSize tap, KernelSize source, KernelSize target, KernelSize count) {
    float* to = gradients + source * s.taps() + tap;
    for (KernelSize i = 0; i < count; ++i) to[i * s.taps()] = dResponse[target + i];
  });
}

}  // namespace

void filterMaskForward(const FilterMaskShape& s, const FilterMaskWeights& weights, const float* x,
                       const FilterMaskKept& kept, float* y) {
  const PackedMatrix packed(weights.weight, s.taps(), 1, s.channels, s.taps());
  BatchMoments moments(groupCount(s.batch), 1);
  const auto scratch = [&](KernelSize) { return floats(s.cols * s.taps()); };
  overPhotos(s.batch, scratch,
             [&](std::vector<float>& products, KernelSize group, KernelSize photo) {
               float* response = kept.response + photo * s.cells();
               respond(s, packed, x + photo * s.cells() * s.channels, *weights.bias,
                       products.data(), response);
               moments.add(group, response, s.cells());
             });
  moments.finish(weights.norm, kept.norm);

  const BatchNormValues norm(weights.norm, kept.norm, 1);
  const auto nothing = [](KernelSize) { return 0; };
  overPhotos(s.batch, nothing, [&](int, KernelSize, KernelSize photo) {
    const auto first = photo * s.cells();
    float* importance = kept.importance + first;
    kernels().normActivate(kept.response + first, s.cells(), 1, norm.parameters(), Activation::None,
                           importance);
    for (KernelSize i = 0; i < s.cells(); ++i) {
      importance[i] = sigmoid(importance[i] * below(importance[i]));
    }
    kernels().scaleRows(x + first * s.channels, importance, s.cells(), s.channels,
                        y + first * s.channels);
  });
}

void filterMaskBackward(const FilterMaskShape& s, const FilterMaskWeights& weights, const float* x,
                        const FilterMaskKept& kept, const float* dy,
                        const FilterMaskGradients& to) {
  const BatchNormValues norm(weights.norm, kept.norm, 1);
  const auto groups = groupCount(s.batch);
  BatchGradientSums sums(groups, 1);
  const std::unique_ptr<float[]> gradient = room(s.batch * s.cells());
  const auto rowOfCells = [&](KernelSize) { return floats(s.cells()); };
  overPhotos(s.batch, rowOfCells, [&](std::vector<float>& z, KernelSize group, KernelSize photo) {
    const auto first = photo * s.cells();
    float* g = gradient.get() + first;
    kernels().rowDots(dy + first * s.channels, x + first * s.channels, s.cells(), s.channels,
                      s.channels, g);
    kernels().normActivate(kept.response + first, s.cells(), 1, norm.parameters(), Activation::None,
                           z.data());
    for (KernelSize i = 0; i < s.cells(); ++i) {
      const float importance = kept.importance[first + i];
      g[i] *= importance * (1.0F - importance) * geluSlope(z[static_cast<std::size_t>(i)]);
    }
    overBlocks(s.cells(), [&](KernelSize from, KernelSize count) {
      kernels().addGradientSums(g + from, nullptr, kept.response + first + from, count, 1,
                                norm.mean(), nullptr, sums.sums(group), sums.products(group));
    });
  });
  sums.finish(norm, s.batch * s.cells(), to.normWeight, to.normBias);

  const PackedMatrix packed(weights.weight, 1, s.taps(), s.taps(), s.channels);
  GroupSums weightSums(groups, s.taps() * s.channels);
  GroupSums biasSums(groups, 1);
  const auto scratch = [&](KernelSize) { return floats(s.cols * s.taps()); };
  overPhotos(s.batch, scratch,
             [&](std::vector<float>& gathered, KernelSize group, KernelSize photo) {
               const auto first = photo * s.cells();
               float* g = gradient.get() + first;
               kernels().normGradient(g, kept.response + first, s.cells(), 1, sums.gradient(), g);
               kernels().addColumnSums(g, s.cells(), 1, biasSums.of(group));
               kernels().scaleRows(dy + first * s.channels, kept.importance + first, s.cells(),
                                   s.channels, to.x + first * s.channels);
               for (KernelSize row = 0; row < s.rows; ++row) {
                 const auto at = (first + row * s.cols) * s.channels;
                 gatherGradients(s, g, row, gathered.data());
                 packed.multiply(gathered.data(), s.cols, to.x + at, true);
                 kernels().addTransposedProduct({gathered.data(), s.taps(), x + at, s.channels,
                                                 weightSums.of(group), s.channels, s.cols, s.taps(),
                                                 s.channels});
               }
             });
  biasSums.finish(to.bias);
  auto taps = floats(s.taps() * s.channels);
  weightSums.finish(taps.data());
  for (KernelSize c = 0; c < s.channels; ++c) {
    for (KernelSize tap = 0; tap < s.taps(); ++tap) {
      to.weight[c * s.taps() + tap] = taps[static_cast<std::size_t>(tap * s.channels + c)];
    }
  }
}

void largestCells(const float* importance, KernelSize batch, KernelSize count, KernelSize k,
                  std::int64_t* cells) {
  const auto scratch = [&](KernelSize) {
    return std::vector<std::uint64_t>(static_cast<std::size_t>(count));
  };
  overPhotos(batch, scratch, [&](std::vector<std::uint64_t>& keys, KernelSize, KernelSize photo) {
    // Importance is positive, so its bits have the order of its values; below them the cell. A
    // sort by numbers that may be none would be undefined.
    for (KernelSize i = 0; i < count; ++i) {
      const float value = importance[photo * count + i];
      const auto bits = value == value ? std::bit_cast<std::uint32_t>(value) : 0U;
      keys[static_cast<std::size_t>(i)] =
          static_cast<std::uint64_t>(~bits) << 32 | static_cast<std::uint64_t>(i);
    }
    std::nth_element(keys.begin(), keys.begin() + (k - 1), keys.end());
    std::int64_t* to = cells + photo * k;
    for (KernelSize i = 0; i < k; ++i) {
      to[i] = static_cast<std::int64_t>(keys[static_cast<std::size_t>(i)] & 0xFFFFFFFFU);
    }
    std::sort(to, to + k);
  });
}

}  // namespace filterlens
