#include "core/measure/agreement.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

namespace filterlens {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();
constexpr double kTopShare = 0.1;
constexpr int kWindow = 7;  // cells, of the SSIM; smaller where a map is

struct Pair {
  double first;
  double second;
};

Grid<float> strengths(const Heatmap& map) {
  Grid<float> values = map.values;
  if (map.scale != HeatmapScale::Ranks) return values;
  const auto count = std::count_if(values.values.begin(), values.values.end(),
                                   [](float rank) { return !std::isnan(rank); });
  for (float& value : values.values) {
    value = std::isnan(value) ? 0.0F : 1 - value / static_cast<float>(count);
  }
  return values;
}

/// The cells beside a position, and how much of the second counts.
struct Between {
  int low;
  int high;
  float share;
};

Between between(const AxisMap& axis, double position) {
  const double at = std::clamp(axis.cellAt(position), 0.0, axis.size() - 1.0);
  const int low = static_cast<int>(at);
  return {low, std::min(low + 1, axis.size() - 1), static_cast<float>(at - low)};
}

float mixed(float a, float b, float share) {
  return share == 0 ? a : a + (b - a) * share;  // a neighbour that does not count may be NaN
}

float valueAt(const Grid<float>& map, const Between& y, const Between& x) {
  return mixed(mixed(map.at(y.low, x.low), map.at(y.low, x.high), x.share),
               mixed(map.at(y.high, x.low), map.at(y.high, x.high), x.share), y.share);
}

/// For each cell wanted along one axis, where it lies among the own ones; none outside them.
std::vector<std::optional<Between>> places(const AxisMap& own, const AxisMap& wanted,
                                           const std::function<double(double)>& toOwn) {
  std::vector<std::optional<Between>> all(static_cast<std::size_t>(wanted.size()));
  for (int i = 0; i < wanted.size(); ++i) {
    const double at = toOwn(wanted.centre(i));
    if (own.cellContaining(at) >= 0) all[static_cast<std::size_t>(i)] = between(own, at);
  }
  return all;
}

/// A map's values at the cells of a common grid; NaN where it has none.
Grid<float> resampled(const PlacedMap& map, const CommonGrid& common) {
  const PhotoPlacement& own = map.placement;
  const PhotoPlacement& other = common.placement;
  const bool one = own == other;  // spares rounding
  const auto ys = places(map.map.geometry.y, common.geometry.y,
                         [&](double y) { return one ? y : own.inputY(other.photoY(y)); });
  const auto xs = places(map.map.geometry.x, common.geometry.x,
                         [&](double x) { return one ? x : own.inputX(other.photoX(x)); });
  const Grid<float> values = strengths(map.map);
  Grid<float> out(common.geometry.rows(), common.geometry.cols(), kNothing);
  for (int row = 0; row < out.rows; ++row) {
    for (int col = 0; col < out.cols; ++col) {
      const auto& y = ys[static_cast<std::size_t>(row)];
      const auto& x = xs[static_cast<std::size_t>(col)];
      if (y && x) out.at(row, col) = valueAt(values, *y, *x);
    }
  }
  return out;
}

/// A photo that is the input itself.
PhotoPlacement inputAlone(const Heatmap& map) {
  PhotoPlacement placement;
  placement.photoWidth = placement.inputWidth = map.geometry.x.inputSize();
  placement.photoHeight = placement.inputHeight = map.geometry.y.inputSize();
  return placement;
}

/// How many cells a map has for each pixel of the photo.
double density(const PlacedMap& map) {
  const RectF input = map.placement.inputRect();
  return static_cast<double>(map.map.values.size()) / (input.width * input.height);
}

std::vector<Pair> pairsOf(const CommonGrid& grid) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < grid.first.values.size(); ++i) {
    const float a = grid.first.values[i];
    const float b = grid.second.values[i];
    if (std::isfinite(a) && std::isfinite(b)) pairs.push_back({a, b});
  }
  return pairs;
}

/// Ranks from 0; equal values share the mean of theirs.
std::vector<double> ranksOf(const std::vector<Pair>& pairs, double Pair::*part) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return pairs[a].*part < pairs[b].*part; });
  std::vector<double> ranks(pairs.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && pairs[order[to]].*part == pairs[order[from]].*part) ++to;
    const double mean = static_cast<double>(from + to - 1) / 2;
    for (; from < to; ++from) ranks[order[from]] = mean;
  }
  return ranks;
}

/// Sums from which means, variances and the covariance follow.
struct Moments {
  double n = 0, a = 0, b = 0, aa = 0, bb = 0, ab = 0;

  void add(double x, double y) { n += 1, a += x, b += y, aa += x * x, bb += y * y, ab += x * y; }
  [[nodiscard]] double varianceA() const { return std::max(aa / n - a / n * (a / n), 0.0); }
  [[nodiscard]] double varianceB() const { return std::max(bb / n - b / n * (b / n), 0.0); }
  [[nodiscard]] double covariance() const { return ab / n - a / n * (b / n); }
};

double spearman(const std::vector<Pair>& pairs) {
  const auto first = ranksOf(pairs, &Pair::first);
  const auto second = ranksOf(pairs, &Pair::second);
  Moments moments;
  for (std::size_t i = 0; i < pairs.size(); ++i) moments.add(first[i], second[i]);
  return moments.covariance() / std::sqrt(moments.varianceA() * moments.varianceB());
}

