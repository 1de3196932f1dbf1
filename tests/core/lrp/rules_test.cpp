// Each rule against the papers' formulas, written out slowly in double.
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <vector>

#include "core/lrp/rules_internal.h"
#include "tests/support/formula_weights.h"

namespace filterlens::lrp {
namespace {

using Numbers = std::vector<double>;

constexpr double kEpsilon = 1e-6;

double stabilised(double z) { return z + (z < 0 ? -kEpsilon : kEpsilon); }
double positive(double v) { return v > 0 ? v : 0; }
double negative(double v) { return v < 0 ? v : 0; }

torch::Tensor uniform(torch::IntArrayRef shape, std::uint64_t seed) {
  const auto count = static_cast<std::size_t>(c10::multiply_integers(shape));
  return torch::tensor(test::splitmixValues(seed, count)).to(torch::kDouble).view(shape);
}

Numbers numbers(const torch::Tensor& t) {
  const auto flat = t.to(torch::kDouble).contiguous().flatten();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

/// A layer as a dense matrix, with one bias for each of its outputs.
struct Dense {
  std::vector<Numbers> rows;
  Numbers bias;
};

/// Column i is what the layer gives for the i-th unit input.
Dense denseOf(const Affine& layer, const torch::Tensor& x) {
  Dense dense;
  dense.bias = numbers(layer.forward(torch::zeros_like(x)));
  dense.rows.assign(dense.bias.size(), Numbers(static_cast<std::size_t>(x.numel())));
  for (std::int64_t i = 0; i < x.numel(); ++i) {
    auto unit = torch::zeros_like(x);
    unit.flatten()[i] = 1;
    const auto column = numbers(layer.apply(unit, layer.weight));
    for (std::size_t j = 0; j < column.size(); ++j) {
      dense.rows[j][static_cast<std::size_t>(i)] = column[j];
    }
  }
  return dense;
}

/// What input i adds to output z under a rule; the bias is one input more, with x = 1.
double share(const Rule& rule, double x, double w, double z, bool bias) {
  const double c = x * w;
  switch (rule.kind) {
    case LrpRule::Epsilon:
      return c;
    case LrpRule::Gamma:
      return c + rule.gamma * (z > 0 ? positive(c) : negative(c));
    case LrpRule::Flat:
      return bias || w == 0 ? 0 : 1;
    case LrpRule::WSquare:
      return w * w;
    case LrpRule::ZBox:
      return bias ? 0 : c - rule.low * positive(w) - rule.high * negative(w);
    default:
      return 0;
  }
}

/// Adds one part of a relevance: scale * part of i / stab(sum of the parts).
void addShares(const Numbers& parts, double biasPart, double relevance, Numbers& result) {
  double sum = biasPart;
  for (const double part : parts) sum += part;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    result[i] += parts[i] * relevance / stabilised(sum);
  }
}

Numbers oracle(const Rule& rule, const Dense& layer, const Numbers& x, const Numbers& relevance) {
  Numbers result(x.size());
  for (std::size_t j = 0; j < layer.rows.size(); ++j) {
    const Numbers& w = layer.rows[j];
    double z = layer.bias[j];
    for (std::size_t i = 0; i < x.size(); ++i) z += x[i] * w[i];
    Numbers parts(x.size());
    if (rule.kind == LrpRule::ZPlus || rule.kind == LrpRule::AlphaBeta) {
      const double alpha = rule.kind == LrpRule::ZPlus ? 1 : rule.alpha;
      for (std::size_t i = 0; i < x.size(); ++i) parts[i] = positive(x[i] * w[i]);
      addShares(parts, positive(layer.bias[j]), alpha * relevance[j], result);
      for (std::size_t i = 0; i < x.size(); ++i) parts[i] = negative(x[i] * w[i]);
      addShares(parts, negative(layer.bias[j]), (1 - alpha) * relevance[j], result);
      continue;
    }
    if (rule.kind == LrpRule::Gamma && z == 0) continue;
    for (std::size_t i = 0; i < x.size(); ++i) parts[i] = share(rule, x[i], w[i], z, false);
    addShares(parts, share(rule, 1, layer.bias[j], z, true), relevance[j], result);
  }
  return result;
}

struct LayerCase {
  const char* name;
  Affine layer;
  torch::Tensor x;
};

std::vector<LayerCase> layerCases() {
  return {
      {"linear", {uniform({7, 11}, 1), uniform({7}, 2)}, uniform({1, 11}, 3)},
      {"1x1", {uniform({5, 6, 1, 1}, 4), uniform({5}, 5)}, uniform({1, 6, 4, 3}, 6)},
      {"stem", {uniform({4, 3, 5, 5}, 7), uniform({4}, 8), 2}, uniform({1, 3, 9, 8}, 9)},
      {"depthwise",
       {uniform({6, 1, 3, 3}, 10), uniform({6}, 11), 1, 1, 6},
       uniform({1, 6, 5, 4}, 12)},
      {"strided depthwise",
       {uniform({6, 1, 3, 3}, 13), uniform({6}, 14), 2, 1, 6},
       uniform({1, 6, 6, 5}, 15)},
  };
}

constexpr LrpRule kRules[] = {LrpRule::Epsilon,   LrpRule::Gamma, LrpRule::ZPlus,
                              LrpRule::AlphaBeta, LrpRule::Flat,  LrpRule::WSquare,
                              LrpRule::ZBox};

double largest(const Numbers& values) {
  double most = 0;
  for (const double v : values) most = std::max(most, std::abs(v));
  return most;
}

void expectNear(const Numbers& actual, const Numbers& expected, double tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], tolerance) << "at " << i;
  }
}

