// Training a network on folders of photos. Reached from outside through Engine.
#pragma once

#include "core/progress.h"
#include "core/result.h"
#include "core/train/evaluation.h"
#include "core/train/train_options.h"
#include "core/train/training_log.h"

namespace filterlens {

struct TrainingResult {
  int epochs = 0;         ///< done
  bool finished = false;  ///< false: stopped before the last epoch; resume to go on
  double bestTop1 = -1;   ///< on validation pictures
};

/// Trains, and writes a run's folder as it goes on (RunFolder): the recipe, metrics after each
/// epoch, the best and last model as safetensors that say what they are, models of epochs, and the
/// state that a later call resumes from. A run is a function of options, photos and number of
/// arithmetic threads, however often it was stopped. A stop token saves the state and ends the run
/// within a step. Fails with a sentence where options or data make no run, where a file cannot be
/// written, and where the loss is no number any more (the last good state stays).
/// resume: go on from the state in options.out with the recipe that stands there; of options only
/// data, out and threads count.
Result<TrainingResult> train(const TrainOptions& options, bool resume,
                             const TrainingReports& reports, std::stop_token stop);

}  // namespace filterlens
