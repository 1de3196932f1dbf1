// What a what-if step costs: FilterViT xs, one 224 x 224 photo, 100 classes, beside a plain,
// unfolded LibTorch forward pass of the same network in the same run. Machines are noisy: read the
// ratios. A step right behind the last filter block may cost half a plain forward pass.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   FILTERLENS_THREADS=1 …        another number of threads (default: all cores)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include <torch/torch.h>

#include "core/model/torch_model_internal.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 100;
constexpr std::uint64_t kSeed = 2;
constexpr int kRounds = 21;
constexpr double kMostOfAPlainForward = 0.5;
constexpr const char* kLastFilter = "leaky_att_network.4";
constexpr const char* kBehindIt = "leaky_att_network.5";

int threads() {
  const char* wanted = std::getenv("FILTERLENS_THREADS");
  return wanted ? std::atoi(wanted) : static_cast<int>(std::thread::hardware_concurrency());
}

const Architecture& xs() { return *findArchitecture("xs"); }

InputTensor input() { return {224, 224, splitmixValues(9, std::size_t{3} * 224 * 224)}; }

std::shared_ptr<const Model> makeModel() {
  Checkpoint checkpoint;
  checkpoint.tensors = formulaWeights(xs(), kClasses, kSeed);
  auto network = std::make_shared<Network>(xs(), kClasses);
  network->load(checkpoint);
  network->prepareForViewing();
  ModelInfo info;
  info.architecture = &xs();
  info.classes = kClasses;
  return std::make_shared<TorchModel>(std::move(info), std::move(network));
}

struct Row {
  const char* title;
  std::function<void()> work;
  std::vector<double> milliseconds = {};

  [[nodiscard]] double median() const {
    auto sorted = milliseconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// One after the other in each round, so that a busy moment of the machine meets all alike.
void measure(std::vector<Row>& rows) {
  using Clock = std::chrono::steady_clock;
  for (int round = -1; round < kRounds; ++round) {  // the first one warms up
    for (auto& row : rows) {
      const auto start = Clock::now();
      row.work();
      const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
      if (round >= 0) row.milliseconds.push_back(taken.count());
    }
  }
}

}  // namespace
}  // namespace filterlens::test

int main() {
  using namespace filterlens;
  using namespace filterlens::test;
  torch::set_num_threads(threads());
  const auto model = makeModel();
  const auto before = model->run(input(), {});
  if (!before) return 1;
  const PlainNetwork plain(xs(), formulaTensors(xs(), kClasses, kSeed));
  const auto x = torch::tensor(input().values).view({1, 3, 224, 224});
  const auto step = [&](const char* layer, const Intervention& change, FollowBack follow) {
    RunOptions options;
    options.interventions[layer] = change;
    if (!model->rerun(*before, options, follow)) std::abort();
  };
  using enum FollowBack;
  std::vector<Row> rows{{"plain LibTorch forward, unfolded",
                         [&] {
                           const torch::NoGradGuard noGrad;
                           (void)plain.forward(x);
                         }},
                        {"behind the last filter block: attention off",
                         [&] { step(kBehindIt, {.attentionOff = true}, ToFirstChange); }},
                        {"in the last filter block: K 128 -> 64",
                         [&] { step(kLastFilter, {.k = 64}, ToFirstChange); }},
                        {"in the last filter block: K 128 -> 256",
                         [&] { step(kLastFilter, {.k = 256}, ToFirstChange); }},
                        {"the same, gradients of all layers too",
                         [&] { step(kLastFilter, {.k = 64}, ToFirstLayer); }},
                        {"in the first filter block: K 256 -> 400",
                         [&] { step("leaky_att_network.1", {.k = 400}, ToFirstChange); }},
                        {"the whole run", [&] {
                           if (!model->run(input(), {})) std::abort();
                         }}};
  measure(rows);
  std::printf("\n%d threads; medians of %d interleaved rounds\n%-46s %9s %15s\n", threads(),
              kRounds, "A what-if step, FilterViT xs, 224 x 224", "ms", "plain forwards");
  for (const auto& row : rows) {
    std::printf("%-46s %9.1f %14.2fx\n", row.title, row.median(), row.median() / rows[0].median());
  }
  const double ratio = rows[1].median() / rows[0].median();
  std::printf("behind the last filter block: %.2fx, at most %.1fx is promised\n", ratio,
              kMostOfAPlainForward);
  return ratio <= kMostOfAPlainForward ? 0 : 1;
}
