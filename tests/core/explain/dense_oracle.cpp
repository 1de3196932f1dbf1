#include "dense_oracle.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace filterlens::oracle {
namespace {

Matrix zeros(std::size_t rows, std::size_t cols) { return {rows, std::vector<double>(cols, 0.0)}; }

std::size_t cells(int rows, int cols) {
  return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
}

bool binHolds(int bin, int index, int inputs, int bins) {
  return index >= std::floor(static_cast<double>(bin) * inputs / bins) &&
         index < std::ceil(static_cast<double>(bin + 1) * inputs / bins);
}

/// Makes each row sum to 1; `ifEmpty` is called for a row that sums to 0.
template <class IfEmpty>
void normaliseRows(Matrix& matrix, IfEmpty ifEmpty) {
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    double sum = 0;
    for (const double entry : matrix[i]) sum += entry;
    if (sum == 0) {
      ifEmpty(i);
      continue;
    }
    for (double& entry : matrix[i]) entry /= sum;
  }
}

double fusedEntry(const AttentionTrace& attention, std::size_t i, std::size_t j,
                  HeadFusion fusion) {
  const auto n = static_cast<std::size_t>(attention.tokens);
  std::vector<double> heads;
  for (std::size_t h = 0; h < static_cast<std::size_t>(attention.heads); ++h) {
    heads.push_back(attention.weights.span()[(h * n + i) * n + j]);
  }
  if (fusion == HeadFusion::Max) return *std::max_element(heads.begin(), heads.end());
  if (fusion == HeadFusion::Min) return *std::min_element(heads.begin(), heads.end());
  double sum = 0;
  for (const double head : heads) sum += head;
  return sum / static_cast<double>(heads.size());
}

void discard(Matrix& matrix, double share) {
  std::vector<std::pair<double, std::size_t>> entries;  // value, flat index
  const std::size_t n = matrix.size();
  for (std::size_t i = 0; i < n * n; ++i) entries.emplace_back(matrix[i / n][i % n], i);
  std::sort(entries.begin(), entries.end());
  const auto count = static_cast<std::size_t>(std::floor(static_cast<double>(n * n) * share));
  for (std::size_t i = 0; i < count; ++i) matrix[entries[i].second / n][entries[i].second % n] = 0;
}

/// Row i of a weighs w_i, that of b the rest.
Matrix residual(const RolloutOptions& options, const std::vector<float>& kept, const Matrix& a,
                const Matrix& b) {
  Matrix m = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double w = options.residuals == ResidualWeighting::Measured
                         ? static_cast<double>(kept.at(i))
                         : options.residualWeight;
    for (std::size_t j = 0; j < a[i].size(); ++j) m[i][j] = w * a[i][j] + (1 - w) * b[i][j];
  }
  return m;
}

double gradientEntry(const AttentionTrace& attention, std::size_t i, std::size_t j) {
  const auto n = static_cast<std::size_t>(attention.tokens);
  double sum = 0;
  for (std::size_t h = 0; h < static_cast<std::size_t>(attention.heads); ++h) {
    const std::size_t at = (h * n + i) * n + j;
    const double product =
        static_cast<double>(attention.weights.span()[at]) * attention.gradient.span()[at];
    if (product > 0) sum += product;
  }
  return sum / attention.heads;
}

Matrix encoderLayer(const AttentionTrace& one, const RolloutOptions& options) {
  const auto n = static_cast<std::size_t>(one.tokens);
  Matrix b = identity(n);
  if (options.attention == AttentionWeighting::None) return b;
  if (options.attention == AttentionWeighting::Added) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) b[i][j] += gradientEntry(one, i, j);
    }
    return b;
  }
  return residual(options, one.kept, b, attention(one, options));
}

Matrix selectionStep(const AttentionMixing& mixing, const LayerTrace& layer,
                     const RolloutOptions& options) {
  Matrix m = identity(cells(mixing.rows, mixing.cols));
  std::vector<int> s = layer.selection;
  std::sort(s.begin(), s.end());
  const Matrix b = encoder(layer, options);
  for (std::size_t i = 0; i < s.size(); ++i) {
    std::vector<double>& row = m[static_cast<std::size_t>(s[i])];
    std::fill(row.begin(), row.end(), 0.0);
    for (std::size_t j = 0; j < s.size(); ++j) row[static_cast<std::size_t>(s[j])] = b[i][j];
  }
  return m;
}

Matrix attentionStep(const AttentionMixing& mixing, const LayerTrace& layer,
                     const RolloutOptions& options) {
  if (layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout) {
    return selectionStep(mixing, layer, options);
  }
  Matrix branch = encoder(layer, options);
  if (layer.stage->kind == StageKind::Pooled) {
    const int grid = layer.stage->grid;
    branch = product(pool(grid, grid, mixing.rows, mixing.cols),
                     product(branch, pool(mixing.rows, mixing.cols, grid, grid)));
  }
  if (mixing.reduce) branch = product(branch, convolution(*mixing.reduce, options));
  if (mixing.expand) branch = product(convolution(*mixing.expand, options), branch);
  return residual(options, mixing.kept.values, identity(branch.size()), branch);
}

}  // namespace

