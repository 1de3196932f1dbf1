#include "ui/what_if.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <chrono>

namespace filterlens {
namespace {

QString say(const char* text) { return QCoreApplication::translate("WhatIf", text); }

QString counted(std::size_t count) { return QLocale().toString(static_cast<int>(count)); }

/// The maps of an analysis; nothing where one fails for want of gradients.
using NamedMaps = std::vector<std::pair<MapKey, MapResult>>;
Result<std::optional<NamedMaps>> mapsOf(const Model& model, const Analysis& analysis,
                                        const std::vector<MapRequest>& wanted,
                                        const Progress& progress) {
  NamedMaps maps;
  for (const MapRequest& request : wanted) {
    if (progress.cancelled()) return cancelledError();
    auto map =
        mapOf(model, analysis, *request.method, request.layer, request.key.parameters, progress);
    if (!map && lacksGradients(analysis.trace)) return std::optional<NamedMaps>();
    maps.emplace_back(request.key, std::move(map));
  }
  return std::optional(std::move(maps));
}

/// The map's request in another run, where the method has a map there.
std::optional<MapRequest> inRun(MapRequest request, const Trace& trace) {
  if (request.method->runsNetwork() || !request.method->appliesTo(trace, request.layer)) {
    return std::nullopt;
  }
  if (request.key.target >= 0) request.key.target = trace.targetClass;
  return request;
}

}  // namespace

Interventions fittingInterventions(const Interventions& all, const ModelInfo& info) {
  const int side = info.preprocessing.inputSize;
  const auto geometries = stageGeometries(*info.architecture, side, side);
  Interventions fitting = withoutIdle(all);
  std::erase_if(fitting, [&](const auto& entry) {
    return !geometries || !checkInterventions(*info.architecture, {entry}, *geometries);
  });
  return fitting;
}

bool lacksGradients(const Trace& trace) {
  return trace.graph && !trace.layers.empty() && trace.layers.front().gradient.empty();
}

Result<WhatIfResult> whatIf(const Model& model, const Analysis& latest,
                            const WhatIfRequest& request, const Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  RunOptions options;
  options.targetClass = request.target;
  options.seed = latest.trace.seed;
  options.interventions = request.interventions;
  auto trace = model.rerun(latest.trace, options, FollowBack::ToFirstChange, progress);
  if (!trace) return trace.error();

  std::vector<MapRequest> wanted;
  for (const auto& map : request.maps) {
    if (auto same = inRun(map, *trace)) wanted.push_back(std::move(*same));
  }
  auto classes = predictions(trace->logits, model.info().classNames, model.info().temperature);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  std::shared_ptr<const Analysis> analysis = std::make_shared<const Analysis>(Analysis{
      *std::move(trace), latest.input, latest.placement, std::move(classes), taken.count()});
  auto maps = mapsOf(model, *analysis, wanted, progress);
  if (maps && !*maps) {
    auto followed = retarget(model, *analysis, analysis->trace.targetClass, progress);
    if (!followed) return followed.error();
    analysis = *std::move(followed);
    maps = mapsOf(model, *analysis, wanted, progress);
  }
  if (!maps) return maps.error();
  return WhatIfResult{std::move(analysis), maps->value()};
}

QString interventionText(const Intervention& change) {
  QStringList words;
  if (change.k) words << say("K %1").arg(QLocale().toString(*change.k));
  if (!change.forcedIn.empty()) words << say("%1 cells in").arg(counted(change.forcedIn.size()));
  if (!change.forcedOut.empty()) {
    words << say("%1 cells out").arg(counted(change.forcedOut.size()));
  }
  if (change.randomSeed) words << say("random, seed %1").arg(*change.randomSeed);
  if (change.attentionOff) words << say("attention off");
  return words.join(QStringLiteral(", "));
}

QString interventionsText(const Interventions& all, const Architecture& network) {
  QStringList layers;
  for (const auto& [layer, change] : all) {
    if (change.changesNothing()) continue;
    layers << say("%1: %2").arg(blockLabel(network, layer), interventionText(change));
  }
  return layers.join(QStringLiteral(" · "));
}

}  // namespace filterlens
