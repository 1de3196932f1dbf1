// filterlens train DATA --out DIR: trains a network on folders of photos.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/train/train_options.h"

namespace filterlens {

struct TrainCommandOptions {
  TrainOptions train;
  std::string sizes;  ///< "128", or "0:96,0.6:128"; empty: the network's default
  std::string fit;    ///< "stretch" or "resize-and-crop"
  bool resume = false;
  std::vector<std::filesystem::path> watch;  ///< photos whose masks are written as training goes on
  int watchEvery = 5;                        ///< epochs
  bool quiet = false;
};

/// Returns the exit code.
int runTrain(const TrainCommandOptions&);

}  // namespace filterlens
