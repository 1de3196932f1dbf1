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

}  // namespace filterlens
