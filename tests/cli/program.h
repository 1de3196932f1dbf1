// The real program, run as a user's shell would run it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace filterlens::test {

struct Outcome {
  int exitCode = -1;  ///< 128 + signal where one ended the program
  std::string out;
  std::string err;
};

struct ProgramSettings {
  std::map<std::string, std::string> environment;  ///< on top of the test's own; empty: unset
  std::filesystem::path folder;                    ///< working folder; empty: the test's own
  long largestFile = 0;     ///< bytes that a file may have (as a full disk); 0: no limit
  std::string interruptAt;  ///< send SIGINT as soon as stderr holds this
};

/// Runs the program to its end.
Outcome runProgram(const std::vector<std::string>& arguments, const ProgramSettings& = {});

/// Runs a command line in a shell that finds the program as `filterlens`.
Outcome runShell(const std::string& commandLine);

}  // namespace filterlens::test
