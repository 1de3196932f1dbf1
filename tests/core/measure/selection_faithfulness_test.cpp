#include "core/measure/selection_faithfulness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "tests/core/measure/planted_model.h"

namespace filterlens {
namespace {

using test::PlantedModel;

/// A filter layer of one row with this mask that selected its k largest.
LayerTrace filterLayer(std::vector<float> mask, int k) {
  LayerTrace layer;
  layer.name = "filter";
  layer.importance = Grid<float>(1, static_cast<int>(mask.size()));
  layer.importance.values = std::move(mask);
  std::vector<int> order(layer.importance.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return layer.importance.at(0, a) > layer.importance.at(0, b);
  });
  order.resize(static_cast<std::size_t>(k));
  layer.selection = order;
  return layer;
}

TEST(ReplacementCells, FollowTheMasksOrder) {
  const auto layer = filterLayer({0.5F, 0.9F, 0.6F, 0.5F, 0.8F, 0.7F}, 2);
  EXPECT_EQ(replacementCells(layer, Replacement::Next).value(), (std::vector{5, 2}));
  EXPECT_EQ(replacementCells(layer, Replacement::Bottom).value(), (std::vector{0, 3}));
  EXPECT_EQ(overlapNote(layer), "");
}

TEST(ReplacementCells, TakeTheLastKWhereTooFewFollow) {
  const auto layer = filterLayer({0.9F, 0.8F, 0.7F, 0.6F, 0.5F}, 3);
  EXPECT_EQ(replacementCells(layer, Replacement::Next).value(), (std::vector{2, 3, 4}));
  EXPECT_EQ(replacementCells(layer, Replacement::Bottom).value(), (std::vector{2, 3, 4}));
  EXPECT_NE(overlapNote(layer).find("3 of 5 cells"), std::string::npos);
  EXPECT_NE(overlapNote(layer).find("1 of them its own"), std::string::npos);
}

TEST(ReplacementCells, AreDrawnBySeed) {
  const auto layer = filterLayer(std::vector<float>(100, 0.5F), 10);
  const auto cells = replacementCells(layer, Replacement::Random, 1).value();
  EXPECT_EQ(std::set<int>(cells.begin(), cells.end()).size(), 10U);
  EXPECT_EQ(cells, replacementCells(layer, Replacement::Random, 1).value());
  EXPECT_NE(cells, replacementCells(layer, Replacement::Random, 2).value());
}

TEST(ReplacementCells, ADamagedRecordIsRefused) {
  auto layer = filterLayer({0.5F, NAN, 0.7F}, 1);
  EXPECT_FALSE(replacementCells(layer, Replacement::Next));
  layer = filterLayer({0.5F, 0.6F}, 1);
  layer.selection.clear();
  EXPECT_FALSE(replacementCells(layer, Replacement::Bottom));
}

double valueOf(const std::vector<Measurement>& all, const std::string& layer,
               const std::string& measure) {
  for (const auto& one : all) {
    if (one.layer == layer && one.measure == measure) return one.value;
  }
  ADD_FAILURE() << "no " << measure << " of " << layer;
  return NAN;
}

class Faithfulness : public testing::Test {
 protected:
  std::vector<Measurement> measure(const FaithfulnessOptions& options = {}) const {
    const auto trace = record();
    auto measured =
        selectionFaithfulness(model_, PlantedModel::photo(), trace, options, Progress());
    EXPECT_TRUE(measured);
    return std::move(*measured);
  }

  /// An unchanged run for the class of the patch.
  Trace record() const {
    RunOptions options;
    options.targetClass = 0;
    return *model_.run(PlantedModel::photo(), options);
  }

  const double with_ = 1 / (1 + std::exp(-10));  // probability where the planted cell is selected
  PlantedModel model_;
};

TEST_F(Faithfulness, ThePredictionNeedsThePlantedCell) {
  const auto all = measure();
  for (const auto* layer : {"first", "second", "all"}) {
    EXPECT_NEAR(valueOf(all, layer, "probability_own"), with_, 1e-6);
    EXPECT_NEAR(valueOf(all, layer, "probability_next"), 1 - with_, 1e-6);
    EXPECT_NEAR(valueOf(all, layer, "probability_bottom"), 1 - with_, 1e-6);
    EXPECT_NEAR(valueOf(all, layer, "drop_next"), 2 * with_ - 1, 1e-6);
    EXPECT_NEAR(valueOf(all, layer, "drop_bottom"), 2 * with_ - 1, 1e-6);
  }
}

TEST_F(Faithfulness, RandomCellsFindItNowAndThen) {
  // 4 of 64 cells: the planted one is among them in one draw of 16.
  const auto all = measure({.draws = 3000, .seed = 1});
  EXPECT_NEAR(valueOf(all, "first", "probability_random"), 1.0 / 16, 0.015);
  EXPECT_NEAR(valueOf(all, "all", "probability_random"), 1.0 / 256, 0.005);
  EXPECT_DOUBLE_EQ(
      valueOf(all, "first", "drop_random"),
      valueOf(all, "first", "probability_own") - valueOf(all, "first", "probability_random"));
}

TEST_F(Faithfulness, TheTemperatureCounts) {
  model_.info_.temperature = 5;
  EXPECT_NEAR(valueOf(measure(), "first", "probability_own"), 1 / (1 + std::exp(-2)), 1e-6);
}

TEST_F(Faithfulness, OneRunForEachReplacement) {
  const auto trace = record();
  model_.runs = 0;
  ASSERT_TRUE(selectionFaithfulness(model_, PlantedModel::photo(), trace, {.draws = 5}, {}));
  EXPECT_EQ(model_.runs, 3 * (1 + 5 + 1));
}

TEST_F(Faithfulness, StopsWhereItIsAskedTo) {
  const auto trace = record();
  std::stop_source stop;
  stop.request_stop();
  const auto measured = selectionFaithfulness(model_, PlantedModel::photo(), trace, {},
                                              Progress(stop.get_token(), {}));
  ASSERT_FALSE(measured);
  EXPECT_TRUE(measured.error().cancelled);
}

}  // namespace
}  // namespace filterlens
