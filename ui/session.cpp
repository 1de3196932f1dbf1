#include "ui/session.h"

#include <algorithm>
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

bool hasLayer(const Architecture& network, std::string_view module) {
  return std::any_of(network.stages.begin(), network.stages.end(),
                     [&](const Stage& stage) { return stage.isLayer() && stage.module == module; });
}

}  // namespace

Session::Session(QObject* parent) : QObject(parent) {
  choices_.layout = {{{std::string(kPhotoMethod), {}}}, 1};
}

std::vector<ModelSlot> Session::openSlots() const {
  std::vector<ModelSlot> open;
  for (const ModelSlot slot : kModelSlots) {
    if (model(slot)) open.push_back(slot);
  }
  return open;
}

std::vector<NetworkStage> Session::stages() const {
  if (!network()) return {};
  return networkStages(*network(), modelInfo()->preprocessing.inputSize);
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
  for (const ModelSlot slot : kModelSlots) setAnalysis(nullptr, slot);
  Choices next = choices_;
  next.target.reset();
  adopt(std::move(next));
  Q_EMIT photoChanged();
}

void Session::setModel(std::shared_ptr<const Model> model) {
  const Architecture* before = network();
  plainOf(ModelSlot::First).model = std::move(model);
  changed_ = {};
  setAnalysis(nullptr);
  Choices next = choices_;
  next.target.reset();
  if (network() && network() != before) {
    next.layout = defaultLayout(*network());
    next.layer = defaultLayer(*network());
    next.comparison.reset();
    next.inspected.reset();
    next.whatIf.clear();
  }
  Q_EMIT modelChanged();
  adopt(std::move(next));
}

void Session::setSecondModel(std::shared_ptr<const Model> model) {
  plainOf(ModelSlot::Second) = {std::move(model), nullptr};
  adopt(fitting(choices_));
  Q_EMIT secondModelChanged();
  Q_EMIT analysisChanged();
}

void Session::swapModels() {
  if (!hasSecondModel()) return;
  Choices next = choices_;
  if (next.target) {
    next.target = sameClass(*modelInfo(), *next.target, *modelInfo(ModelSlot::Second));
  }
  changed_ = {};
  std::swap(opened_[0], opened_[1]);
  next = fitting(std::move(next));
  Q_EMIT modelChanged();
  Q_EMIT secondModelChanged();
  adopt(std::move(next));
  Q_EMIT analysisChanged();
}

int Session::target(ModelSlot slot) const {
  if (slot == ModelSlot::Second) {
    if (!model() || !hasSecondModel()) return -1;
    const auto& own = analysis(slot);
    if (target() < 0) return own ? own->trace.targetClass : -1;  // the first is being analysed
    return sameClass(*modelInfo(), target(), *modelInfo(slot)).value_or(-1);
  }
  if (choices_.target) return *choices_.target;
  return analysis() && !analysis()->predictions.empty() ? analysis()->predictions.front().index
                                                        : -1;
}

QString Session::className(int index, ModelSlot slot) const {
  return model(slot) && index >= 0 ? QString::fromStdString(modelInfo(slot)->className(index))
                                   : QString();
}

void Session::setAnalysis(std::shared_ptr<const Analysis> analysis, ModelSlot slot) {
  OpenModel& plain = plainOf(slot);
  if (!analysis && !plain.analysis) return;
  plain.setAnalysis(std::move(analysis));
  if (slot == ModelSlot::First) changed_ = {};
  Q_EMIT analysisChanged();
}

void Session::setProblem(const QString& problem, ModelSlot slot) {
  if (problem == plainOf(slot).problem) return;
  plainOf(slot).problem = problem;
  Q_EMIT analysisChanged();
}

void Session::setRetargeted(std::shared_ptr<const Analysis> analysis, ModelSlot slot) {
  const bool isPlain = analysis->trace.interventions.empty();
  (isPlain ? plainOf(slot) : changed_).analysis = std::move(analysis);
  Q_EMIT mapsChanged();
}

