// What a run reports while it goes on, and the files it keeps of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/train/photo_dataset.h"

namespace filterlens {

/// One epoch, over the pictures it was trained on and over all validation pictures.
struct EpochMetrics {
  int epoch = 0;            ///< from 1
  std::int64_t step = 0;    ///< optimizer steps so far
  int side = 0;             ///< pixels of the input
  double learningRate = 0;  ///< of the epoch's last step
  double loss = 0;          ///< mean of what was minimised
  double classLoss = 0;     ///< … its part from the network's own logits
  double top1 = 0;          ///< on augmented pictures; of a mixed one the larger part counts
  double validationLoss = 0;
  double validationTop1 = 0;
  double validationWorst = 0;  ///< top-1 of the worst class
  double calibrationError = 0;
  double seconds = 0;  ///< of training alone
  double photosPerSecond = 0;
  double waitShare = 0;  ///< part of the training time in which the step waited for pictures
};

/// What is known of a run that goes on.
struct StepReport {
  int epoch = 0;
  int epochs = 0;
  int batch = 0;  ///< done in this epoch
  int batches = 0;
  double loss = 0;  ///< mean of the epoch so far
  double photosPerSecond = 0;
  double secondsLeft = 0;  ///< of the whole run, from the speed so far
};

/// Where a run tells what happens. Called on the training thread.
struct TrainingReports {
  std::function<void(const std::string& what)> preparing;
  std::function<void(const UnreadablePhoto&)> skipped;
  std::function<void(const StepReport&)> step;
  /// model: the epoch's model file; empty where it is not kept.
  std::function<void(const EpochMetrics&, const std::filesystem::path& model)> epoch;
};

/// The files of a run's folder.
struct RunFolder {
  std::filesystem::path root;

  [[nodiscard]] std::filesystem::path recipe() const { return root / "run.json"; }
  [[nodiscard]] std::filesystem::path csv() const { return root / "metrics.csv"; }
  [[nodiscard]] std::filesystem::path jsonLines() const { return root / "metrics.jsonl"; }
  [[nodiscard]] std::filesystem::path state() const { return root / "state.safetensors"; }
  [[nodiscard]] std::filesystem::path best() const { return root / "best.safetensors"; }
  [[nodiscard]] std::filesystem::path last() const { return root / "last.safetensors"; }
  [[nodiscard]] std::filesystem::path epochs() const { return root / "epochs"; }
  [[nodiscard]] std::filesystem::path epochModel(int epoch) const;
};

/// Whether a folder is that of a training run.
bool isRunFolder(const std::filesystem::path&);

/// The model of an epoch.
struct EpochModel {
  int epoch = 0;
  std::filesystem::path file;
};

/// The models that a run has kept of its epochs, in their order.
std::vector<EpochModel> epochModels(const RunFolder&);

/// Writes both metrics files anew, whole.
Result<void> writeMetrics(const RunFolder&, const std::vector<EpochMetrics>&);
/// The epochs that metrics.jsonl holds; none where there is no such file.
Result<std::vector<EpochMetrics>> readMetrics(const RunFolder&);

}  // namespace filterlens
