#include "core/measure/measure_photo.h"

#include <algorithm>
#include <array>

#include "core/measure/baselines.h"
#include "core/measure/class_probability.h"
#include "core/measure/localisation.h"
#include "core/measure/measure_map.h"
#include "core/measure/selection_faithfulness.h"
#include "core/measure/sensitivity.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

/// Streams of random numbers of one photo. The random map's is the photo's own.
constexpr int kNeighbours = 1;
constexpr int kOtherClass = 2;
constexpr int kMapMeasures = 3;

/// Measures one photo; keeps what its measures share.
class PhotoMeasurement {
 public:
  PhotoMeasurement(const Model& model, const PhotoToMeasure& photo, const MeasureRequest& request)
      : model_(model),
        photo_(photo),
        request_(request),
        seed_(Random(request.seed, keyOf(photo.name)).bits()) {}

  Result<PhotoMeasures> measure(const Progress& progress) {
    using enum MeasureFamily;
    constexpr double kRun = 0.02;
    constexpr double kMaps = 0.1;
    constexpr double kSelections = 0.15;
    constexpr double kPerMap = 0.8;
    constexpr double kSteady = 0.9;
    Result<void> done = run(progress.part(0, kRun));
    if (done) done = computeMaps(progress.part(kRun, kMaps));
    if (done && !photo_.boxes.empty()) done = localiseMaps();
    if (done && wants(Faithfulness)) done = measureSelections(progress.part(kMaps, kSelections));
    if (done) done = measureSingleMaps(progress.part(kSelections, kPerMap));
    if (done && wants(Sensitivity)) done = measureSensitivity(progress.part(kPerMap, kSteady));
    if (done && wants(Randomisation)) done = measureRandomisation(progress.part(kSteady, 1));
    if (!done) return done.error();
    return std::move(result_);
  }

  /// One map of each method: what measures that run the network for each map take, but of filter
  /// layers the last alone.
  [[nodiscard]] std::vector<Heatmap> shownMaps() const {
    std::vector<Heatmap> shown;
    for (const auto& map : maps_) {
      if (!isMeasuredByRuns(map)) continue;
      if (!shown.empty() && shown.back().method == map.method) shown.pop_back();
      shown.push_back(map);
    }
    return shown;
  }

 private:
  [[nodiscard]] bool wants(MeasureFamily family) const {
    return request_.families.contains(family);
  }

  [[nodiscard]] std::uint64_t streamOf(int stream) const { return Random(seed_, stream).bits(); }

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

  /// The chosen methods, and the filter masks.
  [[nodiscard]] std::vector<MethodChoice> methods() const {
    auto methods = request_.methods;
    const auto* masks = findExplainer("importance");
    const bool there = std::any_of(methods.begin(), methods.end(),
                                   [&](const MethodChoice& m) { return m.method == masks; });
    if (!there) methods.insert(methods.begin(), {masks, {}});
    return methods;
  }

