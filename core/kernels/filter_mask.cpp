#include "core/kernels/filter_mask.h"

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
  const auto scratch = [&](KernelSize) { return takeRoom(s.cols * s.taps()); };
  overPhotos(s.batch, scratch, [&](Room& products, KernelSize group, KernelSize photo) {
    float* response = kept.response + photo * s.cells();
    respond(s, packed, x + photo * s.cells() * s.channels, *weights.bias, products.get(), response);
    moments.add(group, response, s.cells());
  });
  moments.finish(weights.norm, kept.norm);

  const BatchNormValues norm(weights.norm, kept.norm, 1);
  overPhotos(s.batch, kNothing, [&](int, KernelSize, KernelSize photo) {
    const auto first = photo * s.cells();
    float* importance = kept.importance + first;
    float* z = kept.normalised + first;
    kernels().normActivate(kept.response + first, s.cells(), 1, norm.parameters(), Activation::None,
                           z);
    for (KernelSize i = 0; i < s.cells(); ++i) importance[i] = sigmoid(z[i] * below(z[i]));
    kernels().scaleRows(x + first * s.channels, importance, s.cells(), s.channels,
                        y + first * s.channels);
  });
}

void filterMaskBackward(const FilterMaskShape& s, const FilterMaskWeights& weights, const float* x,
                        const FilterMaskKept& kept, const FilterMaskOuterGradients& from,
                        const FilterMaskGradients& to) {
  const BatchNormValues norm(weights.norm, kept.norm, 1);
  const auto groups = groupCount(s.batch);
  BatchGradientSums sums(groups, 1);
  const Room gradient = takeRoom(s.batch * s.cells());
  overPhotos(s.batch, kNothing, [&](int, KernelSize group, KernelSize photo) {
    const auto first = photo * s.cells();
    float* g = gradient.get() + first;
    kernels().rowDots(from.y + first * s.channels, x + first * s.channels, s.cells(), s.channels,
                      s.channels, g);
    for (KernelSize i = 0; i < s.cells(); ++i) {
      const float importance = kept.importance[first + i];
      const float outer = g[i] + from.importance[first + i];
      g[i] = outer * importance * (1.0F - importance) * geluSlope(kept.normalised[first + i]) +
             from.normalised[first + i];
    }
    constexpr KernelSize kCells = 256;  // see Kernels::addGradientSums
    overBlocks(s.cells(), kCells, [&](KernelSize at, KernelSize count) {
      kernels().addGradientSums(g + at, nullptr, kept.response + first + at, count, 1, norm.mean(),
                                nullptr, sums.sums(group), sums.products(group));
    });
  });
  sums.finish(norm, s.batch * s.cells(), to.normWeight, to.normBias);

  const PackedMatrix packed(weights.weight, 1, s.taps(), s.taps(), s.channels);
  GroupSums weightSums(groups, s.taps() * s.channels);
  GroupSums biasSums(groups, 1);
  const auto scratch = [&](KernelSize) { return takeRoom(s.cols * s.taps()); };
  overPhotos(s.batch, scratch, [&](Room& gathered, KernelSize group, KernelSize photo) {
    const auto first = photo * s.cells();
    float* g = gradient.get() + first;
    kernels().normGradient(g, kept.response + first, s.cells(), 1, sums.gradient(), g);
    kernels().addColumnSums(g, s.cells(), 1, biasSums.of(group));
    kernels().scaleRows(from.y + first * s.channels, kept.importance + first, s.cells(), s.channels,
                        to.x + first * s.channels);
    for (KernelSize row = 0; row < s.rows; ++row) {
      const auto at = (first + row * s.cols) * s.channels;
      gatherGradients(s, g, row, gathered.get());
      packed.multiply(gathered.get(), s.cols, to.x + at, nullptr, to.x + at);
      kernels().addTransposedProduct({gathered.get(), s.taps(), x + at, s.channels,
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

}  // namespace filterlens
