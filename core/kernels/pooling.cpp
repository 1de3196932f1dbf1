#include "core/kernels/pooling.h"

#include "core/kernels/blocks_internal.h"

namespace filterlens {
namespace {

struct Cover {
  KernelSize first;
  KernelSize last;  // one behind

  [[nodiscard]] float share() const { return 1.0F / static_cast<float>(last - first); }
};

Cover coverOf(KernelSize cell, KernelSize before, KernelSize after) {
  return {cell * before / after, ((cell + 1) * before + after - 1) / after};
}

}  // namespace

void poolForward(const PoolingShape& s, const float* x, const float* base, float* y) {
  const auto row = s.cols * s.channels;
  const auto scratch = [&](KernelSize) { return takeRoom(row); };
  overPhotos(s.batch, scratch, [&](Room& mean, KernelSize, KernelSize photo) {
    for (KernelSize i = 0; i < s.outRows; ++i) {
      const auto rows = coverOf(i, s.rows, s.outRows);
      std::fill_n(mean.get(), row, 0.0F);
      for (auto from = rows.first; from < rows.last; ++from) {
        kernels().addScaled(x + (photo * s.rows + from) * row, row, rows.share(), mean.get());
      }
      const auto at = (photo * s.outRows + i) * s.outCols * s.channels;
      for (KernelSize j = 0; j < s.outCols; ++j) {
        float* to = y + at + j * s.channels;
        if (!base) {
          std::fill_n(to, s.channels, 0.0F);
        } else if (base != y) {
          std::copy_n(base + at + j * s.channels, s.channels, to);
        }
        const auto cols = coverOf(j, s.cols, s.outCols);
        for (auto from = cols.first; from < cols.last; ++from) {
          kernels().addScaled(mean.get() + from * s.channels, s.channels, cols.share(), to);
        }
      }
    }
  });
}

void poolBackward(const PoolingShape& s, const float* dy, float* dx) {
  const auto row = s.cols * s.channels;
  const auto scratch = [&](KernelSize) { return takeRoom(row); };
  overPhotos(s.batch, scratch, [&](Room& sums, KernelSize, KernelSize photo) {
    float* photoDx = dx + photo * s.rows * row;
    std::fill_n(photoDx, s.rows * row, 0.0F);
    for (KernelSize i = 0; i < s.outRows; ++i) {
      std::fill_n(sums.get(), row, 0.0F);
      const float* from = dy + (photo * s.outRows + i) * s.outCols * s.channels;
      for (KernelSize j = 0; j < s.outCols; ++j) {
        const auto cols = coverOf(j, s.cols, s.outCols);
        for (auto to = cols.first; to < cols.last; ++to) {
          kernels().addScaled(from + j * s.channels, s.channels, cols.share(),
                              sums.get() + to * s.channels);
        }
      }
      const auto rows = coverOf(i, s.rows, s.outRows);
      for (auto to = rows.first; to < rows.last; ++to) {
        kernels().addScaled(sums.get(), row, rows.share(), photoDx + to * row);
      }
    }
  });
}

}  // namespace filterlens
