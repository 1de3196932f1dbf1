#include "core/kernels/blocks_internal.h"
#include "core/kernels/inverted_residual.h"

namespace filterlens {
namespace {

/// What a thread needs to take the gradient of a depthwise convolution through a photo.
struct MixScratch {
  RowRing activated;  // SiLU(norm1(e))
  Room slopes;        // its derivative, the last four rows
  RowRing gradients;  // of d
  Room gradient;      // of a row of the activated map
};

class Backward {
 public:
  Backward(const InvertedResidualShape& shape, const InvertedResidualWeights& weights,
           const InvertedResidualKept& kept, const InvertedResidualGradients& gradients)
      : s_(shape),
        w_(weights),
        kept_(kept),
        to_(gradients),
        groups_(groupCount(shape.batch)),
        block_(blockPixels(shape.hidden)),
        inPixels_(shape.rows * shape.cols),
        outPixels_(shape.outRows() * shape.outCols()),
        norm1_(weights.norms[0], kept.norms[0], shape.hidden),
        norm2_(weights.norms[1], kept.norms[1], shape.hidden),
        norm3_(weights.norms[2], kept.norms[2], shape.out),
        sums1_(groups_, shape.hidden),
        sums2_(groups_, shape.hidden),
        sums3_(groups_, shape.out) {}

  /// Through y = norm3(r): its sums.
  void close(const float* dy) {
    overPhotos(s_.batch, kNothing, [&](int, KernelSize group, KernelSize photo) {
      overBlocks(outPixels_, block_, [&](KernelSize first, KernelSize count) {
        const auto at = (photo * outPixels_ + first) * s_.out;
        kernels().addGradientSums(dy + at, nullptr, kept_.reduced + at, count, s_.out,
                                  norm3_.mean(), nullptr, sums3_.sums(group),
                                  sums3_.products(group));
      });
    });
    sums3_.finish(norm3_, s_.batch * outPixels_, to_.normWeights[2], to_.normBiases[2]);
  }

  /// Through r = W SiLU(norm2(d)): gradient2 receives the gradient of norm2(d).
  void reduce(const float* dy) {
    gradient2_ = takeRoom(s_.batch * outPixels_ * s_.hidden);
    const PackedMatrix weights(w_.reduce, s_.hidden, 1, s_.out, s_.hidden);
    GroupSums weightSums(groups_, s_.out * s_.hidden);
    const auto scratch = [&](KernelSize) { return takeRoom(block_ * (s_.out + 2 * s_.hidden)); };
    overPhotos(s_.batch, scratch, [&](Room& block, KernelSize group, KernelSize photo) {
      float* dr = block.get();
      float* gradient = dr + block_ * s_.out;
      float* activated = gradient + block_ * s_.hidden;
      overBlocks(outPixels_, block_, [&](KernelSize first, KernelSize count) {
        const auto at = photo * outPixels_ + first;
        const float* d = kept_.mixed + at * s_.hidden;
        kernels().normGradient(dy + at * s_.out, kept_.reduced + at * s_.out, count, s_.out,
                               sums3_.gradient(), dr);
        weights.multiply(dr, count, gradient);
        kernels().activateGradient(d, gradient, count, s_.hidden, norm2_.parameters(),
                                   Activation::SiLU, activated, gradient2_.get() + at * s_.hidden,
                                   sums2_.sums(group), sums2_.products(group));
        kernels().addTransposedProduct({dr, s_.out, activated, s_.hidden, weightSums.of(group),
                                        s_.hidden, count, s_.out, s_.hidden});
      });
    });
    sums2_.finish(norm2_, s_.batch * outPixels_, to_.normWeights[1], to_.normBiases[1]);
    weightSums.finish(to_.reduce);
  }

  /// Through d = depthwise(SiLU(norm1(e))): gradient1 receives the gradient of norm1(e).
  void mix() {
    gradient1_ = takeRoom(s_.batch * inPixels_ * s_.hidden);
    taps_ = depthwiseTaps(w_.depthwise, s_.hidden, s_.stride == 1);
    GroupSums weightSums(groups_, 9 * s_.hidden);
    const auto scratch = [&](KernelSize) {
      return MixScratch{RowRing(s_.cols, s_.hidden), takeRoom(4 * s_.cols * s_.hidden),
                        RowRing(s_.outCols(), s_.hidden), takeRoom(s_.cols * s_.hidden)};
    };
    overPhotos(s_.batch, scratch, [&](MixScratch& rows, KernelSize group, KernelSize photo) {
      mixPhoto(rows, group, photo, weightSums.of(group));
    });
    gradient2_.reset();
    sums1_.finish(norm1_, s_.batch * inPixels_, to_.normWeights[0], to_.normBiases[0]);
    auto taps = floats(9 * s_.hidden);
    weightSums.finish(taps.data());
    for (KernelSize c = 0; c < s_.hidden; ++c) {
      for (KernelSize tap = 0; tap < 9; ++tap) {
        to_.depthwise[c * 9 + tap] = taps[static_cast<std::size_t>(tap * s_.hidden + c)];
      }
    }
  }

