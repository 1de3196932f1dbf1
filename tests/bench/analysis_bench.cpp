// What the main job costs: one 224 x 224 photo, FilterViT xs, 100 classes, beside a plain, unfolded
// LibTorch forward pass of the same network in the same run. Machines are noisy: read the ratios,
// not the milliseconds.
//
//   tests/bench/run.sh            builds, runs and prints the table
//   FILTERLENS_THREADS=1 …        another number of threads (default: all cores)
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cmath>
#include <limits>
#include <map>

#include "core/explain/explainer.h"
#include "tests/bench/xs_runs.h"

namespace filterlens::test {
namespace {

constexpr double kForwardFlops = 2.76e9;  // of xs at 224: 1.379 G multiply-adds
constexpr int kPeakSize = 1024;           // of the matrices that sgemm's peak is taken from

const Model& model() {
  static const auto instance = formulaModel(xs(), kClasses, kSeed);
  return *instance;
}

Trace runOrDie(const RunOptions& options) {
  auto trace = model().run(photo(), options, {});
  if (!trace) std::abort();
  return std::move(*trace);
}

void explainAll(const Trace& trace) {
  for (const auto& explainer : explainers()) {
    for (int layer = kInputLayer; layer < static_cast<int>(trace.layers.size()); ++layer) {
      if (explainer.byDefault && explainer.appliesTo(trace, layer))
        benchmark::DoNotOptimize(explain(explainer, trace, layer));
    }
  }
}

void plainForward(benchmark::State& state) {
  const PlainForward plain;
  for (auto _ : state) plain();
}

void forwardOnly(benchmark::State& state) {
  RunOptions options;
  options.record = false;
  for (auto _ : state) benchmark::DoNotOptimize(runOrDie(options));
}

void forwardAndBackward(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(runOrDie({}));
}

/// Every method at every layer, from one forward and one backward pass.
void wholeAnalysis(benchmark::State& state) {
  for (auto _ : state) explainAll(runOrDie({}));
}

void anotherTarget(benchmark::State& state) {
  const Trace trace = runOrDie({});
  int target = 0;
  for (auto _ : state) benchmark::DoNotOptimize(model().followTarget(trace, target++ % kClasses));
}

/// Relevance of another target each time, down to the pixels: nothing is kept from the last one.
void relevanceToPixels(benchmark::State& state) {
  Trace trace = runOrDie({});
  for (auto _ : state) {
    trace.targetClass = (trace.targetClass + 1) % kClasses;
    const auto relevance = model().relevance(trace, {});
    if (!relevance) std::abort();
    benchmark::DoNotOptimize(relevance);
  }
}

void everyMap(benchmark::State& state) {
  const Trace trace = runOrDie({});
  for (auto _ : state) explainAll(trace);
}

/// What follows an arrow key while a cell of the last layer, the deepest, is inspected.
void inspectedCell(benchmark::State& state) {
  const Trace trace = runOrDie({});
  const int last = static_cast<int>(trace.layers.size()) - 1;
  int cell = 0;
  for (auto _ : state) {
    Parameters parameters;
    parameters.set("cell", static_cast<double>(cell++ % 49));  // of its 7 x 7
    for (const char* method : {"attends_to", "attended_by", "ancestry"}) {
      const auto map = explain(*findExplainer(method), trace, last, parameters);
      if (!map) std::abort();
      benchmark::DoNotOptimize(map);
    }
  }
}

/// What the list of layers shows of a photo.
void listedLayers(benchmark::State& state) {
  const Trace trace = runOrDie({});
  for (auto _ : state) {
    for (int layer = 0; layer < static_cast<int>(trace.layers.size()); ++layer) {
      const Explainer& mask = *findExplainer("importance");
      const Explainer& attention = *findExplainer("attention_received");
      const auto map = explain(mask.appliesTo(trace, layer) ? mask : attention, trace, layer);
      if (!map) std::abort();
      benchmark::DoNotOptimize(map);
    }
  }
}

void sgemmPeak(benchmark::State& state) {
  const auto a = torch::rand({kPeakSize, kPeakSize});
  const auto b = torch::rand({kPeakSize, kPeakSize});
  for (auto _ : state) benchmark::DoNotOptimize(torch::mm(a, b));
}

struct Row {
  const char* name;
  const char* title;
  void (*run)(benchmark::State&);
};

constexpr Row kRows[] = {
    {"plain", "plain LibTorch forward, unfolded", plainForward},
    {"forward", "forward only", forwardOnly},
    {"backward", "forward + backward, recorded", forwardAndBackward},
    {"analysis", "whole analysis: each method not on demand", wholeAnalysis},
    {"target", "another target class", anotherTarget},
    {"lrp", "LRP to the pixels, epsilon-gamma-box", relevanceToPixels},
    {"maps", "every map from a finished run", everyMap},
    {"inspect", "another inspected cell: its three maps", inspectedCell},
    {"layers", "maps of the list of layers", listedLayers},
    {"sgemm", "sgemm, 1024 x 1024", sgemmPeak},
};

/// Keeps each benchmark's median; of one that is not repeated, its one value.
class MedianReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const auto& run : runs) {
      if (run.aggregate_name == "median" || run.repetitions <= 1)
        medians_[run.run_name.function_name] = run.GetAdjustedRealTime();
    }
  }
  /// NaN where --benchmark_filter left it out.
  [[nodiscard]] double median(const char* name) const {
    const auto found = medians_.find(name);
    return found == medians_.end() ? std::numeric_limits<double>::quiet_NaN() : found->second;
  }

 private:
  std::map<std::string, double> medians_;
};

/// Of the rows that ran; ratios only where what they are ratios of ran too.
void printTable(const MedianReporter& medians) {
  const double plain = medians.median("plain");
  std::printf("\n%d threads; medians of one run\n%-44s %9s %15s\n", threads(),
              "FilterViT xs, 224 x 224", "ms", "plain forwards");
  for (const auto& row : kRows) {
    const double ms = medians.median(row.name);
    if (std::isnan(ms)) continue;
    std::printf("%-44s %9.1f", row.title, ms);
    std::isnan(plain) ? std::printf("%16s\n", "-") : std::printf(" %14.2fx\n", ms / plain);
  }
  const double peak = 2.0 * kPeakSize * kPeakSize * kPeakSize / medians.median("sgemm");
  for (const auto& [name, title] :
       {std::pair{"plain", "plain"}, std::pair{"forward", "forward only"}}) {
    const double share = kForwardFlops / medians.median(name) / peak;
    if (!std::isnan(share)) std::printf("%s: %.0f %% of sgemm's peak\n", title, 100 * share);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory: %.0f MB\n", static_cast<double>(usage.ru_maxrss) / 1024);
}

}  // namespace
}  // namespace filterlens::test

int main(int argc, char** argv) {
  using namespace filterlens::test;
  torch::set_num_threads(threads());
  for (const auto& row : kRows) {
    benchmark::RegisterBenchmark(row.name, row.run)->Unit(benchmark::kMillisecond)->UseRealTime();
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  MedianReporter medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  printTable(medians);
  return 0;
}