TEST(LrpRules, EveryRuleIsItsFormulaOnEveryKindOfLayer) {
  for (const auto& [name, layer, x] : layerCases()) {
    const auto z = layer.forward(x);
    const auto relevance = z * uniform(z.sizes(), 20).abs();
    const auto dense = denseOf(layer, x);
    for (const LrpRule kind : kRules) {
      SCOPED_TRACE(std::string(name) + ", rule " + std::to_string(static_cast<int>(kind)));
      const Rule rule{.kind = kind};
      const auto expected = oracle(rule, dense, numbers(x), numbers(relevance));
      ASSERT_GT(largest(expected), 1e-3);
      Ledger ledger{.epsilon = kEpsilon, .absorbed = {}};
      const auto exact = throughAffine(rule, layer, x, z, relevance, ledger);
      expectNear(numbers(exact), expected, 1e-9 * largest(expected));

      Affine single = layer;
      single.weight = layer.weight.to(torch::kFloat);
      single.bias = layer.bias.to(torch::kFloat);
      const auto x32 = x.to(torch::kFloat);
      const auto fast = throughAffine(rule, single, x32, single.forward(x32),
                                      relevance.to(torch::kFloat), ledger);
      expectNear(numbers(fast), expected, 1e-5 * largest(expected));
    }
  }
}

TEST(LrpRules, WhatDoesNotArriveIsBooked) {
  for (const auto& [name, layer, x] : layerCases()) {
    const auto z = layer.forward(x);
    const auto relevance = z * uniform(z.sizes(), 21).abs();
    for (const LrpRule kind : kRules) {
      SCOPED_TRACE(std::string(name) + ", rule " + std::to_string(static_cast<int>(kind)));
      Ledger ledger{.epsilon = 1e-2, .absorbed = {}};
      const auto arrived = throughAffine({.kind = kind}, layer, x, z, relevance, ledger);
      EXPECT_NEAR(arrived.sum().item<double>() + ledger.absorbed.total(),
                  relevance.sum().item<double>(), 1e-9);
      EXPECT_NE(ledger.absorbed.stabiliser, 0);
      const bool withoutBias = kind == LrpRule::Flat || kind == LrpRule::ZBox;
      EXPECT_EQ(ledger.absorbed.bias == 0, withoutBias);
      EXPECT_EQ(ledger.absorbed.softmax, 0);
    }
  }
}

TEST(LrpRules, GammaLetsNothingPassWhereTheOutputIsZero) {
  const auto weight = torch::tensor({{1.0, -1.0}, {1.0, 1.0}}, torch::kDouble);
  const Affine layer{weight, torch::zeros({2}, torch::kDouble)};
  const auto x = torch::tensor({{2.0, 2.0}}, torch::kDouble);  // z = 0, 4
  Ledger ledger;
  const auto r = throughAffine({.kind = LrpRule::Gamma}, layer, x, layer.forward(x),
                               torch::tensor({{3.0, 1.0}}, torch::kDouble), ledger);
  expectNear(numbers(r), {0.5, 0.5}, 1e-6);
  EXPECT_NEAR(ledger.absorbed.stabiliser, 3, 1e-6);
}

TEST(LrpRules, SoftmaxIsItsTaylorExpansion) {
  const auto x = uniform({2, 3, 4}, 30);
  const auto s = torch::softmax(x, -1);
  const auto relevance = uniform({2, 3, 4}, 31);
  Ledger ledger;
  const auto actual = throughSoftmax(x, s, relevance, ledger);
  double arrived = 0;
  for (int row = 0; row < 6; ++row) {
    const auto xs = numbers(x.view({6, 4})[row]);
    const auto ss = numbers(s.view({6, 4})[row]);
    const auto rs = numbers(relevance.view({6, 4})[row]);
    Numbers expected(4);
    for (std::size_t i = 0; i < 4; ++i) {
      double all = 0;
      for (const double r : rs) all += r;
      expected[i] = xs[i] * (rs[i] - ss[i] * all);
      arrived += expected[i];
    }
    expectNear(numbers(actual.view({6, 4})[row]), expected, 1e-12);
  }
  EXPECT_NEAR(ledger.absorbed.softmax, relevance.sum().item<double>() - arrived, 1e-12);
}

