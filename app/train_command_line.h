// The options of train and evaluate on the command line.
#pragma once

#include <CLI/CLI.hpp>

#include "app/evaluate_command.h"
#include "app/train_command.h"

namespace filterlens {

CLI::App* addTrain(CLI::App& root, TrainCommandOptions&);
CLI::App* addEvaluate(CLI::App& root, EvaluateOptions&);

}  // namespace filterlens
