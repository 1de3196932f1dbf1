// Plain containers for maps and arrays: what core hands to those who know neither Torch nor OpenCV.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace filterlens {

/// A map of rows x cols cells, row-major. A cell's index is row * cols + col.
template <class T>
struct Grid {
  int rows = 0;
  int cols = 0;
  std::vector<T> values;

  Grid() = default;
  Grid(int rowCount, int colCount, T fill = {})
      : rows(rowCount),
        cols(colCount),
        values(static_cast<std::size_t>(rowCount) * colCount, fill) {}

  [[nodiscard]] bool empty() const { return values.empty(); }
  [[nodiscard]] int size() const { return static_cast<int>(values.size()); }
  [[nodiscard]] T& at(int row, int col) {
    return values[static_cast<std::size_t>(row) * cols + col];
  }
  [[nodiscard]] const T& at(int row, int col) const {
    return values[static_cast<std::size_t>(row) * cols + col];
  }
};

/// A dense float32 array of any rank, row-major, shared and immutable. Its memory may belong to
/// another library (the deleter knows), so passing it on copies nothing.
struct FloatArray {
  std::vector<std::int64_t> shape;
  std::shared_ptr<const float[]> data;

  [[nodiscard]] bool empty() const { return data == nullptr; }
  [[nodiscard]] std::int64_t size() const {
    std::int64_t n = 1;
    for (auto d : shape) n *= d;
    return n;
  }
  [[nodiscard]] std::span<const float> span() const {
    return empty() ? std::span<const float>()
                   : std::span(data.get(), static_cast<std::size_t>(size()));
  }
};

}  // namespace filterlens