  /// Through e = W x.
  void expand(const float* x, const float* dy) {
    const PackedMatrix weights(w_.expand, s_.in, 1, s_.hidden, s_.in);
    GroupSums weightSums(groups_, s_.hidden * s_.in);
    const auto scratch = [&](KernelSize) { return takeRoom(block_ * s_.hidden); };
    overPhotos(s_.batch, scratch, [&](Room& de, KernelSize group, KernelSize photo) {
      overBlocks(inPixels_, block_, [&](KernelSize first, KernelSize count) {
        const auto at = photo * inPixels_ + first;
        kernels().normGradient(gradient1_.get() + at * s_.hidden, kept_.expanded + at * s_.hidden,
                               count, s_.hidden, sums1_.gradient(), de.get());
        float* dx = to_.x + at * s_.in;
        weights.multiply(de.get(), count, dx, nullptr, s_.skip() ? dy + at * s_.in : nullptr);
        kernels().addTransposedProduct({de.get(), s_.hidden, x + at * s_.in, s_.in,
                                        weightSums.of(group), s_.in, count, s_.hidden, s_.in});
      });
    });
    weightSums.finish(to_.expand);
  }

 private:
  void mixPhoto(MixScratch& rows, KernelSize group, KernelSize photo, float* weightSums) {
    KernelSize ready = 0;
    KernelSize finished = 0;
    for (KernelSize row = 0; row < s_.outRows(); ++row) {
      const auto top = row * s_.stride - 1;
      for (; ready < std::min(s_.rows, top + 3); ++ready) activateRow(rows, photo, ready);
      const auto at = (photo * s_.outRows() + row) * s_.outCols() * s_.hidden;
      kernels().normGradient(gradient2_.get() + at, kept_.mixed + at, s_.outCols(), s_.hidden,
                             sums2_.gradient(), rows.gradients.cells(row));
      const float* const in[3] = {rows.activated.padded(top, s_.rows),
                                  rows.activated.padded(top + 1, s_.rows),
                                  rows.activated.padded(top + 2, s_.rows)};
      kernels().depthwiseWeightRow(in, rows.gradients.cells(row), s_.hidden, s_.outCols(),
                                   s_.stride, weightSums);
      // All input rows that no later row of gradients meets.
      for (; finished < std::min(s_.rows, top + s_.stride); ++finished) {
        finishRow(rows, group, photo, finished);
      }
    }
    for (; finished < s_.rows; ++finished) finishRow(rows, group, photo, finished);
  }

  void activateRow(MixScratch& rows, KernelSize photo, KernelSize row) {
    kernels().normActivateDerive(rowOfExpanded(photo, row), s_.cols, s_.hidden, norm1_.parameters(),
                                 Activation::SiLU, rows.activated.cells(row), slopesOf(rows, row));
  }

  void finishRow(MixScratch& rows, KernelSize group, KernelSize photo, KernelSize row) {
    if (s_.stride == 1) {
      const float* const in[3] = {rows.gradients.padded(row - 1, s_.rows),
                                  rows.gradients.padded(row, s_.rows),
                                  rows.gradients.padded(row + 1, s_.rows)};
      kernels().depthwiseRow(in, taps_.data(), s_.hidden, s_.cols, 1, rows.gradient.get());
    } else {
      upRow(rows, row);
    }
    const auto* e = rowOfExpanded(photo, row);
    kernels().addGradientSums(rows.gradient.get(), slopesOf(rows, row), e, s_.cols, s_.hidden,
                              norm1_.mean(), gradient1_.get() + (e - kept_.expanded),
                              sums1_.sums(group), sums1_.products(group));
  }

  /// An even row meets one row of gradients, by the middle weights; an odd one the row above it by
  /// the lower weights and, where there is one, the row below it by the upper weights.
  void upRow(MixScratch& rows, KernelSize row) {
    const auto above = row / 2;
    const bool even = row % 2 == 0;
    const bool both = !even && above + 1 < s_.outRows();
    const float* const from[2] = {rows.gradients.cells(above), rows.gradients.cells(above + 1)};
    const int weightRows[2] = {even ? 1 : 2, 0};
    kernels().depthwiseUpRow(from, weightRows, both ? 2 : 1, taps_.data(), s_.hidden, s_.cols,
                             rows.gradient.get());
  }

  [[nodiscard]] const float* rowOfExpanded(KernelSize photo, KernelSize row) const {
    return kept_.expanded + (photo * s_.rows + row) * s_.cols * s_.hidden;
  }
  [[nodiscard]] float* slopesOf(MixScratch& rows, KernelSize row) const {
    return rows.slopes.get() + (row & 3) * s_.cols * s_.hidden;
  }

  const InvertedResidualShape& s_;
  const InvertedResidualWeights& w_;
  const InvertedResidualKept& kept_;
  const InvertedResidualGradients& to_;
  KernelSize groups_;
  KernelSize block_;
  KernelSize inPixels_;
  KernelSize outPixels_;
  BatchNormValues norm1_;
  BatchNormValues norm2_;
  BatchNormValues norm3_;
  BatchGradientSums sums1_;
  BatchGradientSums sums2_;
  BatchGradientSums sums3_;
  std::vector<float> taps_;
  Room gradient2_;
  Room gradient1_;
};

}  // namespace

void invertedResidualBackward(const InvertedResidualShape& shape,
                              const InvertedResidualWeights& weights, const float* x,
                              const InvertedResidualKept& kept, const float* dy,
                              const InvertedResidualGradients& gradients) {
  Backward run(shape, weights, kept, gradients);
  run.close(dy);
  run.reduce(dy);
  run.mix();
  run.expand(x, dy);
}

}  // namespace filterlens
