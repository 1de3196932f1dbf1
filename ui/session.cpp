#include "ui/session.h"

#include <algorithm>
#include <tuple>
#include <utility>

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
    next.whatIf.clear();
  }
  Q_EMIT modelChanged();
  adopt(std::move(next));
}

int Session::target() const {
  if (choices_.target) return *choices_.target;
  return analysis() && !analysis()->predictions.empty() ? analysis()->predictions.front().index
                                                        : -1;
}

QString Session::className(int index) const {
  return model_ && index >= 0 ? QString::fromStdString(model_->info().className(index)) : QString();
}

void Session::setAnalysis(std::shared_ptr<const Analysis> analysis) {
  if (!analysis && !plain_.analysis) return;
  plain_ = {std::move(analysis), {}};
  changed_ = {};
  Q_EMIT analysisChanged();
}

void Session::setChanged(Computed changed) {
  if (!changed.analysis && !changed_.analysis) return;
  changed_ = std::move(changed);
  Q_EMIT analysisChanged();
}

void Session::setBeforeShown(bool before) {
  if (before == beforeShown_) return;
  beforeShown_ = before;
  Q_EMIT beforeShownChanged();
  if (changed_.analysis) Q_EMIT analysisChanged();
}

void Session::setProblem(const QString& problem) {
  if (problem == problem_) return;
  problem_ = problem;
  Q_EMIT analysisChanged();
}

void Session::setRetargeted(std::shared_ptr<const Analysis> analysis) {
  (analysis->trace.interventions.empty() ? plain_ : changed_).analysis = std::move(analysis);
  Q_EMIT mapsChanged();
}

void Session::setMap(const MapKey& key, MapResult map) {
  shown().maps.insert_or_assign(key, std::move(map));
  Q_EMIT mapsChanged();
}

void Session::setBrushing(bool brushing) {
  if (brushing == brushing_) return;
  brushing_ = brushing;
  Q_EMIT brushingChanged();
}

std::optional<int> Session::layerOf(const PaneSpec& pane) const {
  const Explainer* method = findExplainer(pane.method);
  if (!method || !analysis()) return std::nullopt;
  const Trace& trace = analysis()->trace;
  const int last = static_cast<int>(trace.layers.size()) - 1;
  const int own = pane.layer == "input" ? kInputLayer : trace.findLayer(pane.layer);
  if (!pane.layer.empty() && method->appliesTo(trace, own)) return own;

  const int chosen = trace.findLayer(choices_.layer);
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
  const auto& layers = analysis()->trace.layers;
  const std::string name =
      *layer == kInputLayer ? "input" : layers[static_cast<std::size_t>(*layer)].name;
  const int target = method->classSpecific ? analysis()->trace.targetClass : -1;
  return MapRequest{{pane.method, name, pane.parameters, target}, method, *layer};
}

const MapResult* Session::mapFor(const PaneSpec& pane) const {
  const auto request = requestFor(pane);
  if (!request) return nullptr;
  const auto found = shown().maps.find(request->key);
  return found == shown().maps.end() ? nullptr : &found->second;
}

std::optional<MapRequest> Session::missingMap() const {
  for (const PaneSpec& pane : choices_.layout.panes) {
    auto request = requestFor(pane);
    if (request && !shown().maps.contains(request->key)) return request;
  }
  return std::nullopt;
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
  if (before.whatIf != choices_.whatIf) Q_EMIT whatIfChanged();
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
