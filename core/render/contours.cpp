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

constexpr int kSamples = 64;  // along an axis; coarser maps are sampled between their cells
constexpr int kMostParts = 8;

/// A position along one axis: in photo pixels, and the cells that it lies between.
struct Sample {
  double position = 0;
  int low = 0;
  int high = 0;
  float fraction = 0;  // of high
};

/// The centres, positions between them, and the outer edges of the outermost cells.
template <class ToPhoto>
std::vector<Sample> samplesOf(const AxisMap& axis, int inputSize, ToPhoto toPhoto) {
  std::vector<Sample> samples;
  const int last = axis.size() - 1;
  const int parts = std::clamp(kSamples / axis.size(), 1, kMostParts);
  const double first = std::max(axis.lowerEdge(0), 0.0);
  if (first < axis.centre(0)) samples.push_back({toPhoto(first), 0, 0, 0});
  for (int cell = 0; cell < last; ++cell) {
    const double from = axis.centre(cell);
    const double step = (axis.centre(cell + 1) - from) / parts;
    samples.push_back({toPhoto(from), cell, cell, 0});
    for (int part = 1; part < parts; ++part) {
      samples.push_back({toPhoto(from + step * part), cell, cell + 1,
                         static_cast<float>(part) / static_cast<float>(parts)});
    }
  }
  samples.push_back({toPhoto(axis.centre(last)), last, last, 0});
  const double end = std::min(axis.upperEdge(last), static_cast<double>(inputSize));
  if (end > axis.centre(last)) samples.push_back({toPhoto(end), last, last, 0});
  return samples;
}

float mix(float low, float high, float fraction) { return low + (high - low) * fraction; }

/// The map at all pairs of samples.
Grid<float> sampled(const Grid<float>& map, const std::vector<Sample>& rows,
                    const std::vector<Sample>& columns) {
  Grid<float> values(static_cast<int>(rows.size()), static_cast<int>(columns.size()));
  auto out = values.values.begin();
  for (const Sample& row : rows) {
    for (const Sample& column : columns) {
      const float top =
          mix(map.at(row.low, column.low), map.at(row.low, column.high), column.fraction);
      const float bottom =
          mix(map.at(row.high, column.low), map.at(row.high, column.high), column.fraction);
      *out++ = mix(top, bottom, row.fraction);
    }
  }
  return values;
}

/// The edges of all squares, numbered: first those along rows, then those along columns.
using Edge = std::int64_t;

/// One level of one map.
class Tracer {
 public:
  Tracer(const Grid<float>& values, const std::vector<Sample>& rows,
         const std::vector<Sample>& columns, float level)
      : values_(values), rows_(rows), columns_(columns), level_(level) {}

  std::vector<ContourLine> lines() {
    for (int row = 0; row + 1 < values_.rows; ++row) {
      for (int col = 0; col + 1 < values_.cols; ++col) cross(row, col);
    }
    return joined();
  }

 private:
  [[nodiscard]] bool above(float value) const { return value >= level_; }

  [[nodiscard]] Edge alongRow(int row, int col) const { return Edge{row} * values_.cols + col; }
  [[nodiscard]] Edge alongColumn(int row, int col) const {
    return Edge{values_.size()} + alongRow(row, col);
  }

  /// Where the level lies between two samples.
  [[nodiscard]] double between(const std::vector<Sample>& samples, int i, float low,
                               float high) const {
    const double share = (double{level_} - low) / (double{high} - low);
    const auto at = static_cast<std::size_t>(i);
    return samples[at].position + (samples[at + 1].position - samples[at].position) * share;
  }

  [[nodiscard]] PointF pointOn(Edge edge) const {
    const bool vertical = edge >= values_.size();
    const Edge corner = vertical ? edge - values_.size() : edge;
    const int row = static_cast<int>(corner / values_.cols);
    const int col = static_cast<int>(corner % values_.cols);
    const float here = values_.at(row, col);
    if (vertical) {
      return {columns_[static_cast<std::size_t>(col)].position,
              between(rows_, row, here, values_.at(row + 1, col))};
    }
    return {between(columns_, col, here, values_.at(row, col + 1)),
            rows_[static_cast<std::size_t>(row)].position};
  }

  /// The one or two pieces of line through a square.
  void cross(int row, int col) {
    const float corners[] = {values_.at(row, col), values_.at(row, col + 1),
                             values_.at(row + 1, col + 1),
                             values_.at(row + 1, col)};  // clockwise from the top left
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

  const Grid<float>& values_;
  const std::vector<Sample>& rows_;
  const std::vector<Sample>& columns_;
  float level_;
  std::unordered_map<Edge, std::array<std::optional<Edge>, 2>> links_;
  std::vector<Edge>
      order_;  // of the edges as they were found, so that the result is always the same
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
  const auto rows = samplesOf(map.geometry.y, placement.inputHeight,
                              [&](double y) { return placement.photoY(y); });
  const auto columns = samplesOf(map.geometry.x, placement.inputWidth,
                                 [&](double x) { return placement.photoX(x); });
  const Grid<float> values = sampled(map.values, rows, columns);
  std::vector<ContourLine> lines;
  for (const float level : levels) {
    auto more = Tracer(values, rows, columns, level).lines();
    std::move(more.begin(), more.end(), std::back_inserter(lines));
  }
  return lines;
}

}  // namespace filterlens
