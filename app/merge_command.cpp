#include "app/merge_command.h"

#include "app/console.h"
#include "app/exit_code.h"
#include "app/measure_files.h"
#include "app/measure_log.h"

namespace filterlens {

int runMerge(const MergeOptions& options) {
  const auto measured = readMeasureLogs(options.folders);
  if (!measured) {
    complain(measured.error().sentence);
    return kExitSomeFailed;
  }
  const auto out = options.out.empty() ? options.folders.front() : options.out;
  const auto examples = readExamples(options.folders);
  const auto written =
      writeMeasures({out, measured->settings, measured->photos, examples, options.json});
  if (!written) {
    complain(written.error().sentence);
    return kExitSomeFailed;
  }
  for (const auto& sentence : measured->missing) complain(sentence);
  return measured->missing.empty() ? kExitOk : kExitSomeFailed;
}

}  // namespace filterlens