/// Cells as strong as the last of the top count all, so a constant map has no top.
std::vector<bool> topOf(const std::vector<Pair>& pairs, double Pair::*part) {
  std::vector<double> values;
  values.reserve(pairs.size());
  for (const Pair& pair : pairs) values.push_back(pair.*part);
  const auto count = static_cast<std::size_t>(
      std::max(std::ceil(kTopShare * static_cast<double>(values.size())), 1.0));
  const auto last = values.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(values.begin(), last, values.end(), std::greater<>());
  std::vector<bool> top;
  top.reserve(pairs.size());
  for (const Pair& pair : pairs) top.push_back(pair.*part >= *last);
  return top;
}

double overlapOfTops(const std::vector<Pair>& pairs) {
  const auto first = topOf(pairs, &Pair::first);
  const auto second = topOf(pairs, &Pair::second);
  double both = 0;
  double either = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    both += first[i] && second[i] ? 1 : 0;
    either += first[i] || second[i] ? 1 : 0;
  }
  return both / either;
}

void stretch(Grid<float>& map) {
  const ValueRange range = finiteRange(map);
  const float width = range.high - range.low;
  for (float& value : map.values) value = width > 0 ? (value - range.low) / width : 0 * value;
}

/// The mean of all windows that lie in the map and lack no cell.
double structuralSimilarity(const CommonGrid& grid) {
  constexpr double kC1 = 0.01 * 0.01;
  constexpr double kC2 = 0.03 * 0.03;
  const int rows = std::min(kWindow, grid.first.rows);
  const int cols = std::min(kWindow, grid.first.cols);
  double sum = 0;
  double count = 0;
  for (int top = 0; top + rows <= grid.first.rows; ++top) {
    for (int left = 0; left + cols <= grid.first.cols; ++left) {
      Moments m;
      for (int cell = 0; cell < rows * cols; ++cell) {
        const int row = top + cell / cols;
        const int col = left + cell % cols;
        m.add(grid.first.at(row, col), grid.second.at(row, col));
      }
      if (!std::isfinite(m.ab)) continue;
      const double meanA = m.a / m.n;
      const double meanB = m.b / m.n;
      sum += (2 * meanA * meanB + kC1) * (2 * m.covariance() + kC2) /
             ((meanA * meanA + meanB * meanB + kC1) * (m.varianceA() + m.varianceB() + kC2));
      count += 1;
    }
  }
  return sum / count;
}

void divideByLargest(Grid<float>& map) {
  float largest = 0;
  for (float& value : map.values) {
    value = std::abs(value);
    if (std::isfinite(value)) largest = std::max(largest, value);
  }
  for (float& value : map.values) value = largest > 0 ? value / largest : 0 * value;
}

bool isConstant(const std::vector<Pair>& pairs, double Pair::*part) {
  return std::all_of(pairs.begin(), pairs.end(),
                     [&](const Pair& pair) { return pair.*part == pairs.front().*part; });
}

/// prepare: brings a map to the scale that the SSIM takes it at.
template <class Prepare>
Agreement agreementAfter(Prepare prepare, CommonGrid grid) {
  const auto pairs = pairsOf(grid);
  if (pairs.empty() || isConstant(pairs, &Pair::first) || isConstant(pairs, &Pair::second)) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {kNone, kNone, kNone};
  }
  prepare(grid.first);
  prepare(grid.second);
  return {spearman(pairs), overlapOfTops(pairs), structuralSimilarity(grid)};
}

}  // namespace

CommonGrid onCommonGrid(const PlacedMap& first, const PlacedMap& second) {
  const PlacedMap& finer = density(first) >= density(second) ? first : second;
  CommonGrid grid{finer.map.geometry, finer.placement, {}, {}};
  grid.first = resampled(first, grid);
  grid.second = resampled(second, grid);
  for (std::size_t i = 0; i < grid.first.values.size(); ++i) {
    float& a = grid.first.values[i];
    float& b = grid.second.values[i];
    if (std::isnan(a) || std::isnan(b)) a = b = kNothing;
  }
  return grid;
}

CommonGrid onCommonGrid(const Heatmap& first, const Heatmap& second) {
  const PhotoPlacement input = inputAlone(first);
  return onCommonGrid(PlacedMap{first, input}, PlacedMap{second, input});
}

Agreement agreementOf(const Heatmap& first, const Heatmap& second) {
  const PhotoPlacement input = inputAlone(first);
  return agreementOf(PlacedMap{first, input}, PlacedMap{second, input});
}

Agreement agreementOf(const PlacedMap& first, const PlacedMap& second) {
  return agreementAfter(stretch, onCommonGrid(first, second));
}

Agreement agreementOfMagnitudes(const Heatmap& first, const Heatmap& second) {
  CommonGrid grid = onCommonGrid(first, second);
  divideByLargest(grid.first);
  divideByLargest(grid.second);
  return agreementAfter([](Grid<float>&) {}, std::move(grid));
}

Heatmap differenceOf(const Heatmap& first, const Heatmap& second) {
  const PhotoPlacement input = inputAlone(first);
  return differenceOf(PlacedMap{first, input}, PlacedMap{second, input}).map;
}

Difference differenceOf(const PlacedMap& first, const PlacedMap& second) {
  CommonGrid grid = onCommonGrid(first, second);
  Heatmap difference;
  const bool oneUnit = first.map.method == second.map.method && first.map.scale == second.map.scale;
  if (!oneUnit) {
    stretch(grid.first);
    stretch(grid.second);
    difference.note = "Each map was stretched to 0 .. 1 before they were subtracted.";
  }
  difference.geometry = grid.geometry;
  difference.scale = HeatmapScale::Diverging;
  difference.values = std::move(grid.first);
  for (std::size_t i = 0; i < difference.values.values.size(); ++i) {
    difference.values.values[i] -= grid.second.values[i];
  }
  return {std::move(difference), grid.placement};
}

}  // namespace filterlens
