#include "core/train/batch_loader.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <stop_token>
#include <utility>

#include "core/train/mixing.h"

namespace filterlens {
namespace {

/// Streams of an epoch beside those of its photos, whose keys are (seed, epoch, photo).
enum Purpose { kOrder, kMixing };

Batch emptyBatch(int size, int side) {
  Batch batch;
  batch.size = size;
  batch.pixels = side;
  const auto pictures = static_cast<std::size_t>(size);
  batch.values.resize(pictures * static_cast<std::size_t>(side) * static_cast<std::size_t>(side) *
                      3);
  batch.share.assign(pictures, 1);
  return batch;
}

/// The place of a picture's values in a batch.
float* valuesOf(Batch& batch, std::size_t picture) {
  const std::size_t each = batch.values.size() / static_cast<std::size_t>(batch.size);
  return batch.values.data() + picture * each;
}

/// Makes the augmented batches of one epoch.
class TrainingBatches {
 public:
  TrainingBatches(const PhotoStore& store, const LoaderOptions& options, int epoch, int side)
      : store_(store),
        options_(options),
        epoch_(epoch),
        side_(side),
        order_(BatchLoader::order(store.size(), options.seed, epoch)),
        pixelValues_(options.mean, options.stddev) {}

  Result<Batch> make(int index, const std::stop_token& stop) const {
    const int first = index * options_.batchSize;
    const int size = std::min(options_.batchSize, store_.size() - first);
    Batch batch = emptyBatch(size, side_);
    std::vector<Image> pictures;
    for (int i = first; i < first + size; ++i) {
      if (stop.stop_requested()) return cancelledError();
      const int photo = order_[static_cast<std::size_t>(i)];
      auto image = store_.image(photo);
      if (!image) return image.error();
      Random random(options_.seed, epoch_, photo);
      pictures.push_back(augment(*image, side_, options_.augmentation, random));
      batch.labels.push_back(store_.label(photo));
    }
    fill(batch, pictures, index);
    return batch;
  }

 private:
  void fill(Batch& batch, const std::vector<Image>& pictures, int index) const {
    batch.mixedLabels = batch.labels;
    const AugmentationOptions& recipe = options_.augmentation;
    const bool mixing = (recipe.mixup > 0 || recipe.cutmix > 0) && batch.size > 1;
    if (!mixing) {
      for (std::size_t i = 0; i < pictures.size(); ++i) {
        pixelValues_.write(pictures[i], valuesOf(batch, i));
      }
      return;
    }
    Random random(options_.seed, epoch_, index, static_cast<int>(kMixing));
    const std::size_t distance = 1 + static_cast<std::size_t>(random.integer(batch.size - 1));
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const std::size_t other = (i + distance) % pictures.size();
      const Mix mix = drawMix(side_, recipe, random);
      pixelValues_.writeMixed(pictures[i], pictures[other], mix, valuesOf(batch, i));
      batch.mixedLabels[i] = batch.labels[other];
      batch.share[i] = mix.share;
    }
  }

  const PhotoStore& store_;
  LoaderOptions options_;
  int epoch_;
  int side_;
  std::vector<int> order_;
  PixelValues pixelValues_;
};

/// Writes RGB planes with the channels last.
void interleave(const InputTensor& planes, float* values) {
  const std::size_t plane = planes.values.size() / 3;
  for (std::size_t c = 0; c < 3; ++c) {
    const float* from = planes.values.data() + c * plane;
    for (std::size_t i = 0; i < plane; ++i) values[3 * i + c] = from[i];
  }
}

Result<Batch> plainBatch(const PhotoStore& store, const Preprocessing& preprocessing, int first,
                         int size, const std::stop_token& stop) {
  Batch batch = emptyBatch(size, preprocessing.inputSize);
  for (int i = 0; i < size; ++i) {
    if (stop.stop_requested()) return cancelledError();
    auto image = store.image(first + i);
    if (!image) return image.error();
    const auto input = preprocess(*image, preprocessing);
    if (!input) return input.error();
    interleave(input->tensor, valuesOf(batch, static_cast<std::size_t>(i)));
    batch.labels.push_back(store.label(first + i));
  }
  batch.mixedLabels = batch.labels;
  return batch;
}

Preprocessing withSide(Preprocessing preprocessing, int side) {
  const double scale = static_cast<double>(side) / preprocessing.inputSize;
  preprocessing.resizeShortSide =
      static_cast<int>(std::lround(preprocessing.resizeShortSide * scale));
  preprocessing.inputSize = side;
  return preprocessing;
}

}  // namespace

BatchLoader::BatchLoader(const PhotoStore& store, const LoaderOptions& options)
    : store_(store), options_(options) {}

int BatchLoader::batchCount() const {
  const int full = store_.size() / options_.batchSize;
  const bool rest = store_.size() % options_.batchSize != 0;
  return rest && (full == 0 || !options_.dropLast) ? full + 1 : full;
}

std::vector<int> BatchLoader::order(int count, std::uint64_t seed, int epoch) {
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, epoch, 0, static_cast<int>(kOrder));
  for (int i = count - 1; i > 0; --i) {
    std::swap(order[static_cast<std::size_t>(i)],
              order[static_cast<std::size_t>(random.integer(i + 1))]);
  }
  return order;
}

void BatchLoader::begin(int epoch, int firstBatch, int side) {
  TrainingBatches batches(store_, options_, epoch, side > 0 ? side : options_.side);
  const auto make = [batches = std::move(batches)](int index, const std::stop_token& stop) {
    return batches.make(index, stop);
  };
  stream_.begin(make, firstBatch, batchCount(), options_.threads, options_.ahead);
}

EvaluationLoader::EvaluationLoader(const PhotoStore& store, const Preprocessing& preprocessing,
                                   int batchSize, int threads, int ahead)
    : store_(store),
      preprocessing_(preprocessing),
      batchSize_(batchSize),
      threads_(threads),
      ahead_(ahead) {}

int EvaluationLoader::batchCount() const { return (store_.size() + batchSize_ - 1) / batchSize_; }

void EvaluationLoader::begin(int side) {
  const auto preprocessing = side > 0 ? withSide(preprocessing_, side) : preprocessing_;
  const auto make = [preprocessing, &store = store_, each = batchSize_](
                        int index, const std::stop_token& stop) {
    const int first = index * each;
    return plainBatch(store, preprocessing, first, std::min(each, store.size() - first), stop);
  };
  stream_.begin(make, 0, batchCount(), threads_, ahead_);
}

}  // namespace filterlens
