#include "core/measure/measure_map.h"

#include <cmath>

#include "core/measure/masking.h"
#include "core/measure/road.h"
#include "core/measure/sparseness.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// Streams of random numbers that measures of one photo draw from.
constexpr int kRoadNoise = 0;
constexpr int kFidelityCells = 1;

}  // namespace

MapMeasures::MapMeasures(const Model& model, const InputTensor& input, int targetClass,
                         const MapMeasureOptions& options)
    : options_(options), target_{model, targetClass, options.runSeed}, input_(input) {}

Result<MapMeasures> MapMeasures::prepare(const Model& model, const InputTensor& input,
                                         int targetClass, const MapMeasureOptions& options,
                                         const Progress& progress) {
  MapMeasures measures(model, input, targetClass, options);
  const auto clean = measures.target_.probability(input, progress);
  if (!clean) return clean.error();
  measures.clean_ = *clean;
  if (measures.wants(MeasureFamily::Perturbation)) {
    auto test = PerturbationTest::prepare(model, input, targetClass, options.steps, options.runSeed,
                                          progress.part(0, 0.1));
    if (!test) return test.error();
    measures.perturbation_ = std::move(*test);
  }
  if (measures.wants(MeasureFamily::Fidelity)) {
    auto test = FidelityTest::prepare(measures.target_, input, *clean,
                                      Random(options.drawSeed, kFidelityCells).bits(),
                                      progress.part(0.1, 1));
    if (!test) return test.error();
    measures.fidelity_ = std::move(*test);
  }
  return measures;
}

Result<std::vector<Measurement>> MapMeasures::of(const Heatmap& map,
                                                 const Progress& progress) const {
  std::vector<Measurement> values;
  const auto add = [&](const char* measure, double value) {
    values.push_back({map.method, map.layer, measure, value});
  };
  const int rows = input_.height;
  const int cols = input_.width;
  const auto order = pixelOrder(map, rows, cols);
  constexpr double kCurves = 0.7;
  if (perturbation_) {
    const auto scores = perturbation_->scores(order, progress.part(0, kCurves));
    if (!scores) return scores.error();
    add("deletion", scores->deletion);
    add("insertion", scores->insertion);
  }
  if (wants(MeasureFamily::Road)) {
    const auto seed = Random(options_.drawSeed, kRoadNoise).bits();
    const auto scores = roadScores(target_, input_, order, seed, progress.part(kCurves, 1));
    if (!scores) return scores.error();
    add("road_most", scores->mostFirst);
    add("road_least", scores->leastFirst);
    add("road", scores->difference());
  }
  if (wants(MeasureFamily::Masking)) {
    const auto scores =
        maskingScores(target_, input_, clean_, maskAtPixels(map, rows, cols), progress);
    if (!scores) return scores.error();
    add("average_drop", scores->drop);
    add("average_increase", scores->increase);
  }
  if (fidelity_) {
    const auto scores = fidelity_->scores(valuesAtPixels(map, rows, cols));
    add("infidelity", scores.infidelity);
    add("fidelity", scores.correlation);
  }
  if (wants(MeasureFamily::Sparseness)) add("gini", giniSparseness(map, rows, cols));
  return values;
}

}  // namespace filterlens
