#include "core/render/contours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

namespace filterlens {
namespace {

/// Where the samples of one axis lie, in photo pixels, and which cell each shows: the centres, and
/// the outer edges of the outermost cells.
struct Samples {
  std::vector<double> positions;
  std::vector<int> cells;
};

template <class ToPhoto>
Samples samplesOf(const AxisMap& axis, int inputSize, ToPhoto toPhoto) {
  Samples samples;
  const auto add = [&](double position, int cell) {
    samples.positions.push_back(toPhoto(position));
    samples.cells.push_back(cell);
  };
  const int last = axis.size() - 1;
  const double first = std::max(axis.lowerEdge(0), 0.0);
  if (first < axis.centre(0)) add(first, 0);
  for (int cell = 0; cell <= last; ++cell) add(axis.centre(cell), cell);
  const double end = std::min(axis.upperEdge(last), static_cast<double>(inputSize));
  if (end > axis.centre(last)) add(end, last);
  return samples;
}

/// The edges of all squares, numbered: first those along rows, then those along columns.
using Edge = std::int64_t;

/// One level of one map.
class Tracer {
 public:
  Tracer(const Grid<float>& map, const Samples& rows, const Samples& columns, float level)
      : map_(map), rows_(rows), columns_(columns), level_(level) {}

  std::vector<ContourLine> lines() {
    const int down = static_cast<int>(rows_.cells.size());
    const int across = static_cast<int>(columns_.cells.size());
    for (int row = 0; row + 1 < down; ++row) {
      for (int col = 0; col + 1 < across; ++col) cross(row, col);
    }
    return joined();
  }

 private:
  [[nodiscard]] float value(int row, int col) const {
    return map_.at(rows_.cells[static_cast<std::size_t>(row)],
                   columns_.cells[static_cast<std::size_t>(col)]);
  }
  [[nodiscard]] bool above(float value) const { return value >= level_; }

  [[nodiscard]] Edge alongRow(int row, int col) const {
    return Edge{row} * static_cast<Edge>(columns_.cells.size()) + col;
  }
  [[nodiscard]] Edge alongColumn(int row, int col) const {
    const auto rows = static_cast<Edge>(rows_.cells.size() * columns_.cells.size());
    return rows + alongRow(row, col);
  }

  /// Where the level lies between two samples.
  [[nodiscard]] double between(const Samples& samples, int i, float low, float high) const {
    const double share = (double{level_} - low) / (double{high} - low);
    const auto at = static_cast<std::size_t>(i);
    return samples.positions[at] + (samples.positions[at + 1] - samples.positions[at]) * share;
  }

  [[nodiscard]] PointF pointOn(Edge edge) const {
    const auto across = static_cast<Edge>(columns_.cells.size());
    const auto rows = static_cast<Edge>(rows_.cells.size()) * across;
    const bool vertical = edge >= rows;
    const Edge corner = vertical ? edge - rows : edge;
    const int row = static_cast<int>(corner / across);
    const int col = static_cast<int>(corner % across);
    const float here = value(row, col);
    if (vertical) {
      return {columns_.positions[static_cast<std::size_t>(col)],
              between(rows_, row, here, value(row + 1, col))};
    }
    return {between(columns_, col, here, value(row, col + 1)),
            rows_.positions[static_cast<std::size_t>(row)]};
  }

  /// The one or two pieces of line through a square.
  void cross(int row, int col) {
    const float corners[] = {value(row, col), value(row, col + 1), value(row + 1, col + 1),
                             value(row + 1, col)};  // clockwise from the top left
    const float mean = (corners[0] + corners[1] + corners[2] + corners[3]) / 4;
    if (!std::isfinite(mean)) return;
    const Edge edges[] = {alongRow(row, col), alongColumn(row, col + 1), alongRow(row + 1, col),
                          alongColumn(row, col)};  // edge i starts at corner i
    std::array<Edge, 4> crossed{};
    std::size_t count = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      if (above(corners[i]) != above(corners[(i + 1) % 4])) crossed[count++] = edges[i];
    }
    if (count == 2) link(crossed[0], crossed[1]);
    if (count != 4) return;
    // A saddle: corners 0 and 2 are joined where the middle is on their side.
    const bool joins = above(mean) == above(corners[0]);
    link(crossed[0], crossed[joins ? 1 : 3]);
    link(crossed[2], crossed[joins ? 3 : 1]);
  }

  /// An edge has a neighbour in each of the squares on its two sides.
  void link(Edge a, Edge b) {
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
      auto& neighbours = links_[from];
      (neighbours[0] ? neighbours[1] : neighbours[0]) = to;
    }
    order_.push_back(a);
    order_.push_back(b);
  }

  /// Takes the pieces apart again, from an edge to one of its neighbours, and so on.
  void follow(Edge from, std::vector<PointF>& points) {
    std::optional<Edge> at = from;
    while (at) {
      points.push_back(pointOn(*at));
      auto& neighbours = links_[*at];
      std::optional<Edge> next;
      std::swap(next, neighbours[0] ? neighbours[0] : neighbours[1]);
      if (next) {
        auto& back = links_[*next];
        (back[0] == at ? back[0] : back[1]).reset();
      }
      at = next;
    }
  }

  /// Open lines from their ends first; what is left are closed ones.
  std::vector<ContourLine> joined() {
    std::vector<ContourLine> lines;
    for (const bool ends : {true, false}) {
      for (const Edge edge : order_) {
        const auto& neighbours = links_[edge];
        const int left = int{neighbours[0].has_value()} + int{neighbours[1].has_value()};
        if (left == 0 || (ends && left != 1)) continue;
        ContourLine line{level_, {}};
        follow(edge, line.points);
        lines.push_back(std::move(line));
      }
    }
    return lines;
  }

  const Grid<float>& map_;
  const Samples& rows_;
  const Samples& columns_;
  float level_;
  std::unordered_map<Edge, std::array<std::optional<Edge>, 2>> links_;
  std::vector<Edge> order_;  // of the edges as they were found, so that the result is always the same
};

}  // namespace

bool ContourLine::closed() const {
  return points.size() > 2 && points.front().x == points.back().x &&
         points.front().y == points.back().y;
}

std::vector<float> contourLevels(ValueRange range, int count) {
  std::vector<float> levels;
  for (int i = 1; i <= count; ++i) {
    const float share = static_cast<float>(i) / static_cast<float>(count + 1);
    levels.push_back(range.low + (range.high - range.low) * share);
  }
  return levels;
}

std::vector<ContourLine> contourLines(const Heatmap& map, const PhotoPlacement& placement,
                                      std::span<const float> levels) {
  if (map.values.rows < 1 || map.values.cols < 1) return {};
  const Samples rows = samplesOf(map.geometry.y, placement.inputHeight,
                                 [&](double y) { return placement.photoY(y); });
  const Samples columns = samplesOf(map.geometry.x, placement.inputWidth,
                                    [&](double x) { return placement.photoX(x); });
  std::vector<ContourLine> lines;
  for (const float level : levels) {
    auto more = Tracer(map.values, rows, columns, level).lines();
    std::move(more.begin(), more.end(), std::back_inserter(lines));
  }
  return lines;
}

}  // namespace filterlens
