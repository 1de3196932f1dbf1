// BatchLoader: augmented batches for training; EvaluationLoader: plain ones for validation.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/image/preprocess.h"
#include "core/result.h"
#include "core/train/augmentation.h"
#include "core/train/batch.h"
#include "core/train/batch_pipeline.h"
#include "core/train/photo_store.h"

namespace filterlens {

struct LoaderOptions {
  int batchSize = 64;
  int side = 128;  ///< of the pictures, in pixels
  AugmentationOptions augmentation;
  std::uint64_t seed = 0;
  int threads = 2;
  int ahead = 4;                                ///< batches made ahead at most
  std::array<float, 3> mean{0.5F, 0.5F, 0.5F};  ///< of values in 0..1, RGB
  std::array<float, 3> stddev{0.5F, 0.5F, 0.5F};
  /// Whether an epoch's last batch is left out where it is not full. The only batch never is.
  bool dropLast = true;
};

/// A photo's augmentation depends on (seed, epoch, photo) only, the order on (seed, epoch), what is
/// mixed on (seed, epoch, batch): neither on threads nor on where an epoch was begun.
class BatchLoader {
 public:
  /// The store outlives the loader. options are valid.
  BatchLoader(const PhotoStore&, const LoaderOptions& options);

  /// Batches of an epoch.
  [[nodiscard]] int batchCount() const;
  /// Goes on with batch firstBatch of an epoch (both from 0), with pictures of this side; 0: of the
  /// options' side. What was made ahead of another place is given up.
  void begin(int epoch, int firstBatch = 0, int side = 0);
  /// The next batch; nothing at the end of the epoch, before the first begin(), and where a photo
  /// can no longer be read: then failure() says why.
  std::optional<Batch> next() { return stream_.next(); }
  [[nodiscard]] const std::optional<Error>& failure() const { return stream_.failure(); }
  /// How long next() has waited since the loader was made, in seconds.
  [[nodiscard]] double waitSeconds() const { return stream_.waitSeconds(); }

  /// The order of count photos in an epoch.
  static std::vector<int> order(int count, std::uint64_t seed, int epoch);

 private:
  const PhotoStore& store_;
  LoaderOptions options_;
  BatchStream stream_;
};

/// The photos of a store in order, prepared as a trained model is given them: preprocess() with
/// channels last. The last batch holds what is left.
class EvaluationLoader {
 public:
  /// The store outlives the loader. The preprocessing is valid.
  EvaluationLoader(const PhotoStore&, const Preprocessing&, int batchSize, int threads = 2,
                   int ahead = 4);

  [[nodiscard]] int batchCount() const;
  /// Starts again at the first photo; 0: with the preprocessing's input size. With another side,
  /// the short side of ResizeAndCrop changes in proportion.
  void begin(int side = 0);
  /// As BatchLoader's.
  std::optional<Batch> next() { return stream_.next(); }
  [[nodiscard]] const std::optional<Error>& failure() const { return stream_.failure(); }
  [[nodiscard]] double waitSeconds() const { return stream_.waitSeconds(); }

 private:
  const PhotoStore& store_;
  Preprocessing preprocessing_;
  int batchSize_;
  int threads_;
  int ahead_;
  BatchStream stream_;
};

}  // namespace filterlens
