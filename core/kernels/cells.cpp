#include "core/kernels/cells.h"

#include <bit>
#include <vector>

#include "core/kernels/parallel.h"

namespace filterlens {

void gatherCells(const CellsShape& s, const float* map, const std::int64_t* cells, float* tokens) {
  overPhotos(s.batch, kNothing, [&](int, KernelSize, KernelSize photo) {
    for (KernelSize i = photo * s.k; i < (photo + 1) * s.k; ++i) {
      const float* from = map + (photo * s.count + cells[i]) * s.channels;
      std::copy_n(from, s.channels, tokens + i * s.channels);
    }
  });
}

void scatterCells(const CellsShape& s, const float* rest, const std::int64_t* cells,
                  const float* tokens, float* map) {
  const auto size = s.count * s.channels;
  overPhotos(s.batch, kNothing, [&](int, KernelSize, KernelSize photo) {
    float* to = map + photo * size;
    if (rest) {
      std::copy_n(rest + photo * size, size, to);
    } else {
      std::fill_n(to, size, 0.0F);
    }
    for (KernelSize i = photo * s.k; i < (photo + 1) * s.k; ++i) {
      float* cell = to + cells[i] * s.channels;
      if (tokens) {
        std::copy_n(tokens + i * s.channels, s.channels, cell);
      } else {
        std::fill_n(cell, s.channels, 0.0F);
      }
    }
  });
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
