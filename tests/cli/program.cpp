#include "tests/cli/program.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace filterlens::test {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;

  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
};

/// What the child does between fork and exec.
[[noreturn]] void becomeProgram(const std::vector<std::string>& words,
                                const ProgramSettings& settings, const Pipe& out, const Pipe& err) {
  dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
  dup2(out.write, STDOUT_FILENO);
  dup2(err.write, STDERR_FILENO);
  for (const auto& [name, value] : settings.environment) {
    if (value.empty()) {
      unsetenv(name.c_str());
    } else {
      setenv(name.c_str(), value.c_str(), 1);
    }
  }
  if (!settings.folder.empty() && chdir(settings.folder.c_str()) != 0) _exit(127);
  if (settings.largestFile > 0) {
    const rlimit limit{static_cast<rlim_t>(settings.largestFile),
                       static_cast<rlim_t>(settings.largestFile)};
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);  // writing fails instead
  }
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

/// Reads both pipes to their ends; sends the signal once its condition holds.
void readAll(const Pipe& out, const Pipe& err, pid_t child, const std::string& interruptAt,
             Outcome& outcome) {
  std::array<pollfd, 2> ends{pollfd{out.read, POLLIN, 0}, pollfd{err.read, POLLIN, 0}};
  const std::array<std::string*, 2> texts{&outcome.out, &outcome.err};
  bool interrupted = interruptAt.empty();
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    poll(ends.data(), ends.size(), -1);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      std::array<char, 4096> chunk{};
      const auto got = read(ends[i].fd, chunk.data(), chunk.size());
      if (got <= 0) {
        close(ends[i].fd);
        ends[i].fd = -1;
      } else {
        texts[i]->append(chunk.data(), static_cast<std::size_t>(got));
      }
    }
    if (!interrupted && outcome.err.find(interruptAt) != std::string::npos) {
      kill(child, SIGINT);
      interrupted = true;
    }
  }
}

Outcome runWords(const std::vector<std::string>& words, const ProgramSettings& settings) {
  const Pipe out;
  const Pipe err;
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) becomeProgram(words, settings, out, err);
  close(out.write);
  close(err.write);
  Outcome outcome;
  readAll(out, err, child, settings.interruptAt, outcome);
  int status = 0;
  waitpid(child, &status, 0);
  outcome.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

}  // namespace

Outcome runProgram(const std::vector<std::string>& arguments, const ProgramSettings& settings) {
  std::vector<std::string> words{FILTERLENS_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return runWords(words, settings);
}

Outcome runShell(const std::string& commandLine) {
  const auto folder = std::filesystem::path(FILTERLENS_PROGRAM).parent_path().string();
  return runWords({"/bin/sh", "-c", commandLine},
                  {.environment = {{"PATH", folder + ":/usr/bin:/bin"}},
                   .folder = {},
                   .largestFile = 0,
                   .interruptAt = {}});
}

}  // namespace filterlens::test
