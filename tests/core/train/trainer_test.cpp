// Whole runs of the trainer on small folders of generated pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/checkpoint/checkpoint.h"
#include "core/model/architecture.h"
#include "core/model/model_metadata.h"
#include "core/train/random.h"
#include "core/train/trainer.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 64;

/// Noise in which a disc or a square lies, as the bytes of a PPM file: class 0 or 1.
std::string picture(int shape, std::uint64_t seed) {
  Random random(seed, shape);
  std::string bytes = "P6 64 64 255\n";
  const int centre = 20 + random.integer(24);
  const int radius = 8 + random.integer(8);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const int dx = x - centre;
      const int dy = y - centre;
      const bool inside = shape == 0 ? dx * dx + dy * dy < radius * radius
                                     : std::max(std::abs(dx), std::abs(dy)) < radius;
      for (int c = 0; c < 3; ++c) {
        bytes += static_cast<char>(inside ? 200 + random.integer(40) : random.integer(120));
      }
    }
  }
  return bytes;
}

class Training : public testing::Test {
 protected:
  /// train/ and val/ with count pictures of each class; val repeats train where same.
  void makePictures(int count, bool same = false) const {
    for (const auto& [part, first] : {std::pair{"train", 0}, std::pair{"val", same ? 0 : 1000}}) {
      for (int shape = 0; shape < 2; ++shape) {
        const auto folder = root() / "photos" / part / (shape == 0 ? "disc" : "square");
        fs::create_directories(folder);
        for (int i = 0; i < count; ++i) {
          std::ofstream(folder / (std::to_string(i) + ".ppm"), std::ios::binary)
              << picture(shape, static_cast<std::uint64_t>(first + i));
        }
      }
    }
  }

  [[nodiscard]] TrainOptions options(const std::string& run) const {
    TrainOptions o;
    o.data = root() / "photos";
    o.out = root() / run;
    o.sizes = {{0, kSide}};
    o.batchSize = 8;
    o.epochs = 3;
    o.warmUpEpochs = 1;
    o.threads = 1;
    o.keepEvery = 0;
    o.mask = {true, 0.1, 0.01, 0.1, 0.1, 1.5, 0.5};
    o.augmentation.cutmix = 0.5;
    return o;
  }

  [[nodiscard]] const fs::path& root() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

TrainingResult runOrFail(const TrainOptions& options, bool resume = false,
                         const TrainingReports& reports = {}, std::stop_token stop = {}) {
  const auto result = train(options, resume, reports, std::move(stop));
  if (result) return *result;
  ADD_FAILURE() << result.error().sentence;
  return {};
}

std::string weightsOf(const fs::path& file) {
  const auto checkpoint = readCheckpoint(file);
  EXPECT_TRUE(checkpoint);
  std::string bytes;
  if (!checkpoint) return bytes;
  for (const auto& tensor : checkpoint->tensors) {
    bytes.append(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size());
  }
  return bytes;
}

TEST_F(Training, ResumedIsUninterruptedToTheBit) {
  makePictures(16);
  const auto whole = options("whole");
  EXPECT_TRUE(runOrFail(whole).finished);

  const auto stopped = options("stopped");
  for (const auto& [epoch, batch] : {std::pair{1, 3}, std::pair{2, 4}, std::pair{3, 1}}) {
    std::stop_source stop;
    TrainingReports reports;
    reports.step = [&](const StepReport& step) {
      if (step.epoch == epoch && step.batch == batch) stop.request_stop();
    };
    const auto result = runOrFail(stopped, epoch > 1, reports, stop.get_token());
    EXPECT_FALSE(result.finished);
  }
  EXPECT_TRUE(runOrFail(stopped, true).finished);

  EXPECT_EQ(weightsOf(RunFolder{stopped.out}.state()), weightsOf(RunFolder{whole.out}.state()));
  EXPECT_EQ(weightsOf(RunFolder{stopped.out}.last()), weightsOf(RunFolder{whole.out}.last()));
  const auto a = readMetrics(RunFolder{whole.out}).value();
  const auto b = readMetrics(RunFolder{stopped.out}).value();
  ASSERT_EQ(a.size(), 3U);
  ASSERT_EQ(b.size(), 3U);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].loss, b[i].loss);
    EXPECT_EQ(a[i].top1, b[i].top1);
    EXPECT_EQ(a[i].validationLoss, b[i].validationLoss);
    EXPECT_EQ(a[i].learningRate, b[i].learningRate);
  }
}

