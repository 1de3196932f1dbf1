#include "ui/measure_job.h"

#include <algorithm>

#include "core/measure/baselines.h"
#include "core/measure/localisation.h"
#include "core/measure/object_boxes.h"

namespace filterlens {
namespace {

constexpr int kSteps = 32;

/// The mask of the filter layer at the map's layer or before it, else of the first one; nullptr
/// where the network has none.
std::shared_ptr<const Heatmap> nearestMask(const Trace& trace, const Heatmap& map) {
  const auto* masks = findExplainer("importance");
  const int layers = static_cast<int>(trace.layers.size());
  const int of = map.layer == "input" ? layers - 1 : trace.findLayer(map.layer);
  int nearest = -1;
  for (int layer = 0; layer < layers; ++layer) {
    if (masks->appliesTo(trace, layer) && (layer <= of || nearest < 0)) nearest = layer;
  }
  if (nearest < 0) return nullptr;
  auto mask = explain(*masks, trace, nearest);
  return mask ? std::make_shared<const Heatmap>(std::move(*mask)) : nullptr;
}

void findBoxes(const OpenedPhoto& photo, MeasureJob& job) {
  const auto list = photo.path.parent_path() / "boxes.csv";
  std::error_code ignored;
  if (!std::filesystem::exists(list, ignored)) return;
  const auto read = readObjectBoxes(list);
  if (!read) {
    job.note = read.error().sentence;
    return;
  }
  const auto name = photo.path.filename().string();
  const auto found = std::find_if(read->begin(), read->end(),
                                  [&](const PhotoBoxes& boxes) { return boxes.file == name; });
  if (found == read->end()) return;
  const auto& image = photo.photo.image;
  if (found->width != image.width() || found->height != image.height()) {
    job.note = list.string() + " has boxes for " + name + " that were drawn on " +
               std::to_string(found->width) + " x " + std::to_string(found->height) +
               " pixels; the photo has others.";
    return;
  }
  const BoxRegion boxes(found->boxes);
  if (boxes.areaIn(job.placement.inputRect()) > 0) job.boxes = boxes;
}

}  // namespace

Result<std::shared_ptr<const MeasureJob>> prepareMeasures(const std::shared_ptr<const Model>& model,
                                                          const Analysis& analysis,
                                                          const OpenedPhoto& photo,
                                                          const std::shared_ptr<const Heatmap>& map,
                                                          int target, const Progress& progress) {
  if (!analysis.trace.interventions.empty()) {
    return Error{
        "Measures are taken of the network as it is, and this map is of a changed one. Take the "
        "changes back, or show the panes before the change, and measure again."};
  }
  auto job = std::make_shared<MeasureJob>();
  job->model = model;
  job->placement = analysis.placement;
  findBoxes(photo, *job);
  const auto& input = analysis.input;
  const auto seed = analysis.trace.seed;
  auto measures = MapMeasures::prepare(
      *model, input, target,
      {.families = {MeasureFamily::Perturbation, MeasureFamily::Road, MeasureFamily::Masking,
                    MeasureFamily::Fidelity, MeasureFamily::Sparseness},
       .steps = kSteps,
       .runSeed = seed,
       .drawSeed = 0},
      progress);
  if (!measures) return measures.error();
  job->measures = std::make_shared<const MapMeasures>(std::move(*measures));
  job->maps = {map, std::make_shared<const Heatmap>(randomBaseline(input.height, input.width, 0)),
               std::make_shared<const Heatmap>(centreBaseline(input.height, input.width))};
  const auto mask = nearestMask(analysis.trace, *map);
  const bool same = mask && map->method == mask->method && map->layer == mask->layer;
  if (mask && !same) job->maps.push_back(mask);
  return std::shared_ptr<const MeasureJob>(std::move(job));
}

Result<std::vector<Measurement>> measureMap(const MeasureJob& job, std::size_t index,
                                            const Progress& progress) {
  const auto& map = *job.maps[index];
  auto values = job.measures->of(map, progress);
  if (!values || !job.boxes) return values;
  const auto found = localise(map, job.placement, *job.boxes);
  for (const auto& [measure, value] : {std::pair{"pointing", found.pointing},
                                       {"energy", found.energy},
                                       {"energy_above_floor", found.energyAboveFloor},
                                       {"overlap", found.overlap}}) {
    values->push_back({map.method, map.layer, measure, value});
  }
  return values;
}

}  // namespace filterlens
