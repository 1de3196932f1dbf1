#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>

#include "app/command_line.h"
#include "app/console.h"
#include "app/exit_code.h"

namespace {

using namespace filterlens;

/// Runs each kind of command; returns the exit code.
struct Run {
  int& argc;
  char** argv;

  int operator()(const Finished& finished) const { return finished.exitCode; }
  int operator()(const WindowOptions& options) const {
    return runWindowCommand(options, argc, argv);
  }
  int operator()(const ExplainOptions& options) const { return runExplain(options); }
  int operator()(const InfoOptions& options) const { return runInfo(options); }
  int operator()(const ConvertOptions& options) const { return runConvert(options); }
  int operator()(const TrainCommandOptions& options) const { return runTrain(options); }
  int operator()(const EvaluateOptions& options) const { return runEvaluate(options); }
  int operator()(const MeasureOptions& options) const { return runMeasure(options); }
  int operator()(const MergeOptions& options) const { return runMerge(options); }
};

/// Lets threads that wait for each other sleep instead of spinning, so that whatever else runs gets
/// the cores. OpenMP's library reads this once, when it is loaded, and Qt brings it along before
/// main (libQt6Core needs libb2, which needs libgomp): the program has to start itself anew.
void letWaitingThreadsSleep(char** argv) {
  constexpr auto kVariable = "OMP_WAIT_POLICY";
  if (std::getenv(kVariable)) return;
  setenv(kVariable, "PASSIVE", 0);
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  execv(program.c_str(), argv);  // where that fails the program goes on, only slower
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto command = parseCommandLine(argc, argv);
    const bool computes = !std::holds_alternative<Finished>(command) &&
                          !std::holds_alternative<InfoOptions>(command) &&
                          !std::holds_alternative<ConvertOptions>(command) &&
                          !std::holds_alternative<MergeOptions>(command);
    if (computes) letWaitingThreadsSleep(argv);
    return std::visit(Run{argc, argv}, command);
  } catch (const std::exception& e) {
    // What core can foresee it reports as a Result; this is memory that ran out, or a mistake of
    // ours.
    complain(std::string("The program had to end: ") + e.what() + ".");
    return kExitSomeFailed;
  }
}
