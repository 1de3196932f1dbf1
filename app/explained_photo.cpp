#include "app/explained_photo.h"

#include <algorithm>

#include "app/photo_batch.h"
#include "core/export/npy.h"

namespace filterlens {
namespace {

/// A photo or .npy file as the network takes it.
struct NetworkInput {
  Image image;
  ImageSource source;
  PreparedInput input;
};

Result<NetworkInput> readPreparedInput(const ModelInfo& model, const std::filesystem::path& path) {
  auto tensor = readNpyInput(path);
  if (!tensor) return tensor.error();
  NetworkInput read;
  read.image = pictureOf(*tensor, model.preprocessing);
  read.input.placement = {.photoWidth = tensor->width,
                          .photoHeight = tensor->height,
                          .inputWidth = tensor->width,
                          .inputHeight = tensor->height};
  read.input.tensor = std::move(*tensor);
  return read;
}

Result<NetworkInput> readInput(const Engine& engine, const ModelInfo& model,
                               const std::filesystem::path& path) {
  if (isPreparedInput(path)) return readPreparedInput(model, path);
  const auto photo = engine.readPhoto(path);
  if (!photo) return photo.error();
  auto input = preprocess(photo->image, model.preprocessing);
  if (!input) return input.error();
  return NetworkInput{photo->image, photo->source, std::move(*input)};
}

bool isWanted(const ExplainRequest& request, const std::string& layer) {
  return request.layers.empty() ||
         std::find(request.layers.begin(), request.layers.end(), layer) != request.layers.end();
}

int layerOf(const Trace& trace, const std::string& name) {
  return name == "input" ? kInputLayer : trace.findLayer(name);
}

/// Every chosen method at every chosen layer that it has a map for: layer by layer, the input
/// first.
std::vector<MapChoice> mapsAtLayers(const Trace& trace, const ExplainRequest& request) {
  std::vector<std::string> layers{"input"};
  for (const auto& layer : trace.layers) layers.push_back(layer.name);
  std::vector<MapChoice> maps;
  for (const auto& layer : layers) {
    if (!isWanted(request, layer)) continue;
    for (const auto& [method, parameters] : request.methods) {
      if (method->appliesTo(trace, layerOf(trace, layer))) {
        maps.push_back({method, layer, parameters, request.style});
      }
    }
  }
  return maps;
}

Result<Heatmap> computeMap(const NetworkRuns& runs, const MapChoice& wanted) {
  const int layer = layerOf(runs.trace, wanted.layer);
  if (!wanted.method->appliesTo(runs.trace, layer)) {
    return Error{std::string(wanted.method->label) + " has no map for this layer."};
  }
  return explain(*wanted.method, runs, layer, wanted.parameters);
}

Result<void> computeMaps(const Model& model, const InputTensor& input, ExplainedPhoto& explained,
                         const ExplainRequest& request, const Progress& progress) {
  AnalysisRecord& record = explained.record;
  const auto wanted = request.maps.empty() ? mapsAtLayers(record.trace, request) : request.maps;
  const auto count = static_cast<double>(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (progress.cancelled()) return cancelledError();
    const auto at = static_cast<double>(i);
    const auto share = progress.part(at / count, (at + 1) / count);
    share.report(0, "maps of " + wanted[i].layer);
    auto map = computeMap(NetworkRuns{model, input, record.trace, share}, wanted[i]);
    if (!map && map.error().cancelled) return map.error();
    if (map) {
      record.maps.push_back(std::move(*map));
      explained.styles.push_back(wanted[i].style);
    } else {
      record.missingMaps.push_back(
          {wanted[i].layer, std::string(wanted[i].method->id), map.error().sentence});
    }
  }
  if (!record.maps.empty()) return {};
  if (!record.missingMaps.empty()) return Error{record.missingMaps.front().reason};
  return Error{"None of the chosen methods has a map for one of the chosen layers."};
}

/// Some sentences come from where the file's name is not known.
Error named(const Error& error, const std::filesystem::path& path) {
  const bool hasName = error.sentence.find(path.filename().string()) != std::string::npos;
  if (error.cancelled || hasName) return error;
  return {path.string() + ": " + error.sentence};
}

Result<ExplainedPhoto> explainFile(const Engine& engine, const Model& model,
                                   const std::filesystem::path& path, const ExplainRequest& request,
                                   const Progress& progress) {
  progress.report(0, "reading");
  auto read = readInput(engine, model.info(), path);
  if (!read) return read.error();
  auto photo = recordPhoto(path);
  if (!photo) return photo.error();
  if (progress.cancelled()) return cancelledError();

  RunOptions options;
  options.targetClass = request.target;
  options.seed = request.seed;
  options.record = !request.predictionsOnly;
  options.interventions = request.interventions;
  auto trace = model.run(read->input.tensor, options, progress.part(0.1, 0.8));
  if (!trace) return trace.error();

  ExplainedPhoto explained;
  explained.image = read->image;
  auto& record = explained.record;
  record.photo = std::move(*photo);
  record.photo.source = read->source;
  record.photo.prepared = isPreparedInput(path);
  record.model = model.info();
  record.placement = read->input.placement;
  record.predictions =
      predictions(trace->logits, record.model.classNames, record.model.temperature);
  if (request.top > 0 && record.predictions.size() > static_cast<std::size_t>(request.top)) {
    record.predictions.resize(static_cast<std::size_t>(request.top));
  }
  record.trace = std::move(*trace);
  if (request.predictionsOnly) return explained;
  const Progress mapProgress = progress.part(0.8, 1);
  if (auto maps = computeMaps(model, read->input.tensor, explained, request, mapProgress); !maps) {
    return maps.error();
  }
  return explained;
}

}  // namespace

Result<ExplainedPhoto> explainPhoto(const Engine& engine, const Model& model,
                                    const std::filesystem::path& path,
                                    const ExplainRequest& request, const Progress& progress) {
  auto explained = explainFile(engine, model, path, request, progress);
  if (!explained) return named(explained.error(), path);
  return explained;
}

}  // namespace filterlens
