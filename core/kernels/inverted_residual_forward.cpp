#include "core/kernels/blocks_internal.h"
#include "core/kernels/inverted_residual.h"

namespace filterlens {
namespace {

class Forward {
 public:
  Forward(const InvertedResidualShape& shape, const InvertedResidualWeights& weights,
          const InvertedResidualKept& kept)
      : s_(shape), w_(weights), kept_(kept), block_(blockPixels(shape.hidden)) {}

  void expand(const float* x) {
    const PackedMatrix weights(w_.expand, 1, s_.in, s_.in, s_.hidden);
    BatchMoments moments(groupCount(s_.batch), s_.hidden);
    const auto pixels = s_.rows * s_.cols;
    overPhotos(s_.batch, kNothing, [&](int, KernelSize group, KernelSize photo) {
      overBlocks(pixels, block_, [&](KernelSize first, KernelSize count) {
        const auto at = photo * pixels + first;
        float* e = kept_.expanded + at * s_.hidden;
        weights.multiply(x + at * s_.in, count, e);
        moments.add(group, e, count);
      });
    });
    moments.finish(w_.norms[0], kept_.norms[0]);
  }

  void mix() {
    const BatchNormValues norm(w_.norms[0], kept_.norms[0], s_.hidden);
    const auto taps = depthwiseTaps(w_.depthwise, s_.hidden, false);
    BatchMoments moments(groupCount(s_.batch), s_.hidden);
    const auto ring = [&](KernelSize) { return RowRing(s_.cols, s_.hidden); };
    overPhotos(s_.batch, ring, [&](RowRing& activated, KernelSize group, KernelSize photo) {
      KernelSize ready = 0;
      for (KernelSize row = 0; row < s_.outRows(); ++row) {
        const auto top = row * s_.stride - 1;
        for (; ready < std::min(s_.rows, top + 3); ++ready) {
          kernels().normActivate(rowOf(kept_.expanded, photo, ready, s_.rows, s_.cols), s_.cols,
                                 s_.hidden, norm.parameters(), Activation::SiLU,
                                 activated.cells(ready));
        }
        const float* const in[3] = {activated.padded(top, s_.rows),
                                    activated.padded(top + 1, s_.rows),
                                    activated.padded(top + 2, s_.rows)};
        float* d = rowOf(kept_.mixed, photo, row, s_.outRows(), s_.outCols());
        kernels().depthwiseRow(in, taps.data(), s_.hidden, s_.outCols(), s_.stride, d);
        moments.add(group, d, s_.outCols());
      }
    });
    moments.finish(w_.norms[1], kept_.norms[1]);
  }

  void reduce() {
    const PackedMatrix weights(w_.reduce, 1, s_.hidden, s_.hidden, s_.out);
    const BatchNormValues norm(w_.norms[1], kept_.norms[1], s_.hidden);
    BatchMoments moments(groupCount(s_.batch), s_.out);
    const auto pixels = s_.outRows() * s_.outCols();
    const auto scratch = [&](KernelSize) { return takeRoom(block_ * s_.hidden); };
    overPhotos(s_.batch, scratch, [&](Room& activated, KernelSize group, KernelSize photo) {
      overBlocks(pixels, block_, [&](KernelSize first, KernelSize count) {
        const auto at = photo * pixels + first;
        kernels().normActivate(kept_.mixed + at * s_.hidden, count, s_.hidden, norm.parameters(),
                               Activation::SiLU, activated.get());
        float* r = kept_.reduced + at * s_.out;
        weights.multiply(activated.get(), count, r);
        moments.add(group, r, count);
      });
    });
    moments.finish(w_.norms[2], kept_.norms[2]);
  }

  void close(const float* x, float* y) {
    const BatchNormValues norm(w_.norms[2], kept_.norms[2], s_.out);
    const auto pixels = s_.outRows() * s_.outCols();
    overPhotos(s_.batch, kNothing, [&](int, KernelSize, KernelSize photo) {
      overBlocks(pixels, blockPixels(s_.out), [&](KernelSize first, KernelSize count) {
        const auto at = (photo * pixels + first) * s_.out;
        const float* r = kept_.reduced + at;
        if (s_.skip()) {
          kernels().normAdd(r, x + at, count, s_.out, norm.parameters(), y + at);
        } else {
          kernels().normActivate(r, count, s_.out, norm.parameters(), Activation::None, y + at);
        }
      });
    });
  }

 private:
  [[nodiscard]] float* rowOf(float* map, KernelSize photo, KernelSize row, KernelSize rows,
                             KernelSize cols) const {
    return map + (photo * rows + row) * cols * s_.hidden;
  }

  const InvertedResidualShape& s_;
  const InvertedResidualWeights& w_;
  const InvertedResidualKept& kept_;
  KernelSize block_;
};

}  // namespace

void invertedResidualForward(const InvertedResidualShape& shape,
                             const InvertedResidualWeights& weights, const float* x,
                             const InvertedResidualKept& kept, float* y) {
  Forward run(shape, weights, kept);
  run.expand(x);
  run.mix();
  run.reduce();
  run.close(x, y);
}

}  // namespace filterlens
