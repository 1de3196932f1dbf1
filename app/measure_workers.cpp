#include "app/measure_workers.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>

namespace filterlens {
namespace {

/// A process of this program whose stderr is read line by line.
class Worker {
 public:
  explicit Worker(const std::vector<std::string>& words) {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    std::vector<std::string> all{"filterlens"};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> pointers;
    for (auto& word : all) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    if (posix_spawn(&id_, "/proc/self/exe", &actions, nullptr, pointers.data(), environ) != 0) {
      id_ = -1;
    }
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    lines_ = fdopen(ends[0], "r");
  }
  Worker(Worker&& other) noexcept
      : id_(std::exchange(other.id_, -1)), lines_(std::exchange(other.lines_, nullptr)) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  Worker& operator=(Worker&&) = delete;
  ~Worker() {
    if (lines_) static_cast<void>(fclose(lines_));
    if (id_ > 0) waitpid(id_, nullptr, 0);
  }

  void stop() const {
    if (id_ > 0) kill(id_, SIGTERM);
  }

  /// Until it ends.
  void forEachLine(const std::function<void(const std::string&)>& see) const {
    char* line = nullptr;
    std::size_t size = 0;
    while (lines_ && getline(&line, &size, lines_) > 0) {
      std::string text(line);
      while (!text.empty() && text.back() == '\n') text.pop_back();
      see(text);
    }
    free(line);
  }

 private:
  pid_t id_ = -1;
  FILE* lines_ = nullptr;
};

/// The options of one of the jobs.
MeasureOptions optionsOf(const MeasureOptions& all, int job) {
  MeasureOptions own = all;
  own.shard = workerShard(all.shard, all.jobs, job);
  own.jobs = 1;
  if (own.threads == 0) {
    const auto cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    own.threads = std::max(1, cores / all.jobs);
  }
  return own;
}

}  // namespace

Shard workerShard(const Shard& whole, int jobs, int job) {
  // A shard is every count-th photo; of these, every jobs-th.
  return {whole.index + (job - 1) * whole.count, whole.count * jobs};
}

std::vector<std::string> wordsOf(const MeasureOptions& options) {
  std::vector<std::string> words{"measure"};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {name, value});
  };
  const auto addNumber = [&](const std::string& name, auto value, bool given) {
    if (given) add(name, std::to_string(value));
  };
  add("--model", options.model.string());
  add("--boxes", options.boxes.string());
  add("--classes", options.classes.string());
  for (const auto& id : options.methods) add("--method", id);
  for (const auto& assignment : options.parameters) add("--param", assignment);
  for (const auto& id : options.measures) add("--measures", id);
  addNumber("--seed", options.seed, true);
  addNumber("--draws", options.draws, true);
  addNumber("--steps", options.steps, true);
  addNumber("--limit", options.limit, options.limit > 0);
  addNumber("--threads", options.threads, options.threads > 0);
  addNumber("--jobs", options.jobs, options.jobs > 1);
  if (options.shard.count > 1) {
    add("--shard", std::to_string(options.shard.index) + "/" + std::to_string(options.shard.count));
  }
  if (options.allLayers) words.emplace_back("--all-layers");
  if (options.json) words.emplace_back("--json");
  if (options.quiet) words.emplace_back("--quiet");
  add("--out", options.out.string());
  words.insert(words.end(), {"--", options.folder.string()});
  return words;
}

void runWorkers(const MeasureOptions& options, const std::function<void(const std::string&)>& said,
                const std::stop_token& stop) {
  std::vector<Worker> workers;
  for (int job = 1; job <= options.jobs; ++job) {
    workers.emplace_back(wordsOf(optionsOf(options, job)));
  }
  const std::stop_callback passOn(stop, [&] {
    for (const auto& worker : workers) worker.stop();
  });
  std::mutex mutex;
  std::vector<std::jthread> readers;
  for (const auto& worker : workers) {
    readers.emplace_back([&] {
      worker.forEachLine([&](const std::string& line) {
        const std::scoped_lock lock(mutex);
        said(line);
      });
    });
  }
}

}  // namespace filterlens