TEST(LrpRules, MatmulGivesEachFactorHalf) {
  const auto a = uniform({3, 4}, 32);
  const auto b = uniform({4, 2}, 33);
  const auto z = torch::matmul(a, b);
  const auto relevance = uniform({3, 2}, 34);
  Ledger halves;
  Ledger whole;
  const auto [ofA, ofB] = throughMatmul(a, b, z, relevance, halves);
  const auto ofConstant = throughConstantMatmul(a, b, z, relevance, whole);
  Numbers expectedA(12);
  Numbers expectedB(8);
  Numbers expectedConstant(8);
  const auto at = [](const torch::Tensor& t, int i, int j) { return t[i][j].item<double>(); };
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) {
      for (int k = 0; k < 4; ++k) {
        const double product = at(a, i, k) * at(b, k, j) * at(relevance, i, j);
        const double half = product / stabilised(2 * at(z, i, j));
        expectedA[static_cast<std::size_t>(4 * i + k)] += half;
        expectedB[static_cast<std::size_t>(2 * k + j)] += half;
        expectedConstant[static_cast<std::size_t>(2 * k + j)] += product / stabilised(at(z, i, j));
      }
    }
  }
  expectNear(numbers(ofA), expectedA, 1e-9);
  expectNear(numbers(ofB), expectedB, 1e-9);
  expectNear(numbers(ofConstant), expectedConstant, 1e-9);
  EXPECT_NEAR((ofA.sum() + ofB.sum()).item<double>() + halves.absorbed.stabiliser,
              relevance.sum().item<double>(), 1e-9);
}

TEST(LrpRules, LayerNormIsTheEpsilonRuleOfItsLinearPart) {
  constexpr int kWidth = 5;
  const auto x = uniform({2, kWidth}, 35);
  const auto weight = uniform({kWidth}, 36) + 2;
  const auto bias = uniform({kWidth}, 37);
  const auto z = torch::layer_norm(x, {kWidth}, weight, bias, 1e-5);
  const auto relevance = uniform({2, kWidth}, 38);
  Ledger ledger;
  const auto actual = throughLayerNorm(x, z, weight, bias, 1e-5, relevance, ledger);
  for (int row = 0; row < 2; ++row) {
    const auto xs = numbers(x[row]);
    double mean = 0;
    double variance = 0;
    for (const double v : xs) mean += v / kWidth;
    for (const double v : xs) variance += (v - mean) * (v - mean) / kWidth;
    Dense dense{std::vector<Numbers>(kWidth, Numbers(kWidth)), numbers(bias)};
    for (std::size_t j = 0; j < kWidth; ++j) {
      const double scale = weight[static_cast<int>(j)].item<double>() / std::sqrt(variance + 1e-5);
      for (std::size_t i = 0; i < kWidth; ++i) {
        dense.rows[j][i] = scale * ((i == j ? 1.0 : 0.0) - 1.0 / kWidth);
      }
    }
    expectNear(numbers(actual[row]), oracle({}, dense, xs, numbers(relevance[row])), 1e-9);
  }
  EXPECT_NEAR(actual.sum().item<double>() + ledger.absorbed.total(), relevance.sum().item<double>(),
              1e-9);
}

TEST(LrpRules, SumsAndPoolsGiveInProportion) {
  Ledger ledger;
  const auto [a, b] = throughSum(torch::tensor({3.0, -1.0}), torch::tensor({1.0, 3.0}),
                                 torch::tensor({8.0, 4.0}), ledger);
  expectNear(numbers(a), {6, -2}, 1e-5);
  expectNear(numbers(b), {2, 6}, 1e-5);
  for (const int size : {2, 4, 3, 8, 7}) {  // fewer cells, as many, bins that overlap, more
    SCOPED_TRACE(size);
    const auto x = uniform({1, 2, 4, 4}, 40);
    const auto z = averagePool(x, size, size);
    EXPECT_TRUE(torch::allclose(z, torch::adaptive_avg_pool2d(x, {size, size})));
    Dense dense;
    dense.bias.assign(static_cast<std::size_t>(z.numel()), 0);
    dense.rows.assign(dense.bias.size(), Numbers(32));
    for (std::size_t i = 0; i < 32; ++i) {
      auto unit = torch::zeros_like(x);
      unit.flatten()[static_cast<std::int64_t>(i)] = 1;
      const auto column = numbers(torch::adaptive_avg_pool2d(unit, {size, size}));
      for (std::size_t j = 0; j < column.size(); ++j) dense.rows[j][i] = column[j];
    }
    const auto relevance = z * uniform(z.sizes(), 41);
    expectNear(numbers(throughAveragePool(x, z, relevance, ledger)),
               oracle({}, dense, numbers(x), numbers(relevance)), 1e-9);
  }
}

TEST(LrpRules, AnAddedConstantKeepsItsShare) {
  Ledger ledger;
  const auto r = throughAddedConstant(torch::tensor({3.0}), torch::tensor({1.0}),
                                      torch::tensor({8.0}), ledger);
  expectNear(numbers(r), {6}, 1e-5);
  EXPECT_NEAR(ledger.absorbed.bias, 2, 1e-5);
}

}  // namespace
}  // namespace filterlens::lrp
