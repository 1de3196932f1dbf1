#include "core/train/batch_loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "core/image/pil_resize.h"
#include "pictures.h"

namespace filterlens {
namespace {

using test::PhotoFolder;

constexpr int kSide = 12;

/// Photos of three classes in memory; photo i is class i % 3.
PhotoStore storeOf(int count, const PhotoFolder& folder) {
  std::vector<LabelledPhoto> photos;
  photos.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    photos.push_back({folder.write(std::to_string(i) + ".ppm", noise(14 + i % 7, 13 + i)), i % 3});
  }
  return PhotoStore::open(photos, {"a", "b", "c"}, {}, {}).value();
}

const PhotoStore& photos() {
  static const PhotoStore store = storeOf(22, PhotoFolder());
  return store;
}

LoaderOptions everything() {
  LoaderOptions options;
  options.batchSize = 5;
  options.side = kSide;
  options.seed = 11;
  options.augmentation.brightness = options.augmentation.saturation = 0.3;
  options.augmentation.trivialAugment = true;
  options.augmentation.erasing = 0.3;
  options.augmentation.mixup = 0.4;
  options.augmentation.cutmix = 1;
  return options;
}

LoaderOptions plain() {
  LoaderOptions options;
  options.batchSize = 5;
  options.side = kSide;
  options.augmentation.minArea = 1;
  options.augmentation.flip = false;
  return options;
}

template <class Loader>
std::vector<Batch> rest(Loader& loader) {
  std::vector<Batch> batches;
  while (auto batch = loader.next()) batches.push_back(std::move(*batch));
  EXPECT_FALSE(loader.failure());
  return batches;
}

std::vector<Batch> epochOf(const LoaderOptions& options, int epoch, int firstBatch = 0,
                           int side = 0) {
  BatchLoader loader(photos(), options);
  loader.begin(epoch, firstBatch, side);
  return rest(loader);
}

void expectSame(const std::vector<Batch>& a, const std::vector<Batch>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].size, b[i].size);
    EXPECT_EQ(a[i].pixels, b[i].pixels);
    EXPECT_EQ(a[i].values, b[i].values) << "batch " << i;
    EXPECT_EQ(a[i].labels, b[i].labels);
    EXPECT_EQ(a[i].mixedLabels, b[i].mixedLabels);
    EXPECT_EQ(a[i].share, b[i].share);
  }
}

TEST(BatchLoader, BatchesDoNotDependOnThreads) {
  LoaderOptions options = everything();
  options.threads = 1;
  options.ahead = 1;
  const auto alone = epochOf(options, 3);
  EXPECT_EQ(alone.size(), 4U);
  options.threads = 5;
  options.ahead = 7;
  expectSame(epochOf(options, 3), alone);
}

TEST(BatchLoader, AResumedEpochGoesOnAsItWould) {
  auto whole = epochOf(everything(), 2);
  whole.erase(whole.begin(), whole.begin() + 2);
  expectSame(epochOf(everything(), 2, 2), whole);
  EXPECT_TRUE(epochOf(everything(), 2, 4).empty());

  BatchLoader loader(photos(), everything());
  loader.begin(7);
  ASSERT_TRUE(loader.next());
  loader.begin(2, 2);  // in the middle of another epoch
  expectSame(rest(loader), whole);
}

TEST(BatchLoader, EpochsAndSeedsDiffer) {
  LoaderOptions options = everything();
  const auto first = epochOf(options, 0);
  EXPECT_NE(epochOf(options, 1).front().values, first.front().values);
  options.seed = 12;
  EXPECT_NE(epochOf(options, 0).front().values, first.front().values);
}

TEST(BatchLoader, TheOrderHoldsEachPhotoOnce) {
  const auto order = BatchLoader::order(50, 1, 2);
  EXPECT_EQ(BatchLoader::order(50, 1, 2), order);
  EXPECT_NE(BatchLoader::order(50, 1, 3), order);
  EXPECT_NE(BatchLoader::order(50, 2, 2), order);
  EXPECT_EQ(std::set<int>(order.begin(), order.end()).size(), 50U);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  EXPECT_TRUE(BatchLoader::order(0, 1, 2).empty());
}

TEST(BatchLoader, PlainBatchesHoldTheResizedPhotos) {
  const LoaderOptions options = plain();
  const auto batches = epochOf(options, 1);
  ASSERT_EQ(batches.size(), 4U);
  const auto order = BatchLoader::order(22, options.seed, 1);
  for (std::size_t i = 0; i < 20; ++i) {
    const Batch& batch = batches[i / 5];
    const Image image = pilResize(*photos().image(order[i]), kSide, kSide);
    ASSERT_EQ(batch.values.size(), 5 * image.byteCount());
    for (std::size_t v = 0; v < image.byteCount(); ++v) {
      const float expected = (static_cast<float>(image.data()[v]) / 255.0F - 0.5F) / 0.5F;
      ASSERT_EQ(batch.values[i % 5 * image.byteCount() + v], expected);
    }
    EXPECT_EQ(batch.labels[i % 5], order[i] % 3);
    EXPECT_EQ(batch.mixedLabels[i % 5], order[i] % 3);
    EXPECT_EQ(batch.share[i % 5], 1);
  }
}

