// What the benchmarks of FilterViT xs share: its network, its photo, and rows that are timed in
// turns.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "tests/core/model/networks.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {

inline constexpr int kClasses = 100;
inline constexpr std::uint64_t kSeed = 2;

/// A number of the environment.
inline int numberFrom(const char* variable, int otherwise) {
  const char* wanted = std::getenv(variable);
  return wanted ? std::atoi(wanted) : otherwise;
}

inline int threads() {
  return numberFrom("FILTERLENS_THREADS", static_cast<int>(std::thread::hardware_concurrency()));
}

inline const Architecture& xs() { return *findArchitecture("xs"); }

/// 224 x 224 of noise.
inline InputTensor photo() { return {224, 224, splitmixValues(9, std::size_t{3} * 224 * 224)}; }

/// A forward pass as stock LibTorch makes it, unfolded: what everything is a multiple of.
class PlainForward {
 public:
  void operator()() const {
    const torch::NoGradGuard noGrad;
    (void)network_.forward(photo_);
  }

 private:
  PlainNetwork network_{xs(), formulaTensors(xs(), kClasses, kSeed)};
  torch::Tensor photo_ = asTensor(photo());
};

inline double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct TimedRow {
  const char* title;
  std::function<void()> work;
  std::vector<double> seconds = {};

  [[nodiscard]] double median() const {
    auto sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// One row after the other in each round, so that a busy moment of the machine meets all alike.
inline void timeInTurns(std::vector<TimedRow>& rows, int rounds) {
  for (TimedRow& row : rows) row.work();  // what is made once is made
  for (int round = 0; round < rounds; ++round) {
    for (TimedRow& row : rows) row.seconds.push_back(secondsOf(row.work));
  }
}

/// The first row is the plain forward pass.
inline void print(const std::vector<TimedRow>& rows, const char* heading, int rounds) {
  std::printf("\n%d threads; medians of %d interleaved rounds\n%-52s %9s %15s\n", threads(), rounds,
              heading, "ms", "plain forwards");
  for (const TimedRow& row : rows) {
    std::printf("%-52s %9.1f %14.2fx\n", row.title, 1e3 * row.median(),
                row.median() / rows.front().median());
  }
}

}  // namespace filterlens::test
