#include "core/measure/fidelity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/train/random.h"

namespace filterlens {
namespace {

int cellOf(int row, int col, int rows, int cols) {
  return row * FidelityTest::kCells / rows * FidelityTest::kCells +
         col * FidelityTest::kCells / cols;
}

/// A share of the cells, each as likely as any other.
std::vector<bool> drawCells(Random& random) {
  constexpr int kAll = FidelityTest::kCells * FidelityTest::kCells;
  std::vector<int> cells(kAll);
  std::iota(cells.begin(), cells.end(), 0);
  std::vector<bool> drawn(kAll);
  const int count = static_cast<int>(std::lround(FidelityTest::kShare * kAll));
  for (int i = 0; i < count; ++i) {
    std::swap(cells[static_cast<std::size_t>(i)],
              cells[static_cast<std::size_t>(i + random.integer(kAll - i))]);
    drawn[static_cast<std::size_t>(cells[static_cast<std::size_t>(i)])] = true;
  }
  return drawn;
}

InputTensor without(InputTensor input, const std::vector<bool>& removed) {
  float* value = input.values.data();
  for (int channel = 0; channel < 3; ++channel) {
    for (int row = 0; row < input.height; ++row) {
      for (int col = 0; col < input.width; ++col, ++value) {
        const int cell = cellOf(row, col, input.height, input.width);
        if (removed[static_cast<std::size_t>(cell)]) *value = 0;
      }
    }
  }
  return input;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double meanProduct(const std::vector<double>& a, const std::vector<double>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

double correlationOf(std::vector<double> a, std::vector<double> b) {
  const double meanA = mean(a);
  const double meanB = mean(b);
  // What rounding leaves of values that are all the same is no variation.
  constexpr double kNone = 1e-12;
  const bool constant = meanProduct(a, a) - meanA * meanA <= kNone * meanProduct(a, a) ||
                        meanProduct(b, b) - meanB * meanB <= kNone * meanProduct(b, b);
  if (constant) return 0;
  for (double& value : a) value -= meanA;
  for (double& value : b) value -= meanB;
  return meanProduct(a, b) / std::sqrt(meanProduct(a, a) * meanProduct(b, b));
}

}  // namespace

Result<FidelityTest> FidelityTest::prepare(const TargetClass& target, const InputTensor& input,
                                           double clean, std::uint64_t seed,
                                           const Progress& progress, int draws) {
  FidelityTest test;
  test.rows_ = input.height;
  test.cols_ = input.width;
  Random random(seed);
  for (int draw = 0; draw < draws; ++draw) {
    progress.report(static_cast<double>(draw) / draws, "infidelity");
    test.removed_.push_back(drawCells(random));
    const auto left = target.probability(without(input, test.removed_.back()), progress);
    if (!left) return left.error();
    test.losses_.push_back(clean - *left);
  }
  return test;
}

FidelityScores FidelityTest::scores(const std::vector<double>& values) const {
  std::vector<double> perCell(static_cast<std::size_t>(kCells) * kCells);
  for (int row = 0; row < rows_; ++row) {
    for (int col = 0; col < cols_; ++col) {
      perCell[static_cast<std::size_t>(cellOf(row, col, rows_, cols_))] +=
          values[static_cast<std::size_t>(row) * cols_ + col];
    }
  }
  std::vector<double> sums;
  for (const auto& removed : removed_) {
    double sum = 0;
    for (std::size_t i = 0; i < perCell.size(); ++i) sum += removed[i] ? perCell[i] : 0.0;
    sums.push_back(sum);
  }
  const double square = meanProduct(sums, sums);
  const double beta = square > 0 ? meanProduct(sums, losses_) / square : 0.0;
  FidelityScores scores;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const double gap = beta * sums[i] - losses_[i];
    scores.infidelity += gap * gap / static_cast<double>(sums.size());
  }
  scores.correlation = correlationOf(sums, losses_);
  return scores;
}

}  // namespace filterlens
