// RunEpochs: the models that a training run has kept of its epochs, to walk through on one photo.
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "core/train/training_log.h"

namespace filterlens {

class RunEpochs {
 public:
  RunEpochs() = default;
  /// The last one is the current one. Empty where the run has kept no model.
  explicit RunEpochs(const RunFolder&);

  [[nodiscard]] bool empty() const { return models_.empty(); }
  [[nodiscard]] int size() const { return static_cast<int>(models_.size()); }
  [[nodiscard]] int index() const { return index_; }
  [[nodiscard]] const EpochModel& current() const {
    return models_[static_cast<std::size_t>(index_)];
  }
  /// What the run's metrics say about the current epoch; nullptr where they do not.
  [[nodiscard]] const EpochMetrics* metrics() const;

  [[nodiscard]] bool canStep(int by) const;
  /// Makes a model the current one; index: from 0, in range.
  void select(int index) { index_ = index; }
  /// The same by the model's file; false where it is not of this run.
  bool selectFile(const std::filesystem::path&);

 private:
  std::vector<EpochModel> models_;
  std::vector<EpochMetrics> metrics_;
  int index_ = 0;
};

}  // namespace filterlens
