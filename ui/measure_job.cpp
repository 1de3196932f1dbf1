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

/// Lists name photos relative to their folder; a list may lie elsewhere than its photos.
const PhotoBoxes* boxesOf(const std::filesystem::path& photo, const std::filesystem::path& list,
                          const std::vector<PhotoBoxes>& all) {
  const auto relative = photo.lexically_relative(list.parent_path()).generic_string();
  for (const auto& name : {relative, photo.filename().string()}) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const PhotoBoxes& boxes) { return boxes.file == name; });
    if (found != all.end()) return &*found;
  }
  return nullptr;
}

/// Puts them into the job; a sentence about it.
std::string findBoxes(const OpenedPhoto& photo, const std::filesystem::path& list,
                      MeasureJob& job) {
  const auto read = readObjectBoxes(list);
  if (!read) return read.error().sentence;
  const auto name = photo.path.filename().string();
  const auto* found = boxesOf(photo.path, list, *read);
  if (!found) {
    return list.string() + " lists no box for " + name +
           ", so that nothing is measured of where the object is.";
  }
  const auto& image = photo.photo.image;
  if (found->width != image.width() || found->height != image.height()) {
    return list.string() + " has boxes for " + name + " that were drawn on " +
           std::to_string(found->width) + " x " + std::to_string(found->height) +
           " pixels; the photo has " + std::to_string(image.width()) + " x " +
           std::to_string(image.height()) + ".";
  }
  const BoxRegion boxes(found->boxes);
  if (boxes.areaIn(job.placement.inputRect()) <= 0) {
    return "The boxes that " + list.string() + " has for " + name +
           " lie outside the part of the photo that the network sees.";
  }
  job.boxes = boxes;
  const auto count = found->boxes.size();
  return (count == 1 ? "The object is in one box"
                     : "The object is in " + std::to_string(count) + " boxes") +
         " of " + list.string() + ".";
}

/// The list to look into; empty: none.
std::filesystem::path listFor(const OpenedPhoto& photo, const std::filesystem::path& chosen) {
  if (!chosen.empty()) return chosen;
  const auto beside = photo.path.parent_path() / "boxes.csv";
  std::error_code ignored;
  return std::filesystem::exists(beside, ignored) ? beside : std::filesystem::path();
}

}  // namespace

Result<std::shared_ptr<const MeasureJob>> prepareMeasures(
    const std::shared_ptr<const Model>& model, const Analysis& analysis, const OpenedPhoto& photo,
    const std::shared_ptr<const Heatmap>& map, int target, const std::filesystem::path& boxes,
    const Progress& progress) {
  if (!analysis.trace.interventions.empty()) {
    return Error{
        "Measures are taken of the network as it is, and this map is of a changed one. Take the "
        "changes back, or show the panes before the change, and measure again."};
  }
  auto job = std::make_shared<MeasureJob>();
  job->model = model;
  job->placement = analysis.placement;
  const auto list = listFor(photo, boxes);
  if (!list.empty()) job->note = findBoxes(photo, list, *job);
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
