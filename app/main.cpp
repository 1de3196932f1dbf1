#include "app/command_line.h"

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
  return std::visit(Run{argc, argv}, parseCommandLine(argc, argv));
}
