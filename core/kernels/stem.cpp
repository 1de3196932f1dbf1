#include "core/kernels/stem.h"

#include "core/kernels/blocks_internal.h"

namespace filterlens {
namespace {

/// Pixels under the window of each cell of an output row: [outCols, taps], taps in the order
/// [kernel row, kernel col, channel].
void windowsOfRow(const StemShape& s, const float* photo, KernelSize row, float* windows) {
  const auto run = s.kernel * s.in;
  for (KernelSize col = 0; col < s.outCols(); ++col) {
    const float* from = photo + (row * s.stride * s.cols + col * s.stride) * s.in;
    for (KernelSize i = 0; i < s.kernel; ++i, windows += run) {
      std::copy_n(from + i * s.cols * s.in, run, windows);
    }
  }
}

/// Where tap `at` of windowsOfRow's order lies in a kernel [in, kernel, kernel].
KernelSize tapInKernel(const StemShape& s, KernelSize at) {
  return at % s.in * s.kernel * s.kernel + at / s.in;
}

PackedMatrix packWeights(const StemShape& s, const float* weight) {
  auto reordered = floats(s.out * s.taps());
  for (KernelSize n = 0; n < s.out; ++n) {
    for (KernelSize k = 0; k < s.taps(); ++k) {
      reordered[static_cast<std::size_t>(n * s.taps() + k)] =
          weight[n * s.taps() + tapInKernel(s, k)];
    }
  }
  return {reordered.data(), 1, s.taps(), s.taps(), s.out};
}

/// Calls task(x's photo, first element of the map's row) for each row of a photo's output.
template <class Task>
void overRows(const StemShape& s, const float* x, KernelSize photo, const Task& task) {
  for (KernelSize row = 0; row < s.outRows(); ++row) {
    task(x + photo * s.rows * s.cols * s.in, row,
         (photo * s.outRows() + row) * s.outCols() * s.out);
  }
}

}  // namespace

void stemForward(const StemShape& s, const StemWeights& weights, const float* x,
                 const StemKept& kept, float* y) {
  const auto packed = packWeights(s, weights.weight);
  BatchMoments moments(groupCount(s.batch), s.out);
  const auto scratch = [&](KernelSize) { return takeRoom(s.outCols() * s.taps()); };
  overPhotos(s.batch, scratch, [&](Room& windows, KernelSize group, KernelSize photo) {
    overRows(s, x, photo, [&](const float* from, KernelSize row, KernelSize at) {
      windowsOfRow(s, from, row, windows.get());
      packed.multiply(windows.get(), s.outCols(), kept.response + at, weights.bias);
      moments.add(group, kept.response + at, s.outCols());
    });
  });
  moments.finish(weights.norm, kept.norm);

  const BatchNormValues norm(weights.norm, kept.norm, s.out);
  overPhotos(s.batch, kNothing, [&](int, KernelSize, KernelSize photo) {
    const auto pixels = s.outRows() * s.outCols();
    overBlocks(pixels, blockPixels(s.out), [&](KernelSize first, KernelSize count) {
      const auto at = (photo * pixels + first) * s.out;
      kernels().normActivate(kept.response + at, count, s.out, norm.parameters(),
                             Activation::LeakyReLU, y + at);
    });
  });
}

void stemBackward(const StemShape& s, const StemWeights& weights, const float* x,
                  const StemKept& kept, const float* dy, const StemGradients& to) {
  const BatchNormValues norm(weights.norm, kept.norm, s.out);
  const auto groups = groupCount(s.batch);
  const auto rowSize = s.outCols() * s.out;
  BatchGradientSums sums(groups, s.out);
  const Room gradient = takeRoom(s.batch * s.outRows() * rowSize);
  const auto rowScratch = [&](KernelSize) { return takeRoom(rowSize); };
  overPhotos(s.batch, rowScratch, [&](Room& activated, KernelSize group, KernelSize photo) {
    overRows(s, x, photo, [&](const float*, KernelSize, KernelSize at) {
      kernels().activateGradient(kept.response + at, dy + at, s.outCols(), s.out, norm.parameters(),
                                 Activation::LeakyReLU, activated.get(), gradient.get() + at,
                                 sums.sums(group), sums.products(group));
    });
  });
  sums.finish(norm, s.batch * s.outRows() * s.outCols(), to.normWeight, to.normBias);

  GroupSums weightSums(groups, s.out * s.taps());
  GroupSums biasSums(groups, s.out);
  const auto scratch = [&](KernelSize) { return takeRoom(s.outCols() * s.taps()); };
  overPhotos(s.batch, scratch, [&](Room& windows, KernelSize group, KernelSize photo) {
    overRows(s, x, photo, [&](const float* from, KernelSize row, KernelSize at) {
      float* g = gradient.get() + at;
      kernels().normGradient(g, kept.response + at, s.outCols(), s.out, sums.gradient(), g);
      windowsOfRow(s, from, row, windows.get());
      kernels().addTransposedProduct({g, s.out, windows.get(), s.taps(), weightSums.of(group),
                                      s.taps(), s.outCols(), s.out, s.taps()});
      kernels().addColumnSums(g, s.outCols(), s.out, biasSums.of(group));
    });
  });
  biasSums.finish(to.bias);
  auto taps = floats(s.out * s.taps());
  weightSums.finish(taps.data());
  for (KernelSize i = 0; i < s.out * s.taps(); ++i) {
    to.weight[i / s.taps() * s.taps() + tapInKernel(s, i % s.taps())] =
        taps[static_cast<std::size_t>(i)];
  }
}

}  // namespace filterlens