void Session::setChanged(std::shared_ptr<const Analysis> analysis,
                         std::map<MapKey, MapResult> maps) {
  if (!analysis && !changed_.analysis) return;
  changed_ = {};
  if (analysis) changed_ = {model(), std::move(analysis), std::move(maps)};
  Q_EMIT analysisChanged();
}

void Session::setBeforeShown(bool before) {
  if (before == beforeShown_) return;
  beforeShown_ = before;
  Q_EMIT beforeShownChanged();
  if (changed_.analysis) Q_EMIT analysisChanged();
}

void Session::setBrushing(bool brushing) {
  if (brushing == brushing_) return;
  brushing_ = brushing;
  Q_EMIT brushingChanged();
}

void Session::setSketch(const MapKey& key, Heatmap map, ModelSlot slot) {
  at(slot).sketches.insert_or_assign(key, std::make_shared<const Heatmap>(std::move(map)));
  Q_EMIT mapsChanged();
}

void Session::setMap(const MapKey& key, MapResult map, ModelSlot slot) {
  at(slot).sketches.erase(key);
  at(slot).maps.insert_or_assign(key, std::move(map));
  Q_EMIT mapsChanged();
}

std::optional<int> Session::layerOf(const PaneSpec& pane, ModelSlot slot) const {
  const Explainer* method = findExplainer(pane.method);
  if (!method || !analysis(slot)) return std::nullopt;
  const Trace& trace = analysis(slot)->trace;
  const std::string& followed = followedLayer(*method);
  if (slot == ModelSlot::First || !analysis()) {
    return shownLayer(trace, *method, pane, followed);
  }
  const auto first = layerOf(pane);
  const std::string wanted = first                ? layerName(analysis()->trace, *first)
                             : pane.layer.empty() ? followed
                                                  : pane.layer;
  const int layer = trace.findLayer(wanted);
  const bool there = layer >= 0 || wanted == "input";
  return there && method->appliesTo(trace, layer) ? std::optional(layer) : std::nullopt;
}

std::optional<InspectedCell> Session::inspectedIn(ModelSlot slot) const {
  const auto& inspected = choices_.inspected;
  if (slot == ModelSlot::First || !inspected || !analysis() || !analysis(slot)) return inspected;
  const auto rect = photoRectOf(*analysis(), *inspected);
  return rect ? cellAt(*analysis(slot), inspected->layer, rect->center()) : std::nullopt;
}

std::optional<MapRequest> Session::requestFor(const PaneSpec& pane, ModelSlot slot) const {
  const auto layer = layerOf(pane, slot);
  if (!layer) return std::nullopt;
  const Explainer* method = findExplainer(pane.method);
  const Trace& trace = analysis(slot)->trace;
  if (method->classSpecific && target(slot) < 0) return std::nullopt;
  const int target = method->classSpecific ? trace.targetClass : -1;
  const Parameters parameters =
      withInspectedCell(pane.parameters, *method, trace, *layer, inspectedIn(slot));
  return MapRequest{
      slot, {pane.method, layerName(trace, *layer), parameters, target}, method, *layer};
}

const MapResult* Session::mapFor(const PaneSpec& pane, ModelSlot slot) const {
  const auto request = requestFor(pane, slot);
  if (!request) return nullptr;
  for (const auto* maps : {&opened(slot).maps, &opened(slot).sketches}) {
    const auto found = maps->find(request->key);
    if (found != maps->end()) return &found->second;
  }
  return nullptr;
}

std::shared_ptr<const Heatmap> Session::shownMap(const ComparedPane& pane) const {
  const MapResult* result = mapFor(pane.pane, pane.model);
  return result && result->ok() ? **result : nullptr;
}

