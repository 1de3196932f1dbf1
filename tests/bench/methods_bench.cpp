// What explanation methods cost: FilterViT xs, one 224 x 224 photo, 100 classes, as multiples of a
// plain, unfolded LibTorch forward pass of the same network in the same run. Machines are noisy:
// read the ratios, not the milliseconds.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   FILTERLENS_THREADS=1 …        another number of threads (default: all cores)
//   FILTERLENS_MASKS=100 …        of RISE (default: 1000)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <torch/torch.h>

#include "core/explain/explainer.h"
#include "core/explain/runs.h"
#include "core/model/attention_gradients.h"
#include "core/model/torch_model_internal.h"
#include "tests/support/formula_weights.h"
#include "tests/support/plain_network.h"

namespace filterlens::test {
namespace {

constexpr int kClasses = 100;
constexpr std::uint64_t kSeed = 2;
constexpr int kRepetitions = 7;

int numberFrom(const char* variable, int otherwise) {
  const char* wanted = std::getenv(variable);
  return wanted ? std::atoi(wanted) : otherwise;
}

const Architecture& xs() { return *findArchitecture("xs"); }

InputTensor photo() { return {224, 224, splitmixValues(9, std::size_t{3} * 224 * 224)}; }

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

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class T>
T valueOf(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().sentence.c_str());
  std::exit(1);
}

struct Row {
  const char* title;
  std::function<void()> work;
  std::vector<double> seconds = {};

  [[nodiscard]] double median() const {
    auto sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

/// Interleaved: a disturbance then hits all rows alike.
void measure(std::vector<Row>& rows) {
  for (Row& row : rows) row.work();  // what is made once is made
  for (int i = 0; i < kRepetitions; ++i) {
    for (Row& row : rows) row.seconds.push_back(secondsOf(row.work));
  }
}

void everyCam(const Trace& trace) {
  for (const Explainer& method : explainers()) {
    const bool isCam = method.label.find("CAM") != std::string_view::npos;
    if (!isCam || !method.classSpecific || method.runsNetwork() || method.id == "cam_mean")
      continue;
    for (int layer = 0; layer < static_cast<int>(trace.layers.size()); ++layer) {
      (void)valueOf(explain(method, trace, layer));
    }
  }
}

/// Images a second of RISE's runs: in batches, as the method makes them, and one by one.
void printRise(const Model& model, const Trace& trace) {
  const int masks = numberFrom("FILTERLENS_MASKS", 1000);
  const Progress progress;
  const InputTensor input = photo();
  const NetworkRuns runs{model, input, trace, progress};
  Parameters parameters;
  parameters.set("masks", masks);
  const double batched = secondsOf(
      [&] { (void)valueOf(explain(*findExplainer("rise"), runs, kInputLayer, parameters)); });
  const int some = std::max(1, masks / 10);
  const double alone = secondsOf([&] {
    for (int i = 0; i < some; ++i) {
      (void)valueOf(model.run(input, {.targetClass = {}, .selections = {}, .record = false}));
    }
  });
  std::printf(
      "RISE, %d masks in batches of %d: %.1f images/s; one by one (%d runs): %.1f images/s\n",
      masks, batchSize(input, false), masks / batched, some, some / alone);
}

void run() {
  const int threads =
      numberFrom("FILTERLENS_THREADS", static_cast<int>(std::thread::hardware_concurrency()));
  torch::set_num_threads(threads);
  const auto model = makeModel();
  const InputTensor input = photo();
  const PlainNetwork plain(xs(), formulaTensors(xs(), kClasses, kSeed));
  const auto x = torch::tensor(input.values).view({1, 3, 224, 224});
  const Trace trace = valueOf(model->run(input, {}));
  int target = 0;
  std::vector<Row> rows{
      {"plain LibTorch forward, unfolded",
       [&] {
         const torch::NoGradGuard noGrad;
         (void)plain.forward(x);
       }},
      {"forward + backward, recorded", [&] { (void)valueOf(model->run(input, {})); }},
      {"all gradient CAMs of all layers, from a finished run", [&] { everyCam(trace); }},
      {"LRP to the pixels, epsilon-gamma-box",
       [&] {
         Trace other = trace;
         other.targetClass = target = (target + 1) % kClasses;
         (void)valueOf(propagateRelevance(other, {}));
       }},
      {"gradients of all attention, from a finished run",
       [&] {
         Trace other = trace;
         other.targetClass = target = (target + 1) % kClasses;
         (void)valueOf(withAttentionGradients(other));
       }},
      {"rollout to the pixels",
       [&] { (void)valueOf(explain(*findExplainer("rollout"), trace, kInputLayer)); }},
      {"gradient x attention to the pixels, gradients known",
       [&] { (void)valueOf(explain(*findExplainer("chefer"), trace, kInputLayer)); }},
  };
  measure(rows);
  std::printf("%d threads; medians of %d\n%-52s %9s %15s\n", threads, kRepetitions,
              "FilterViT xs, 224 x 224", "ms", "plain forwards");
  for (const Row& row : rows) {
    std::printf("%-52s %9.1f %14.2fx\n", row.title, 1e3 * row.median(),
                row.median() / rows.front().median());
  }
  printRise(*model, trace);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory: %.0f MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace
}  // namespace filterlens::test

int main() { filterlens::test::run(); }