  Result<void> computeMaps(const Progress& progress) {
    const int layers = static_cast<int>(trace_.layers.size());
    const auto all = methods();
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& [method, parameters] = all[i];
      progress.report(static_cast<double>(i) / static_cast<double>(all.size()),
                      "maps of " + std::string(method->label));
      for (int layer = kInputLayer; layer < layers; ++layer) {
        if (progress.cancelled()) return cancelledError();
        if (!method->appliesTo(trace_, layer)) continue;
        const NetworkRuns runs{model_, photo_.input.tensor, trace_, progress};
        auto map = explain(*method, runs, layer, parameters);
        if (!map && map.error().cancelled) return map.error();
        if (map) {
          maps_.push_back(std::move(*map));
          origins_.push_back({method, parameters, layer});
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
    if (wants(MeasureFamily::Localisation)) {
      localiseMap(uniformBaseline(input.height, input.width), boxes);
      localiseMap(randomBaseline(input.height, input.width, seed_), boxes);
      localiseMap(centreBaseline(input.height, input.width), boxes);
    }
    for (const auto& map : maps_) {
      const bool ranks = map.scale == HeatmapScale::Ranks;
      if (ranks && wants(MeasureFamily::Selection)) localiseSelection(map, boxes);
      if (!ranks && wants(MeasureFamily::Localisation)) localiseMap(map, boxes);
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
    add(map, "overlap", found.overlap);
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

  /// Ranks of tokens say nothing of the other cells.
  [[nodiscard]] bool isMeasuredByRuns(const Heatmap& map) const {
    if (map.scale == HeatmapScale::Ranks) return false;
    const auto* method = findExplainer(map.method);
    if (request_.allLayers || method == nullptr) return true;
    const int last = static_cast<int>(trace_.layers.size()) - 1;
    if (method->appliesTo(trace_, kInputLayer)) return map.layer == "input";
    return !method->appliesTo(trace_, last) || trace_.findLayer(map.layer) == last;
  }

  Result<void> measureSingleMaps(const Progress& progress) {
    using enum MeasureFamily;
    const std::array families{Perturbation, Road, Masking, Fidelity, Sparseness};
    if (std::none_of(families.begin(), families.end(), [&](auto f) { return wants(f); })) return {};
    constexpr double kPrepared = 0.1;
    const auto& input = photo_.input.tensor;
    const auto measures = MapMeasures::prepare(model_, input, result_.target,
                                               {.families = request_.families,
                                                .steps = request_.steps,
                                                .runSeed = request_.seed,
                                                .drawSeed = streamOf(kMapMeasures)},
                                               progress.part(0, kPrepared));
    if (!measures) return measures.error();
    const auto random = randomBaseline(input.height, input.width, seed_);
    const auto centre = centreBaseline(input.height, input.width);
    std::vector<const Heatmap*> maps{&random, &centre};
    for (const auto& map : maps_) {
      if (isMeasuredByRuns(map)) maps.push_back(&map);
    }
    const double share = (1 - kPrepared) / static_cast<double>(maps.size());
    for (std::size_t i = 0; i < maps.size(); ++i) {
      const double from = kPrepared + static_cast<double>(i) * share;
      auto values = measures->of(*maps[i], progress.part(from, from + share));
      if (!values) return values.error();
      result_.values.insert(result_.values.end(), values->begin(), values->end());
    }
    return {};
  }

  /// The maps_[i] of another run; none where the method cannot say anything there.
  Result<std::optional<Heatmap>> sameMap(std::size_t i, const NetworkRuns& runs) const {
    auto map = explain(*origins_[i].method, runs, origins_[i].layer, origins_[i].parameters);
    if (!map && map.error().cancelled) return map.error();
    if (!map) return std::optional<Heatmap>();
    return std::optional(std::move(*map));
  }

  /// Calls see(i, map) for each map that is measured by runs, as another model or input gives it.
  template <class See>
  Result<void> forMapsOf(const Model& model, const InputTensor& input, const Progress& progress,
                         See see) const {
    RunOptions options;
    options.seed = request_.seed;
    options.targetClass = result_.target;
    const auto trace = model.run(input, options, progress);
    if (!trace) return trace.error();
    const NetworkRuns runs{model, input, *trace, progress};
    return forMapsOf(
        runs, [](const Explainer&) { return true; }, see);
  }

  template <class Which, class See>
  Result<void> forMapsOf(const NetworkRuns& runs, Which which, See see) const {
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      if (!isMeasuredByRuns(maps_[i]) || !which(*origins_[i].method)) continue;
      const auto map = sameMap(i, runs);
      if (!map) return map.error();
      if (*map) see(i, **map);
    }
    return {};
  }

  Result<void> measureSensitivity(const Progress& progress) {
    std::vector<double> largest(maps_.size(), -1);
    for (int draw = 0; draw < kSensitivityDraws; ++draw) {
      progress.report(static_cast<double>(draw) / kSensitivityDraws, "max-sensitivity");
      const Progress within = progress.part(static_cast<double>(draw) / kSensitivityDraws,
                                            (draw + 1.0) / kSensitivityDraws);
      auto done = forMapsOf(model_, neighbour(photo_.input.tensor, streamOf(kNeighbours), draw),
                            within, [&](std::size_t i, const Heatmap& other) {
                              largest[i] = std::max(largest[i], relativeDistance(maps_[i], other));
                            });
      if (!done) return done;
    }
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      if (largest[i] >= 0) add(maps_[i], "max_sensitivity", largest[i]);
    }
    return {};
  }

  Result<void> measureRandomisation(const Progress& progress) {
    const auto steps = static_cast<double>(request_.cascade.size() + 1);
    for (std::size_t step = 0; step < request_.cascade.size(); ++step) {
      const auto& [from, model] = request_.cascade[step];
      const double begin = static_cast<double>(step) / steps;
      progress.report(begin, "re-initialised from the head to " + from);
      const bool last = step + 1 == request_.cascade.size();
      const Progress within = progress.part(begin, begin + 1 / steps);
      auto done = forMapsOf(*model, photo_.input.tensor, within,
                            [&, &name = from](std::size_t i, const Heatmap& other) {
                              addSimilarity(maps_[i], other, "reinit", "@" + name);
                              if (last) addSimilarity(maps_[i], other, "reinit", "");
                            });
      if (!done) return done;
    }
    return compareWithOtherClass(progress.part(1 - 1 / steps, 1));
  }

  Result<void> compareWithOtherClass(const Progress& progress) {
    const int classes = model_.info().classes;
    if (classes < 2) return {};
    Random random(streamOf(kOtherClass));
    const int other = (result_.target + 1 + random.integer(classes - 1)) % classes;
    const auto trace = model_.followTarget(trace_, other, progress);
    if (!trace) return trace.error();
    return forMapsOf(
        {model_, photo_.input.tensor, *trace, progress},
        [](const Explainer& method) { return method.classSpecific; },
        [&](std::size_t i, const Heatmap& map) { addSimilarity(maps_[i], map, "class", ""); });
  }

  void addSimilarity(const Heatmap& map, const Heatmap& other, const std::string& measure,
                     const std::string& point) {
    const auto similarity = similarityTo(map, other);
    if (!similarity) return;
    add(map, measure + "_rank" + point, similarity->rankCorrelation);
    add(map, measure + "_ssim" + point, similarity->structure);
  }

  void add(const Heatmap& map, std::string measure, double value) {
    result_.values.push_back({map.method, map.layer, std::move(measure), value});
  }

  /// What a map was computed by.
  struct Origin {
    const Explainer* method = nullptr;
    Parameters parameters;
    int layer = 0;
  };

  const Model& model_;
  const PhotoToMeasure& photo_;
  const MeasureRequest& request_;
  std::uint64_t seed_;
  Trace trace_;
  std::vector<Heatmap> maps_;
  std::vector<Origin> origins_;  // of maps_
  PhotoMeasures result_;
};

}  // namespace

std::uint64_t keyOf(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char byte : text) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  }
  return hash;
}

Result<PhotoMeasures> measurePhoto(const Model& model, const PhotoToMeasure& photo,
                                   const MeasureRequest& request, const Progress& progress,
                                   std::vector<Heatmap>* shown) {
  PhotoMeasurement measurement(model, photo, request);
  auto measures = measurement.measure(progress);
  if (measures && shown) *shown = measurement.shownMaps();
  return measures;
}

}  // namespace filterlens