std::vector<PaneSpec> Session::panesOf(ModelSlot slot) const {
  std::vector<PaneSpec> panes = choices_.layout.panes;
  if (!choices_.comparison) return panes;
  for (const ComparedPane& pane : {choices_.comparison->first, choices_.comparison->second}) {
    if (pane.model == slot) panes.push_back(pane.pane);
  }
  return panes;
}

std::optional<MapRequest> Session::missingMap() const {
  for (const ModelSlot slot : openSlots()) {
    for (const PaneSpec& pane : panesOf(slot)) {
      auto request = requestFor(pane, slot);
      if (request && !opened(slot).maps.contains(request->key)) return request;
    }
  }
  if (!analysis()) return std::nullopt;
  for (const LayerTrace& layer : analysis()->trace.layers) {
    auto request = requestFor(listedMap(*layer.stage));
    if (request && !opened(ModelSlot::First).maps.contains(request->key)) return request;
  }
  return std::nullopt;
}

// Choices come from files too, and from a time when other models were open.
Choices Session::fitting(Choices choices) const {
  PaneLayout& layout = choices.layout;
  const auto panes = static_cast<int>(layout.panes.size());
  if (layout.alone && (*layout.alone < 0 || *layout.alone >= panes)) layout.alone.reset();
  if (model() && choices.target && *choices.target >= modelInfo()->classes) choices.target.reset();
  if (network() && !hasLayer(*network(), choices.layer)) choices.layer = defaultLayer(*network());
  const auto& comparison = choices.comparison;
  const bool needsSecond = comparison && (comparison->first.model == ModelSlot::Second ||
                                          comparison->second.model == ModelSlot::Second);
  if (needsSecond && !hasSecondModel()) choices.comparison.reset();
  return choices;
}

PaneSpec Session::listedMap(const Stage& layer) const {
  const bool masked = layer.kind == StageKind::Filter;
  const int index = analysis() ? analysis()->trace.findLayer(layer.module) : -1;
  const bool attends =
      index < 0 || !analysis()->trace.layers[static_cast<std::size_t>(index)].attentionOff;
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
  for (const ModelSlot slot : openSlots()) {
    std::vector<MapKey> wanted;
    for (const PaneSpec& pane : panesOf(slot)) {
      if (const auto request = requestFor(pane, slot)) wanted.push_back(request->key);
    }
    const auto isWanted = [&wanted](const MapKey& key) {
      return std::any_of(wanted.begin(), wanted.end(),
                         [&key](const MapKey& each) { return !(each < key) && !(key < each); });
    };
    std::erase_if(at(slot).maps, [&isWanted](const auto& entry) {
      const Explainer* method = findExplainer(entry.first.method);
      return method && showsOneCell(*method) && !isWanted(entry.first);
    });
  }
}

// What follows from a new photo or model is no choice of the user's.
Choices Session::adopt(Choices choices) {
  Choices before = std::exchange(choices_, std::move(choices));
  // Whoever changes something wants to see what it does.
  if (before.whatIf != choices_.whatIf) setBeforeShown(false);
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
  if (before.whatIf != choices_.whatIf) Q_EMIT whatIfChanged();
  return before;
}

void Session::setChoices(Choices choices) {
  const Choices before = adopt(fitting(std::move(choices)));
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
  if (next.inspected && analysis()) {  // the same place in that layer
    next.inspected = sameCellIn(analysis()->trace, *next.inspected, module);
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

void Session::setWhatIf(Interventions interventions) {
  Choices next = choices_;
  next.whatIf = withoutIdle(std::move(interventions));
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
  for (const ModelSlot slot : openSlots()) {
    for (const PaneSpec& pane : choices_.layout.panes) {
      if (displayOf(pane).range != RangeChoice::Method) continue;
      if (auto map = shownMap({pane, slot})) maps.push_back(std::move(map));
    }
  }
  return maps;
}

MapStyle Session::styleOf(const PaneSpec& pane, const std::shared_ptr<const Heatmap>& map) const {
  return styleFor(map, displayOf(pane), sharingMaps(), ranges_);
}

}  // namespace filterlens
