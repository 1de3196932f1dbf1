// The recipe of a run: its limits, its JSON, its schedule, its metrics files.
#include <gtest/gtest.h>

#include "core/train/schedule.h"
#include "core/train/training_log.h"
#include "tests/support/temporary_folder.h"

namespace filterlens {
namespace {

TEST(Recipe, ComesBackFromJson) {
  TrainOptions options;
  options.architecture = "xs";
  options.seed = 12345678901234567ULL;
  options.epochs = 7;
  options.sizes = {{0, 160}, {0.5, 224}};
  options.fit = Preprocessing::Fit::ResizeAndCrop;
  options.augmentation.cutmix = 0.5;
  options.mask = {true, 0.25, 0.01, 0.5, 0.125, 4, 0.7};
  options.dropout = 0.05;
  options.headDropout = 0.2;
  options.keepEvery = 3;
  const auto text = toJson(options);
  const auto back = trainOptionsFromJson(text);
  ASSERT_TRUE(back) << back.error().sentence;
  EXPECT_EQ(toJson(*back), text);
  EXPECT_EQ(back->seed, options.seed);
  EXPECT_DOUBLE_EQ(back->headDropout, 0.2);
  EXPECT_EQ(back->sizes[1].side, 224);
  EXPECT_EQ(back->augmentation, options.augmentation);
  EXPECT_DOUBLE_EQ(back->mask.classLoss, 0.5);
  EXPECT_DOUBLE_EQ(back->mask.restSwap, 0.125);
}

TEST(Recipe, DamagedJsonGetsASentence) {
  EXPECT_FALSE(trainOptionsFromJson("{"));
  const auto empty = trainOptionsFromJson("{}");
  ASSERT_FALSE(empty);
  EXPECT_NE(empty.error().sentence.find("field is missing"), std::string::npos);
}

std::string problemOf(const TrainOptions& options) {
  const auto valid = validate(options);
  return valid ? "" : valid.error().sentence;
}

TEST(Recipe, SensibleOptionsAreValid) { EXPECT_EQ(problemOf({}), ""); }

TEST(Recipe, EachMistakeIsNamedAsTheCommandLineNamesIt) {
  const auto after = [](auto change) {
    TrainOptions options;
    change(options);
    return problemOf(options);
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(after([](auto& o) { o.architecture = "resnet"; }), "compact"));
  EXPECT_TRUE(has(after([](auto& o) { o.epochs = 0; }), "--epochs"));
  EXPECT_TRUE(has(after([](auto& o) { o.batchSize = 1; }), "--batch-size"));
  EXPECT_TRUE(has(after([](auto& o) { o.learningRate = -1; }), "--learning-rate"));
  EXPECT_TRUE(has(after([](auto& o) { o.labelSmoothing = 1; }), "--label-smoothing"));
  EXPECT_TRUE(has(after([](auto& o) { o.mask.sparsity = -1; }), "--mask-sparsity"));
  EXPECT_TRUE(has(after([](auto& o) { o.sizes.clear(); }), "--size"));
  EXPECT_TRUE(has(after([](auto& o) { o.sizes = {{0.5, 128}}; }), "--size"));
  EXPECT_TRUE(has(after([](auto& o) { o.sizes = {{0, 96}, {0, 128}}; }), "ascending"));
  EXPECT_TRUE(has(after([](auto& o) { o.sizes = {{0, 32}}; }), "32x32"));
  EXPECT_TRUE(has(after([](auto& o) { o.augmentation.minArea = 2; }), "min_area"));
}

TEST(Schedule, WarmsUpAndFallsAsACosine) {
  TrainOptions options;
  options.epochs = 10;
  options.warmUpEpochs = 2;
  options.learningRate = 1;
  options.finalLearningRate = 0.1;
  const Schedule schedule(options, 4);
  EXPECT_NEAR(schedule.learningRate(1, 0), 0.001, 1e-12);
  EXPECT_NEAR(schedule.learningRate(2, 0), 0.5005, 1e-12);
  EXPECT_NEAR(schedule.learningRate(3, 0), 1, 1e-12);
  EXPECT_NEAR(schedule.learningRate(7, 0), 0.55, 1e-12);  // half of the cosine
  EXPECT_GT(schedule.learningRate(10, 3), 0.1);
  EXPECT_LT(schedule.learningRate(10, 3), 0.11);
  EXPECT_DOUBLE_EQ(schedule.part(6, 2), 0.55);
}

TEST(Schedule, InputsGrow) {
  TrainOptions options;
  options.epochs = 10;
  options.sizes = {{0, 96}, {0.3, 112}, {0.7, 128}};
  const Schedule schedule(options, 5);
  EXPECT_EQ(schedule.side(1), 96);
  EXPECT_EQ(schedule.side(3), 96);
  EXPECT_EQ(schedule.side(4), 112);
  EXPECT_EQ(schedule.side(8), 128);
  EXPECT_EQ(schedule.side(10), 128);
}

TEST(Metrics, ComeBackFromTheirFiles) {
  const test::TemporaryFolder folder;
  const RunFolder run{folder.path() / "run"};
  EXPECT_TRUE(readMetrics(run).value().empty());
  std::vector<EpochMetrics> epochs(2);
  epochs[0].epoch = 1;
  epochs[0].validationTop1 = 0.1234567890123;
  epochs[1].epoch = 2;
  epochs[1].step = 400;
  ASSERT_TRUE(writeMetrics(run, epochs));
  const auto back = readMetrics(run);
  ASSERT_TRUE(back) << back.error().sentence;
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ((*back)[0].validationTop1, epochs[0].validationTop1);
  EXPECT_EQ((*back)[1].step, 400);
  const auto csv = test::contentOf(run.csv());
  EXPECT_TRUE(csv.starts_with("epoch,step,side,")) << csv;
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 3);
}

TEST(Metrics, DamageGetsASentence) {
  const test::TemporaryFolder folder;
  const RunFolder run{folder.path()};
  (void)folder.write("metrics.jsonl", "{\"epoch\": 1}\nnonsense\n");
  const auto back = readMetrics(run);
  ASSERT_FALSE(back);
  EXPECT_NE(back.error().sentence.find("line 2"), std::string::npos);
}

}  // namespace
}  // namespace filterlens
