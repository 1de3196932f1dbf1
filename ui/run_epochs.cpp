#include "ui/run_epochs.h"

#include <algorithm>

namespace filterlens {

RunEpochs::RunEpochs(const RunFolder& run)
    : models_(epochModels(run)), index_(std::max(0, static_cast<int>(models_.size()) - 1)) {
  if (auto metrics = readMetrics(run)) metrics_ = *std::move(metrics);
}

const EpochMetrics* RunEpochs::metrics() const {
  if (empty()) return nullptr;
  const auto found = std::find_if(metrics_.begin(), metrics_.end(), [this](const EpochMetrics& m) {
    return m.epoch == current().epoch;
  });
  return found == metrics_.end() ? nullptr : &*found;
}

bool RunEpochs::canStep(int by) const { return index_ + by >= 0 && index_ + by < size(); }

bool RunEpochs::selectFile(const std::filesystem::path& file) {
  const auto found = std::find_if(models_.begin(), models_.end(),
                                  [&](const EpochModel& model) { return model.file == file; });
  if (found != models_.end()) index_ = static_cast<int>(found - models_.begin());
  return found != models_.end();
}

}  // namespace filterlens
