#include "core/explain/leading_component.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace filterlens {
namespace {

/// A dense row-major matrix.
struct Matrix {
  std::size_t rows = 0;
  std::size_t cols = 0;
  std::vector<double> values;

  Matrix(std::size_t rowCount, std::size_t colCount)
      : rows(rowCount), cols(colCount), values(rowCount * colCount) {}
  double* row(std::size_t r) { return values.data() + r * cols; }
  [[nodiscard]] const double* row(std::size_t r) const { return values.data() + r * cols; }
};

Matrix centred(std::span<const float> values, std::size_t cells) {
  Matrix x(values.size() / cells, cells);
  for (std::size_t channel = 0; channel < x.rows; ++channel) {
    const auto from = values.subspan(channel * cells, cells);
    const double mean = std::accumulate(from.begin(), from.end(), 0.0) / static_cast<double>(cells);
    std::transform(from.begin(), from.end(), x.row(channel), [&](float v) { return v - mean; });
  }
  return x;
}

Matrix transposed(const Matrix& x) {
  Matrix y(x.cols, x.rows);
  for (std::size_t r = 0; r < x.rows; ++r) {
    for (std::size_t c = 0; c < x.cols; ++c) y.row(c)[r] = x.row(r)[c];
  }
  return y;
}

/// x times its transpose, symmetric to the last bit.
Matrix gram(const Matrix& x) {
  Matrix g(x.rows, x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      g.row(i)[j] = g.row(j)[i] = std::inner_product(x.row(i), x.row(i) + x.cols, x.row(j), 0.0);
    }
  }
  return g;
}

double trace(const Matrix& g) {
  double sum = 0;
  for (std::size_t i = 0; i < g.rows; ++i) sum += g.row(i)[i];
  return sum;
}

void divide(Matrix& g, double by) {
  for (double& value : g.values) value /= by;
}

/// The leading eigenvector, of length 1. Squaring a matrix over and over leaves its projector on
/// the leading eigenvector, and takes as many steps for an eigenvalue that leads by 2^-k as plain
/// power iteration takes 2^k. A symmetric matrix's square is its Gram matrix.
std::vector<double> leadingEigenvector(Matrix g) {
  constexpr int kSquarings = 48;
  constexpr double kConverged = 1e-14;
  divide(g, trace(g));
  for (int i = 0; i < kSquarings; ++i) {
    g = gram(g);
    const double purity = trace(g);  // 1 once one eigenvalue is left
    divide(g, purity);
    if (1 - purity < kConverged) break;
  }
  std::size_t largest = 0;  // the projector's column of the largest norm has the fewest roundings
  for (std::size_t i = 1; i < g.rows; ++i) {
    if (g.row(i)[i] > g.row(largest)[largest]) largest = i;
  }
  std::vector<double> v(g.row(largest), g.row(largest) + g.cols);
  const double norm = std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.0));
  for (double& value : v) value /= norm;
  return v;
}

/// Length of transposed(x) * u.
double singularValue(const Matrix& gramOfX, const std::vector<double>& u) {
  double sum = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    sum += u[i] * std::inner_product(u.begin(), u.end(), gramOfX.row(i), 0.0);
  }
  return std::sqrt(std::max(sum, 0.0));
}

/// x: [channels, cells]. By the smaller one of the two Gram matrices.
std::vector<double> scoresOf(const Matrix& x) {
  std::vector<double> scores(x.cols);
  if (x.cols <= x.rows) {
    const auto g = gram(transposed(x));
    scores = leadingEigenvector(g);
    const double length = singularValue(g, scores);
    for (double& score : scores) score *= length;
    return scores;
  }
  const auto v = leadingEigenvector(gram(x));
  for (std::size_t channel = 0; channel < x.rows; ++channel) {
    for (std::size_t cell = 0; cell < x.cols; ++cell) {
      scores[cell] += v[channel] * x.row(channel)[cell];
    }
  }
  return scores;
}

}  // namespace

std::vector<double> leadingComponent(std::span<const float> values, std::size_t cells) {
  const bool finite =
      std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
  if (!finite) return std::vector<double>(cells, std::numeric_limits<double>::quiet_NaN());
  const Matrix x = centred(values, cells);
  const bool alike = std::all_of(x.values.begin(), x.values.end(), [](double v) { return v == 0; });
  if (alike) return std::vector<double>(cells);

  auto scores = scoresOf(x);
  const auto [low, high] = std::minmax_element(scores.begin(), scores.end());
  if (-*low > *high) {
    for (double& score : scores) score = -score;
  }
  return scores;
}

}  // namespace filterlens
