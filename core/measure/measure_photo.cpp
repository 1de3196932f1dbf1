#include "core/measure/measure_photo.h"

#include <algorithm>

#include "core/measure/baselines.h"
#include "core/measure/class_probability.h"
#include "core/measure/localisation.h"
#include "core/measure/perturbation.h"
#include "core/measure/selection_faithfulness.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// A number that only this photo has (FNV-1a of its name).
std::uint64_t keyOf(const std::string& name) {
  std::uint64_t hash = 14695981039346656037U;
  for (const unsigned char byte : name) hash = (hash ^ byte) * 1099511628211U;
  return hash;
}

/// Measures one photo; keeps what its measures share.
class PhotoMeasurement {
 public:
  PhotoMeasurement(const Model& model, const PhotoToMeasure& photo, const MeasureRequest& request)
      : model_(model),
        photo_(photo),
        request_(request),
        seed_(Random(request.seed, keyOf(photo.name)).bits()) {}

  Result<PhotoMeasures> measure(const Progress& progress) {
    constexpr double kRun = 0.1;
    constexpr double kMaps = 0.15;
    const double selections = request_.steps > 0 ? 0.3 : 1;
    if (auto ran = run(progress.part(0, kRun)); !ran) return ran.error();
    if (auto mapped = computeMaps(progress.part(kRun, kMaps)); !mapped) return mapped.error();
    if (!photo_.boxes.empty()) {
      if (auto localised = localiseMaps(); !localised) return localised.error();
    }
    if (auto measured = measureSelections(progress.part(kMaps, selections)); !measured) {
      return measured.error();
    }
    if (request_.steps > 0) {
      if (auto perturbed = perturb(progress.part(selections, 1)); !perturbed) {
        return perturbed.error();
      }
    }
    return std::move(result_);
  }

 private:
  Result<void> run(const Progress& progress) {
    RunOptions options;
    options.seed = request_.seed;
    options.targetClass = photo_.label;
    auto trace = model_.run(photo_.input.tensor, options, progress);
    if (!trace) return trace.error();
    trace_ = std::move(*trace);
    const auto& logits = trace_.logits;
    result_.label = photo_.label;
    result_.predicted =
        static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
    result_.target = trace_.targetClass;
    result_.probability = classProbability(logits, result_.target, model_.info());
    return {};
  }

  Result<void> computeMaps(const Progress& progress) {
    const int layers = static_cast<int>(trace_.layers.size());
    for (std::size_t i = 0; i < request_.methods.size(); ++i) {
      const auto& [method, parameters] = request_.methods[i];
      progress.report(static_cast<double>(i) / static_cast<double>(request_.methods.size()),
                      "maps of " + std::string(method->label));
      for (int layer = kInputLayer; layer < layers; ++layer) {
        if (progress.cancelled()) return cancelledError();
        if (!method->appliesTo(trace_, layer)) continue;
        const NetworkRuns runs{model_, photo_.input.tensor, trace_, progress};
        auto map = explain(*method, runs, layer, parameters);
        if (!map && map.error().cancelled) return map.error();
        if (map) {
          maps_.push_back(std::move(*map));
        } else {
          result_.notes.push_back(map.error().sentence);
        }
      }
    }
    return {};
  }

  Result<void> localiseMaps() {
    const auto& placement = photo_.input.placement;
    const BoxRegion boxes(photo_.boxes);
    if (!(boxes.areaIn(placement.inputRect()) > 0)) {
      return Error{
          "None of its boxes lies in the part of the photo that the network is given, so there is "
          "nothing to localise."};
    }
    const auto& input = photo_.input.tensor;
    localiseMap(uniformBaseline(input.height, input.width), boxes);
    localiseMap(centreBaseline(input.height, input.width), boxes);
    for (const auto& map : maps_) {
      map.scale == HeatmapScale::Ranks ? localiseSelection(map, boxes) : localiseMap(map, boxes);
    }
    return {};
  }