TEST(BatchLoader, MixedPicturesAreThoseOfTheBatch) {
  LoaderOptions options = plain();
  const auto unmixed = epochOf(options, 0);
  options.augmentation.mixup = 1;
  const auto mixed = epochOf(options, 0);
  ASSERT_EQ(mixed.size(), unmixed.size());
  for (std::size_t b = 0; b < mixed.size(); ++b) {
    const std::size_t each = mixed[b].values.size() / 5;
    EXPECT_EQ(mixed[b].labels, unmixed[b].labels);
    for (std::size_t i = 0; i < 5; ++i) {
      const float share = mixed[b].share[i];
      const auto explains = [&](std::size_t other) {
        if (other == i || unmixed[b].labels[other] != mixed[b].mixedLabels[i]) return false;
        for (std::size_t v = 0; v < each; ++v) {
          const float expected = share * unmixed[b].values[i * each + v] +
                                 (1 - share) * unmixed[b].values[other * each + v];
          if (std::abs(mixed[b].values[i * each + v] - expected) > 1e-5F) return false;
        }
        return true;
      };
      EXPECT_TRUE(explains(0) || explains(1) || explains(2) || explains(3) || explains(4));
    }
  }
}

TEST(BatchLoader, TheSideMayChangeBetweenEpochs) {
  for (const int side : {8, 16}) {
    const auto batches = epochOf(everything(), 0, 3, side);
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0].pixels, side);
    EXPECT_EQ(batches[0].values.size(), static_cast<std::size_t>(5 * side * side * 3));
  }
}

TEST(BatchLoader, TheLastBatchIsKeptOrDropped) {
  LoaderOptions options = plain();
  options.dropLast = false;
  const auto batches = epochOf(options, 0);
  ASSERT_EQ(batches.size(), 5U);
  EXPECT_EQ(batches.back().size, 2);
  EXPECT_EQ(batches.back().labels.size(), 2U);
  options.dropLast = true;
  options.batchSize = 30;  // more than there are photos
  ASSERT_EQ(epochOf(options, 0).size(), 1U);
  EXPECT_EQ(epochOf(options, 0).front().size, 22);
  EXPECT_EQ(BatchLoader(photos(), options).batchCount(), 1);
  options.batchSize = 1;  // nothing to mix with
  options.augmentation.cutmix = 1;
  EXPECT_EQ(epochOf(options, 0, 21).front().share, std::vector<float>{1});
}

TEST(BatchLoader, EndsCleanlyInMidEpoch) {
  for (int taken = 0; taken < 4; ++taken) {
    BatchLoader loader(photos(), everything());
    loader.begin(0);
    for (int i = 0; i < taken; ++i) EXPECT_TRUE(loader.next());
    EXPECT_GE(loader.waitSeconds(), 0);
  }
  BatchLoader unused(photos(), everything());
  EXPECT_FALSE(unused.next());
}

TEST(BatchLoader, SaysWhichPhotoIsGone) {
  const PhotoFolder folder;
  std::vector<LabelledPhoto> list;
  list.reserve(4);
  for (int i = 0; i < 4; ++i) {
    list.push_back({folder.write(std::to_string(i) + ".ppm", noise(9, 9)), 0});
  }
  PhotoStoreOptions nothingKept;
  nothingKept.budgetBytes = 0;
  const auto store = PhotoStore::open(list, {"a"}, nothingKept, {});
  ASSERT_TRUE(store);
  std::filesystem::remove(list[2].file);
  LoaderOptions options = plain();
  options.batchSize = 2;
  BatchLoader loader(*store, options);
  loader.begin(0);
  int batches = 0;
  while (loader.next()) ++batches;
  EXPECT_LT(batches, 2);
  ASSERT_TRUE(loader.failure());
  EXPECT_NE(loader.failure()->sentence.find("2.ppm"), std::string::npos);
}

TEST(EvaluationLoader, GivesWhatPreprocessGives) {
  for (const auto fit : {Preprocessing::Fit::Stretch, Preprocessing::Fit::ResizeAndCrop}) {
    Preprocessing preprocessing;
    preprocessing.fit = fit;
    preprocessing.inputSize = kSide;
    preprocessing.resizeShortSide = 14;
    preprocessing.mean = {0.4F, 0.5F, 0.6F};
    EvaluationLoader loader(photos(), preprocessing, 4, 3);
    EXPECT_EQ(loader.batchCount(), 6);
    loader.begin();
    const auto batches = rest(loader);
    ASSERT_EQ(batches.size(), 6U);
    EXPECT_EQ(batches.back().size, 2);
    for (int photo = 0; photo < 22; ++photo) {
      const Batch& batch = batches[static_cast<std::size_t>(photo) / 4];
      const auto expected = preprocess(*photos().image(photo), preprocessing)->tensor.values;
      const float* values =
          batch.values.data() + static_cast<std::size_t>(photo % 4) * expected.size();
      constexpr std::size_t kPlane = std::size_t{kSide} * kSide;
      for (std::size_t v = 0; v < expected.size(); ++v) {
        ASSERT_EQ(values[v], expected[v % 3 * kPlane + v / 3]);
      }
      EXPECT_EQ(batch.labels[static_cast<std::size_t>(photo % 4)], photo % 3);
    }
    loader.begin();
    expectSame(rest(loader), batches);
  }
}

TEST(EvaluationLoader, TakesOtherSides) {
  Preprocessing preprocessing;  // 224 of 256
  EvaluationLoader loader(photos(), preprocessing, 22);
  loader.begin(28);
  const auto batches = rest(loader);
  ASSERT_EQ(batches.size(), 1U);
  preprocessing.inputSize = 28;
  preprocessing.resizeShortSide = 32;
  EvaluationLoader smaller(photos(), preprocessing, 22);
  smaller.begin();
  expectSame(rest(smaller), batches);
}

}  // namespace
}  // namespace filterlens
