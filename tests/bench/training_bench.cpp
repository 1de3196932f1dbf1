// What a training step costs (forward, cross-entropy, backward, gradient clipping, AdamW), beside a
// plain LibTorch loop of the same network with channels-last maps and weights, in the same run and
// taking turns. Machines are noisy: read the ratios, not the photos per second.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   training_bench [id size batch [steps]]   one row only; "ours" or "plain" as a fifth word runs
//                                            only that side, for a profiler
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <torch/torch.h>

#include "core/model/network_module.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 10;
constexpr std::uint64_t kSeed = 2;
constexpr double kClip = 2.0;

int threads() {
  const char* wanted = std::getenv("FILTERLENS_THREADS");
  return wanted ? std::atoi(wanted) : static_cast<int>(std::thread::hardware_concurrency());
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

/// One network with what a loop around it needs.
class Trainee {
 public:
  virtual ~Trainee() = default;
  virtual torch::Tensor forward(const torch::Tensor& photos) = 0;

  void step(const torch::Tensor& photos, const torch::Tensor& labels) {
    const auto begin = std::chrono::steady_clock::now();
    const auto beginCpu = std::clock();
    optimizer_->zero_grad();
    const auto loss = torch::cross_entropy_loss(forward(photos), labels);
    loss.backward();
    torch::nn::utils::clip_grad_norm_(parameters_, kClip);
    optimizer_->step();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    seconds_.push_back(taken.count());
    cpuSeconds_.push_back(static_cast<double>(std::clock() - beginCpu) / CLOCKS_PER_SEC);
  }
  void forget() {
    seconds_.clear();
    cpuSeconds_.clear();
  }
  /// Medians of the steps since.
  [[nodiscard]] double seconds() const { return median(seconds_); }
  [[nodiscard]] double cpuSeconds() const { return median(cpuSeconds_); }

 protected:
  void optimise(std::vector<torch::Tensor> parameters) {
    parameters_ = std::move(parameters);
    optimizer_ = std::make_unique<torch::optim::AdamW>(
        parameters_, torch::optim::AdamWOptions(1e-3).weight_decay(0.05));
  }

 private:
  std::vector<torch::Tensor> parameters_;
  std::unique_ptr<torch::optim::AdamW> optimizer_;
  std::vector<double> seconds_;
  std::vector<double> cpuSeconds_;
};

class Ours : public Trainee {
 public:
  explicit Ours(const Architecture& a) : network_(a, kClasses) {
    Checkpoint checkpoint;
    checkpoint.tensors = formulaWeights(a, kClasses, kSeed);
    network_.load(checkpoint);
    network_.train();
    optimise(network_.parameters());
  }
  torch::Tensor forward(const torch::Tensor& photos) override {
    RunContext context;
    return network_.forward(photos, context);
  }

 private:
  Network network_;
};

class Plain : public Trainee {
 public:
  explicit Plain(const Architecture& a)
      : network_(a, trainable(a), {.batchStatistics = true, .dropout = 0.1, .headDropout = 0.5}) {}
  torch::Tensor forward(const torch::Tensor& photos) override { return network_.forward(photos); }

 private:
  std::map<std::string, torch::Tensor> trainable(const Architecture& a) {
    std::vector<torch::Tensor> parameters;
    auto weights = formulaTensors(a, kClasses, kSeed);
    for (auto& [name, tensor] : weights) {
      if (name.find("running_") != std::string::npos || !tensor.is_floating_point()) continue;
      if (tensor.dim() == 4) tensor = tensor.contiguous(torch::MemoryFormat::ChannelsLast);
      parameters.push_back(tensor.requires_grad_());
    }
    optimise(std::move(parameters));
    return weights;
  }
  PlainNetwork network_;
};

struct Row {
  std::string id;
  int size = 0;
  int batch = 0;
  int steps = 0;
};

/// which: "ours", "plain", or "" for both in turns.
void measure(const Row& row, const std::string& which) {
  const auto* found = findArchitecture(row.id);
  if (!found) throw std::invalid_argument("no network is called " + row.id);
  const Architecture& a = *found;
  torch::manual_seed(1);
  const auto photos = torch::randn({row.batch, 3, row.size, row.size})
                          .contiguous(torch::MemoryFormat::ChannelsLast);
  const auto labels = torch::randint(kClasses, {row.batch}, torch::kLong);
  Ours ours(a);
  Plain plain(a);
  for (int i = 0; i <= row.steps; ++i) {
    if (which != "ours") plain.step(photos, labels);
    if (which != "plain") ours.step(photos, labels);
    if (i == 0) {  // warmed up
      plain.forget();
      ours.forget();
    }
  }
  const double p = row.batch / plain.seconds();
  const double o = row.batch / ours.seconds();
  const double ms = 1000.0 / row.batch;
  std::printf("%-10s %5d %6d %9.1f %9.1f %7.2fx %9.2f %9.2f\n", row.id.c_str(), row.size, row.batch,
              p, o, o / p, ms * plain.cpuSeconds(), ms * ours.cpuSeconds());
  std::fflush(stdout);
}

void run(const std::vector<std::string>& words) {
  torch::set_num_threads(threads());
  std::printf(
      "%d threads; photos/s in training and ms of processor time for a photo, medians\n"
      "%-10s %5s %6s %9s %9s %8s %9s %9s\n",
      threads(), "network", "px", "batch", "plain", "ours", "ratio", "plain ms", "ours ms");
  if (words.size() >= 3) {
    measure({words[0], std::stoi(words[1]), std::stoi(words[2]),
             words.size() > 3 ? std::stoi(words[3]) : 5},
            words.size() > 4 ? words[4] : "");
    return;
  }
  for (const Row& row : {Row{"compact", 96, 32, 7}, Row{"compact", 96, 64, 5},
                         Row{"compact", 128, 32, 5}, Row{"xs", 224, 32, 2}}) {
    measure(row, "");
  }
}

}  // namespace
}  // namespace filterlens::test

int main(int argc, char** argv) {
  try {
    filterlens::test::run({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
