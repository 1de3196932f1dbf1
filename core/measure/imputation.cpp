#include "core/measure/imputation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "core/train/random.h"

namespace filterlens {
namespace {

struct Neighbour {
  int rows;
  int cols;
  double weight;
};
constexpr double kBeside = 1.0 / 6;
constexpr double kAcross = 1.0 / 12;
// In ascending order of their pixels.
constexpr std::array<Neighbour, 8> kNeighbours{{{-1, -1, kAcross},
                                                {-1, 0, kBeside},
                                                {-1, 1, kAcross},
                                                {0, -1, kBeside},
                                                {0, 1, kBeside},
                                                {1, -1, kAcross},
                                                {1, 0, kBeside},
                                                {1, 1, kAcross}}};

/// Calls see(pixel, weight) for each neighbour of a pixel.
template <class See>
void forNeighbours(int pixel, int rows, int cols, See see) {
  const int row = pixel / cols;
  const int col = pixel % cols;
  for (const auto& [down, right, weight] : kNeighbours) {
    const int y = row + down;
    const int x = col + right;
    if (y >= 0 && y < rows && x >= 0 && x < cols) see(y * cols + x, weight);
  }
}

using Vector = std::vector<double>;

double product(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double largest(const Vector& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

/// The equations of the removed pixels: (sum of a pixel's weights) x - (weights of its removed
/// neighbours) x = (weights of the others) values. Symmetric and positive definite.
class Equations {
 public:
  Equations(const std::vector<int>& unknown, const std::vector<int>& place, int rows, int cols) {
    begin_.push_back(0);
    for (const int pixel : unknown) {
      double sum = 0;
      forNeighbours(pixel, rows, cols, [&](int other, double weight) {
        sum += weight;
        const int at = place[static_cast<std::size_t>(other)];
        if (at >= 0) terms_.push_back({static_cast<std::size_t>(at), weight});
      });
      diagonal_.push_back(sum);
      begin_.push_back(terms_.size());
    }
    factorise();
  }

  [[nodiscard]] Vector times(const Vector& x) const {
    Vector result(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      double sum = diagonal_[i] * x[i];
      for (const auto& term : termsOf(i)) sum -= term.weight * x[term.column];
      result[i] = sum;
    }
    return result;
  }

  /// (D + L) D^-1 (D + L^T) z = residual, solved for z: L is the equations' own lower part.
  [[nodiscard]] Vector preconditioned(const Vector& residual) const {
    Vector z(residual.size());
    for (std::size_t i = 0; i < z.size(); ++i) {
      double sum = residual[i];
      for (const auto& term : termsOf(i)) {
        if (term.column < i) sum += term.weight * z[term.column];
      }
      z[i] = sum / pivots_[i];
    }
    for (std::size_t i = z.size(); i-- > 0;) {
      double sum = 0;
      for (const auto& term : termsOf(i)) {
        if (term.column > i) sum += term.weight * z[term.column];
      }
      z[i] += sum / pivots_[i];
    }
    return z;
  }

 private:
  struct Term {
    std::size_t column;
    double weight;
  };

  [[nodiscard]] std::span<const Term> termsOf(std::size_t row) const {
    return std::span(terms_).subspan(begin_[row], begin_[row + 1] - begin_[row]);
  }

  /// D of the modified incomplete Cholesky factorisation without fill (Gustafsson 1978): what would
  /// fill in is taken from the diagonal instead, nearly all of it, so that smooth errors, which
  /// plain relaxation leaves for last, go with the rough ones.
  void factorise() {
    constexpr double kModified = 0.97;
    constexpr double kSmallest = 0.25;  // of the diagonal: below it a pivot is not safe
    Vector above(diagonal_.size());     // sum of a row's weights right of the diagonal
    for (std::size_t i = 0; i < diagonal_.size(); ++i) {
      double pivot = diagonal_[i];
      for (const auto& [column, weight] : termsOf(i)) {
        if (column > i) {
          above[i] += weight;
        } else {
          pivot -= weight / pivots_[column] * (weight + kModified * (above[column] - weight));
        }
      }
      pivots_.push_back(pivot < kSmallest * diagonal_[i] ? diagonal_[i] : pivot);
    }
  }

  std::vector<Term> terms_;  // row by row, columns ascending
  std::vector<std::size_t> begin_;
  Vector diagonal_;
  Vector pivots_;
};

/// Conjugate gradients (Hestenes & Stiefel 1952) from a first guess.
void solve(const Equations& equations, const Vector& right, double tolerance, Vector& x) {
  Vector residual = equations.times(x);
  for (std::size_t i = 0; i < residual.size(); ++i) residual[i] = right[i] - residual[i];
  Vector step = equations.preconditioned(residual);
  Vector direction = step;
  double before = product(residual, step);
  for (std::size_t turn = 0; turn < 2 * x.size() && largest(residual) > tolerance; ++turn) {
    const Vector image = equations.times(direction);
    const double length = before / product(direction, image);
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] += length * direction[i];
      residual[i] -= length * image[i];
    }
    step = equations.preconditioned(residual);
    const double now = product(residual, step);
    for (std::size_t i = 0; i < x.size(); ++i) direction[i] = step[i] + now / before * direction[i];
    before = now;
  }
}

}  // namespace

LinearImputation::LinearImputation(const InputTensor& clean, double tolerance)
    : clean_(clean), current_(clean), tolerance_(tolerance) {
  float peak = 0;
  for (const float value : clean.values) peak = std::max(peak, std::abs(value));
  tolerance_ *= peak;
}

const InputTensor& LinearImputation::without(const std::vector<bool>& removed) {
  unknown_.clear();
  place_.assign(removed.size(), -1);
  for (std::size_t pixel = 0; pixel < removed.size(); ++pixel) {
    if (!removed[pixel]) continue;
    place_[pixel] = static_cast<int>(unknown_.size());
    unknown_.push_back(static_cast<int>(pixel));
  }
  if (unknown_.size() == removed.size()) {
    std::fill(current_.values.begin(), current_.values.end(), 0.0F);
    return current_;
  }
  const std::size_t plane = removed.size();
  for (std::size_t i = 0; i < current_.values.size(); ++i) {
    if (!removed[i % plane]) current_.values[i] = clean_.values[i];
  }
  solveChannels(removed);
  return current_;
}

void LinearImputation::solveChannels(const std::vector<bool>& removed) {
  const int rows = current_.height;
  const int cols = current_.width;
  const Equations equations(unknown_, place_, rows, cols);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    float* plane = current_.values.data() + channel * removed.size();
    Vector right;
    Vector x;
    for (const int pixel : unknown_) {
      double sum = 0;
      forNeighbours(pixel, rows, cols, [&](int other, double weight) {
        if (!removed[static_cast<std::size_t>(other)]) sum += weight * plane[other];
      });
      right.push_back(sum);
      x.push_back(plane[pixel]);
    }
    solve(equations, right, tolerance_, x);
    for (std::size_t i = 0; i < x.size(); ++i) plane[unknown_[i]] = static_cast<float>(x[i]);
  }
}

InputTensor withNoise(InputTensor input, const std::vector<bool>& removed, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = 0; i < input.values.size(); ++i) {
    const double noise = kImputationNoise * random.normal();
    if (removed[i % removed.size()]) input.values[i] += static_cast<float>(noise);
  }
  return input;
}

}  // namespace filterlens
