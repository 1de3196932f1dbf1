#include "ui/session.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/explain/inspected_cell.h"
#include "ui/inspection.h"
#include "ui/text.h"

namespace filterlens {
namespace {

/// Which panes there are and what they show, but not how.
PaneLayout contentsOf(PaneLayout layout) {
  for (PaneSpec& pane : layout.panes) {
    pane.display.reset();
    pane.view.reset();
  }
  return layout;
}

}  // namespace

bool MapKey::operator<(const MapKey& other) const {
  const auto parts = [](const MapKey& key) {
    return std::tie(key.method, key.layer, key.target, key.parameters.numbers(),
                    key.parameters.choices());
  };
  return parts(*this) < parts(other);
}

Session::Session(QObject* parent) : QObject(parent) {
  choices_.layout = {{{std::string(kPhotoMethod), {}}}, 1};
}

const Architecture* Session::network() const {
  return model_ ? model_->info().architecture : nullptr;
}

std::vector<NetworkStage> Session::stages() const {
  if (!network()) return {};
  return networkStages(*network(), model_->info().preprocessing.inputSize);
}

void Session::setPhotos(PhotoList photos) {
  photos_ = std::move(photos);
  Q_EMIT photosChanged();
}

void Session::setEpochs(RunEpochs epochs) {
  epochs_ = std::move(epochs);
  Q_EMIT epochsChanged();
}

void Session::setPhoto(std::shared_ptr<const OpenedPhoto> photo) {
  photo_ = std::move(photo);
  setAnalysis(nullptr);
  Choices next = choices_;
  next.target.reset();
  adopt(std::move(next));
  Q_EMIT photoChanged();
}

void Session::setModel(std::shared_ptr<const Model> model) {
  const Architecture* before = network();
  model_ = std::move(model);
  setAnalysis(nullptr);
  Choices next = choices_;
  next.target.reset();
  if (network() && network() != before) {
    next.layout = defaultLayout(*network());
    next.layer = defaultLayer(*network());
    next.comparison.reset();
    next.inspected.reset();
  }
  Q_EMIT modelChanged();
  adopt(std::move(next));
}

int Session::target() const {
  if (choices_.target) return *choices_.target;
  return analysis_ && !analysis_->predictions.empty() ? analysis_->predictions.front().index : -1;
}

QString Session::className(int index) const {
  return model_ && index >= 0 ? QString::fromStdString(model_->info().className(index)) : QString();
}

void Session::setAnalysis(std::shared_ptr<const Analysis> analysis) {
  if (!analysis && !analysis_) return;
  analysis_ = std::move(analysis);
  maps_.clear();
  Q_EMIT analysisChanged();
}

void Session::setProblem(const QString& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  Q_EMIT analysisChanged();
}

void Session::setRetargeted(std::shared_ptr<const Analysis> analysis) {
  analysis_ = std::move(analysis);
  Q_EMIT mapsChanged();
}

void Session::setMap(const MapKey& key, MapResult map) {
  maps_.insert_or_assign(key, std::move(map));
  Q_EMIT mapsChanged();
}

std::optional<int> Session::layerOf(const PaneSpec& pane) const {
  const Explainer* method = findExplainer(pane.method);
  if (!method || !analysis_) return std::nullopt;
  const Trace& trace = analysis_->trace;
  const int last = static_cast<int>(trace.layers.size()) - 1;
  const int own = pane.layer == "input" ? kInputLayer : trace.findLayer(pane.layer);
  if (!pane.layer.empty() && method->appliesTo(trace, own)) return own;

  const int chosen = trace.findLayer(followedLayer(*method));
  for (int layer = chosen; layer > kInputLayer; --layer) {
    if (method->appliesTo(trace, layer)) return layer;
  }
  for (int layer = chosen + 1; layer <= last; ++layer) {
    if (method->appliesTo(trace, layer)) return layer;
  }
  return method->appliesTo(trace, kInputLayer) ? std::optional(kInputLayer) : std::nullopt;
}

std::optional<MapRequest> Session::requestFor(const PaneSpec& pane) const {
  const auto layer = layerOf(pane);
  if (!layer) return std::nullopt;
  const Explainer* method = findExplainer(pane.method);
  const auto& layers = analysis_->trace.layers;
  const std::string name =
      *layer == kInputLayer ? "input" : layers[static_cast<std::size_t>(*layer)].name;
  const int target = method->classSpecific ? analysis_->trace.targetClass : -1;
  const Parameters parameters =
      withInspectedCell(pane.parameters, *method, analysis_->trace, *layer, choices_.inspected);
  return MapRequest{{pane.method, name, parameters, target}, method, *layer};
}

const MapResult* Session::mapFor(const PaneSpec& pane) const {
  const auto request = requestFor(pane);
  if (!request) return nullptr;
  const auto found = maps_.find(request->key);
  return found == maps_.end() ? nullptr : &found->second;
}

std::optional<MapRequest> Session::missingMap() const {
  for (const PaneSpec& pane : choices_.layout.panes) {
    auto request = requestFor(pane);
    if (request && !maps_.contains(request->key)) return request;
  }
  if (!analysis_) return std::nullopt;
  for (const LayerTrace& layer : analysis_->trace.layers) {
    auto request = requestFor(listedMap(*layer.stage));
    if (request && !maps_.contains(request->key)) return request;
  }
  return std::nullopt;
}

PaneSpec Session::listedMap(const Stage& layer) const {
  const bool masked = layer.kind == StageKind::Filter;
  const int index = analysis_ ? analysis_->trace.findLayer(layer.module) : -1;
  const bool attends =
      index < 0 || !analysis_->trace.layers[static_cast<std::size_t>(index)].attentionOff;
  const char* method = masked ? "importance" : "attention_received";
  if (masked && choices_.layerMap == LayerMap::Response) method = "response";
  if (choices_.layerMap == LayerMap::Output || (!masked && !attends)) method = "feature_norm";
  return {method, std::string(layer.module)};
}

const std::string& Session::followedLayer(const Explainer& method) const {
  const bool follows = choices_.inspected && showsOneCell(method);
  return follows ? choices_.inspected->layer : choices_.layer;
}

// They come again within a frame or two; kept, they would fill the memory as the cell moves on.
void Session::dropMapsOfOtherCells() {
  std::vector<MapKey> wanted;
  for (const PaneSpec& pane : choices_.layout.panes) {
    if (const auto request = requestFor(pane)) wanted.push_back(request->key);
  }
  const auto isWanted = [&wanted](const MapKey& key) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&key](const MapKey& each) { return !(each < key) && !(key < each); });
  };
  std::erase_if(maps_, [&isWanted](const auto& entry) {
    const Explainer* method = findExplainer(entry.first.method);
    return method && showsOneCell(*method) && !isWanted(entry.first);
  });
}