  void localiseMap(const Heatmap& map, const BoxRegion& boxes) {
    const auto found = localise(map, photo_.input.placement, boxes);
    add(map, "energy", found.energy);
    add(map, "energy_above_floor", found.energyAboveFloor);
    add(map, "energy_by_chance", found.energyByChance);
    add(map, "pointing", found.pointing);
    add(map, "pointing_by_chance", found.pointingByChance);
    add(map, "blank", found.blank ? 1 : 0);
  }

  void localiseSelection(const Heatmap& map, const BoxRegion& boxes) {
    const auto found = selectionInBoxes(map, photo_.input.placement, boxes);
    add(map, "selected_in_boxes", found.selected);
    add(map, "centre_in_boxes", found.centre);
    add(map, "cells_in_boxes", found.all);
    if (const auto ratio = found.ratio()) add(map, "selection_ratio", *ratio);
    if (const auto ratio = found.centreRatio()) add(map, "centre_ratio", *ratio);
  }

  Result<void> measureSelections(const Progress& progress) {
    const FaithfulnessOptions options{.draws = request_.draws, .seed = seed_};
    const auto measured =
        selectionFaithfulness(model_, photo_.input.tensor, trace_, options, progress);
    if (!measured) return measured.error();
    result_.values.insert(result_.values.end(), measured->begin(), measured->end());
    for (const auto& layer : trace_.layers) {
      const bool filter = layer.stage && layer.stage->kind == StageKind::Filter;
      const auto note = filter ? overlapNote(layer) : std::string();
      if (!note.empty()) result_.notes.push_back(note);
    }
    return {};
  }

  /// Whether a map's order of pixels is tried. Ranks of tokens say nothing of the other cells.
  [[nodiscard]] bool isPerturbed(const Heatmap& map) const {
    if (map.scale == HeatmapScale::Ranks) return false;
    const auto* method = findExplainer(map.method);
    if (request_.allLayers || method == nullptr) return true;
    const int last = static_cast<int>(trace_.layers.size()) - 1;
    if (method->appliesTo(trace_, kInputLayer)) return map.layer == "input";
    return !method->appliesTo(trace_, last) || trace_.findLayer(map.layer) == last;
  }

  Result<void> perturb(const Progress& progress) {
    const auto& input = photo_.input.tensor;
    const auto test = PerturbationTest::prepare(model_, input, result_.target, request_.steps,
                                                request_.seed, progress);
    if (!test) return test.error();
    std::vector<const Heatmap*> maps;
    const auto random = randomBaseline(input.height, input.width, seed_);
    const auto centre = centreBaseline(input.height, input.width);
    maps.push_back(&random);
    maps.push_back(&centre);
    for (const auto& map : maps_) {
      if (isPerturbed(map)) maps.push_back(&map);
    }
    for (std::size_t i = 0; i < maps.size(); ++i) {
      const double share = 1.0 / static_cast<double>(maps.size());
      const auto scores = test->scores(
          pixelOrder(*maps[i], input.height, input.width),
          progress.part(static_cast<double>(i) * share, static_cast<double>(i + 1) * share));
      if (!scores) return scores.error();
      add(*maps[i], "deletion", scores->deletion);
      add(*maps[i], "insertion", scores->insertion);
    }
    return {};
  }

  void add(const Heatmap& map, const char* measure, double value) {
    result_.values.push_back({map.method, map.layer, measure, value});
  }

  const Model& model_;
  const PhotoToMeasure& photo_;
  const MeasureRequest& request_;
  std::uint64_t seed_;
  Trace trace_;
  std::vector<Heatmap> maps_;
  PhotoMeasures result_;
};

}  // namespace

Result<PhotoMeasures> measurePhoto(const Model& model, const PhotoToMeasure& photo,
                                   const MeasureRequest& request, const Progress& progress) {
  return PhotoMeasurement(model, photo, request).measure(progress);
}

}  // namespace filterlens
