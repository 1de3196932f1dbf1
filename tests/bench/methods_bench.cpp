// What explanation methods cost: FilterViT xs, one 224 x 224 photo, 100 classes, as multiples of a
// plain, unfolded LibTorch forward pass of the same network in the same run. Machines are noisy:
// read the ratios, not the milliseconds.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   FILTERLENS_THREADS=1 …        another number of threads (default: all cores)
//   FILTERLENS_MASKS=100 …        of RISE (default: 1000)
#include <sys/resource.h>

#include <string>

#include "core/explain/explainer.h"
#include "core/explain/runs.h"
#include "core/model/attention_gradients.h"
#include "tests/bench/xs_runs.h"

namespace filterlens::test {
namespace {

constexpr int kRounds = 7;

template <class T>
T valueOf(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", result.error().sentence.c_str());
  std::exit(1);
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
      (void)valueOf(model.run(input, {.targetClass = {}, .selections = {}, .record = false}, {}));
    }
  });
  std::printf(
      "RISE, %d masks in batches of %d: %.1f images/s; one by one (%d runs): %.1f images/s\n",
      masks, batchSize(input, false), masks / batched, some, some / alone);
}

void run() {
  torch::set_num_threads(threads());
  const auto model = formulaModel(xs(), kClasses, kSeed);
  const InputTensor input = photo();
  const PlainForward plain;
  const Trace trace = valueOf(model->run(input, {}, {}));
  int target = 0;
  std::vector<TimedRow> rows{
      {"plain LibTorch forward, unfolded", std::cref(plain)},
      {"forward + backward, recorded", [&] { (void)valueOf(model->run(input, {}, {})); }},
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
  timeInTurns(rows, kRounds);
  print(rows, "FilterViT xs, 224 x 224", kRounds);
  printRise(*model, trace);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory: %.0f MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace
}  // namespace filterlens::test

int main() { filterlens::test::run(); }
