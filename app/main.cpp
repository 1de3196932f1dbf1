#include <cstdlib>
#include <exception>

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
};

}  // namespace

int main(int argc, char** argv) {
  // Read when the engine loads: threads that wait for each other sleep, so that the window and
  // whatever else runs get the cores.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
  try {
    return std::visit(Run{argc, argv}, parseCommandLine(argc, argv));
  } catch (const std::exception& e) {
    // What core can foresee it reports as a Result; this is memory that ran out, or a mistake of
    // ours.
    complain(std::string("The program had to end: ") + e.what() + ".");
    return kExitSomeFailed;
  }
}