Matrix identity(std::size_t n) {
  Matrix m = zeros(n, n);
  for (std::size_t i = 0; i < n; ++i) m[i][i] = 1;
  return m;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix m = zeros(a.size(), b.front().size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      for (std::size_t j = 0; j < b[k].size(); ++j) m[i][j] += a[i][k] * b[k][j];
    }
  }
  return m;
}

Matrix mixture(double x, const Matrix& a, const Matrix& b) {
  Matrix m = a;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < a[i].size(); ++j) m[i][j] = x * a[i][j] + (1 - x) * b[i][j];
  }
  return m;
}

std::vector<double> transposedTimes(const Matrix& a, const std::vector<double>& r) {
  std::vector<double> result(a.front().size(), 0.0);
  for (std::size_t j = 0; j < result.size(); ++j) {
    for (std::size_t i = 0; i < a.size(); ++i) result[j] += a[i][j] * r[i];
  }
  return result;
}

std::vector<double> times(const Matrix& a, const std::vector<double>& x) {
  std::vector<double> result(a.size(), 0.0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < x.size(); ++j) result[i] += a[i][j] * x[j];
  }
  return result;
}

Matrix convolution(const ConvolutionMixing& c, const RolloutOptions& options) {
  Matrix m = zeros(cells(c.outputRows, c.outputCols), cells(c.inputRows, c.inputCols));
  Matrix taps = m;  // 1 where an input cell lies under an output cell's kernel
  for (std::size_t i = 0; i < m.size(); ++i) {
    for (std::size_t j = 0; j < m[i].size(); ++j) {
      const int dy = static_cast<int>(j) / c.inputCols + c.padding -
                     c.stride * (static_cast<int>(i) / c.outputCols);
      const int dx = static_cast<int>(j) % c.inputCols + c.padding -
                     c.stride * (static_cast<int>(i) % c.outputCols);
      if (dy < 0 || dy >= c.kernel || dx < 0 || dx >= c.kernel) continue;
      double weight = 1;
      if (options.convolution != ConvolutionWeighting::Structural) {
        weight *= c.weight[cells(dy, c.kernel) + static_cast<std::size_t>(dx)];
      }
      if (options.convolution == ConvolutionWeighting::Activity) weight *= c.activity.values[j];
      m[i][j] = weight;
      taps[i][j] = 1;
    }
  }
  normaliseRows(taps, [](std::size_t) {});
  normaliseRows(m, [&](std::size_t row) { m[row] = taps[row]; });
  return c.skip ? residual(options, c.kept.values, identity(m.size()), m) : m;
}

Matrix pool(int inputRows, int inputCols, int outputRows, int outputCols) {
  Matrix m = zeros(cells(outputRows, outputCols), cells(inputRows, inputCols));
  for (std::size_t i = 0; i < m.size(); ++i) {
    for (std::size_t j = 0; j < m[i].size(); ++j) {
      const auto out = std::div(static_cast<int>(i), outputCols);
      const auto in = std::div(static_cast<int>(j), inputCols);
      const bool held = binHolds(out.quot, in.quot, inputRows, outputRows) &&
                        binHolds(out.rem, in.rem, inputCols, outputCols);
      m[i][j] = held ? 1 : 0;
    }
  }
  normaliseRows(m, [](std::size_t) {});
  return m;
}

Matrix attention(const AttentionTrace& trace, const RolloutOptions& options) {
  const auto n = static_cast<std::size_t>(trace.tokens);
  Matrix a = zeros(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      a[i][j] = options.uniformAttention ? 1
                : options.attention == AttentionWeighting::Gradient
                    ? gradientEntry(trace, i, j)
                    : fusedEntry(trace, i, j, options.headFusion);
    }
  }
  if (!options.uniformAttention) discard(a, options.discard);
  normaliseRows(a, [&](std::size_t row) { a[row][row] = 1; });
  return a;
}

Matrix encoder(const LayerTrace& layer, const RolloutOptions& options) {
  const auto n = static_cast<std::size_t>(layer.attention.front().tokens);
  Matrix b = identity(n);
  for (const AttentionTrace& one : layer.attention) {
    b = product(encoderLayer(one, options), b);
  }
  return b;
}

Matrix step(const Trace& trace, const MixingStep& mixing, const RolloutOptions& options) {
  if (const auto* c = std::get_if<ConvolutionMixing>(&mixing.how)) return convolution(*c, options);
  if (const auto* p = std::get_if<PoolMixing>(&mixing.how)) {
    return pool(p->inputRows, p->inputCols, p->outputRows, p->outputCols);
  }
  const auto& a = std::get<AttentionMixing>(mixing.how);
  return attentionStep(a, trace.layers[static_cast<std::size_t>(a.layer)], options);
}

Matrix chain(const Trace& trace, std::size_t first, std::size_t end,
             const RolloutOptions& options) {
  Matrix m = step(trace, trace.mixing[end - 1], options);
  for (std::size_t i = end - 1; i-- > first;) {
    m = product(m, step(trace, trace.mixing[i], options));
  }
  return m;
}

}  // namespace filterlens::oracle