// What follows from a new photo or model is no choice of the user's.
Choices Session::adopt(Choices choices) {
  Choices before = std::exchange(choices_, std::move(choices));
  const bool sameContents = contentsOf(before.layout) == contentsOf(choices_.layout);
  const bool sameDisplay =
      before.display == choices_.display && (!sameContents || before.layout == choices_.layout);
  if (!sameContents) Q_EMIT layoutChanged();
  if (before.layer != choices_.layer) Q_EMIT layerChanged();
  if (before.target != choices_.target) Q_EMIT targetChanged();
  if (!sameDisplay) Q_EMIT displayChanged();
  if (before.comparison != choices_.comparison) Q_EMIT comparisonChanged();
  if (before.inspected != choices_.inspected) {
    dropMapsOfOtherCells();
    Q_EMIT inspectedChanged();
  }
  if (before.layerMap != choices_.layerMap) Q_EMIT layerMapChanged();
  if (before.unsureBelow != choices_.unsureBelow) Q_EMIT unsureChanged();
  return before;
}

void Session::setChoices(Choices choices) {
  const Choices before = adopt(std::move(choices));
  if (before != choices_) Q_EMIT chosen(before);
}

void Session::setTarget(std::optional<int> target) {
  Choices next = choices_;
  next.target = target;
  setChoices(std::move(next));
}

void Session::chooseLayer(const std::string& module) {
  Choices next = choices_;
  next.layer = module;
  if (next.inspected && analysis_) {  // the same place in that layer
    next.inspected = sameCellIn(analysis_->trace, *next.inspected, module);
  }
  setChoices(std::move(next));
}

void Session::setLayout(PaneLayout layout) {
  Choices next = choices_;
  next.layout = std::move(layout);
  next.comparison.reset();
  setChoices(std::move(next));
}

void Session::setComparison(std::optional<Comparison> comparison) {
  Choices next = choices_;
  next.comparison = std::move(comparison);
  setChoices(std::move(next));
}

void Session::setPane(int index, const PaneSpec& pane) {
  Choices next = choices_;
  next.layout.panes[static_cast<std::size_t>(index)] = pane;
  setChoices(std::move(next));
}

void Session::setInspected(std::optional<InspectedCell> inspected) {
  Choices next = choices_;
  next.inspected = std::move(inspected);
  setChoices(std::move(next));
}

void Session::setLayerMap(LayerMap map) {
  Choices next = choices_;
  next.layerMap = map;
  setChoices(std::move(next));
}

void Session::setUnsureBelow(double probability) {
  Choices next = choices_;
  next.unsureBelow = probability;
  setChoices(std::move(next));
}

void Session::setDisplay(const DisplayChoices& display) {
  Choices next = choices_;
  next.display = display;
  setChoices(std::move(next));
}

void Session::setPaneDisplay(int index, std::optional<DisplayChoices> display) {
  PaneSpec pane = choices_.layout.panes[static_cast<std::size_t>(index)];
  pane.display = std::move(display);
  setPane(index, pane);
}

void Session::setPaneView(int index, std::optional<PaneView> view) {
  PaneSpec pane = choices_.layout.panes[static_cast<std::size_t>(index)];
  pane.view = view;
  setPane(index, pane);
}

const DisplayChoices& Session::displayOf(const PaneSpec& pane) const {
  return pane.display ? *pane.display : choices_.display;
}

/// The maps of all panes that leave their range to the method.
std::vector<std::shared_ptr<const Heatmap>> Session::sharingMaps() const {
  std::vector<std::shared_ptr<const Heatmap>> maps;
  for (const PaneSpec& pane : choices_.layout.panes) {
    if (displayOf(pane).range != RangeChoice::Method) continue;
    const MapResult* map = mapFor(pane);
    if (map && map->ok()) maps.push_back(**map);
  }
  return maps;
}

MapStyle Session::styleOf(const PaneSpec& pane, const std::shared_ptr<const Heatmap>& map) const {
  return styleFor(map, displayOf(pane), sharingMaps(), ranges_);
}

}  // namespace filterlens