TEST_F(Training, OverfitsThirtyTwoPhotos) {
  makePictures(16, true);
  auto o = options("overfit");
  o.epochs = 40;
  o.labelSmoothing = 0;
  o.weightDecay = 0;
  o.averageDecay = 0.9;
  o.dropout = 0;
  o.headDropout = 0;
  o.mask = {};
  o.augmentation = {};
  o.augmentation.minArea = 1;
  o.augmentation.aspect = 1;
  o.augmentation.flip = false;
  runOrFail(o);
  const auto metrics = readMetrics(RunFolder{o.out}).value();
  ASSERT_EQ(metrics.size(), 40U);
  EXPECT_LT(metrics.back().validationLoss, 0.02);
  EXPECT_EQ(metrics.back().validationTop1, 1);
}

TEST_F(Training, TheModelSaysWhatItIs) {
  makePictures(8);
  auto o = options("run");
  o.epochs = 2;
  o.keepEvery = 1;
  o.sizes = {{0, 48}, {0.5, kSide}};
  runOrFail(o);
  const RunFolder run{o.out};
  EXPECT_TRUE(fs::exists(run.epochModel(1)));
  EXPECT_TRUE(fs::exists(run.best()));
  const auto checkpoint = readCheckpoint(run.epochModel(2));
  ASSERT_TRUE(checkpoint) << checkpoint.error().sentence;
  EXPECT_EQ(checkpoint->epoch, 2);
  const auto recognised = recogniseArchitecture(*checkpoint);
  ASSERT_TRUE(recognised) << recognised.error().sentence;
  EXPECT_EQ(recognised->architecture->id, "compact");
  EXPECT_EQ(recognised->classes, 2);
  const auto metadata = modelMetadataFrom(checkpoint->metadata);
  ASSERT_TRUE(metadata) << metadata.error().sentence;
  EXPECT_EQ(metadata->classNames, (std::vector<std::string>{"disc", "square"}));
  EXPECT_EQ(metadata->preprocessing->inputSize, kSide);
  EXPECT_EQ(metadata->preprocessing->fit, Preprocessing::Fit::Stretch);
  EXPECT_TRUE(metadata->temperature.has_value());
  EXPECT_NE(metadata->training->find("\"learning_rate\""), std::string::npos);
  // A later run may start from it.
  auto further = options("further");
  further.start = run.last();
  further.epochs = 1;
  EXPECT_TRUE(runOrFail(further).finished);
}

TEST_F(Training, ANetworkThatDrawsItsTokensIsTrainedToo) {
  makePictures(8);
  auto o = options("twin");
  o.architecture = "dropout-compact";
  o.epochs = 1;
  EXPECT_TRUE(runOrFail(o).finished);
}

std::string problemOf(const TrainOptions& options, bool resume = false) {
  const auto result = train(options, resume, {}, {});
  return result ? "" : result.error().sentence;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_F(Training, ALossThatIsNoNumberEndsTheRunAndKeepsTheLastState) {
  makePictures(8);
  auto o = options("run");
  o.epochs = 1;
  runOrFail(o);
  const RunFolder run{o.out};
  // The same run with a weight that is no number goes wrong in its next epoch.
  auto checkpoint = readCheckpoint(run.last());
  ASSERT_TRUE(checkpoint);
  auto values = checkpoint->tensors[0].toFloat();
  values[0] = std::numeric_limits<float>::quiet_NaN();
  checkpoint->tensors[0] =
      floatTensor(checkpoint->tensors[0].name, checkpoint->tensors[0].shape, values);
  ASSERT_TRUE(writeSafetensors(root() / "nan.safetensors", checkpoint->tensors, {}));
  auto next = options("next");
  next.start = root() / "nan.safetensors";
  EXPECT_TRUE(has(problemOf(next), "no number any more in epoch 1, step 1"));
  EXPECT_FALSE(fs::exists(RunFolder{next.out}.best()));
}

TEST_F(Training, FailuresAreSentences) {
  makePictures(4);
  auto o = options("run");
  o.batchSize = 9;
  EXPECT_TRUE(has(problemOf(o), "--batch-size"));
  o = options("run");
  EXPECT_TRUE(has(problemOf(o, true), "no run to resume"));
  o.start = root() / "missing.safetensors";
  EXPECT_TRUE(has(problemOf(o), "missing.safetensors"));
  o = options("run");
  o.epochs = 1;
  runOrFail(o);
  EXPECT_TRUE(has(problemOf(o), "--resume"));
  o.data = root() / "nothing";
  o.out = root() / "other";
  EXPECT_TRUE(has(problemOf(o), "nothing"));
  std::ofstream(RunFolder{root() / "run"}.recipe()) << "{}";
  o.out = root() / "run";
  o.data = root() / "photos";
  EXPECT_TRUE(has(problemOf(o, true), "run.json"));
}

}  // namespace
}  // namespace filterlens::test
