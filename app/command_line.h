// The command line: what the program is asked to do, as plain option structs.
#pragma once

#include <variant>

#include "app/convert_command.h"
#include "app/evaluate_command.h"
#include "app/explain_command.h"
#include "app/info_command.h"
#include "app/measure_command.h"
#include "app/merge_command.h"
#include "app/train_command.h"
#include "app/window_command.h"

namespace filterlens {

/// The command ends here: help or the version was printed, or a sentence about a mistake.
struct Finished {
  int exitCode = 0;
};

using Command = std::variant<Finished, WindowOptions, ExplainOptions, InfoOptions, ConvertOptions,
                             TrainCommandOptions, EvaluateOptions, MeasureOptions, MergeOptions>;

Command parseCommandLine(int argc, char** argv);

}  // namespace filterlens
