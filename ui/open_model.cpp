#include "ui/open_model.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace filterlens {

bool MapKey::operator<(const MapKey& other) const {
  const auto parts = [](const MapKey& key) {
    return std::tie(key.method, key.layer, key.target, key.parameters.numbers(),
                    key.parameters.choices());
  };
  return parts(*this) < parts(other);
}

void OpenModel::setAnalysis(std::shared_ptr<const Analysis> next) {
  analysis = std::move(next);
  maps.clear();
  sketches.clear();
}

std::optional<int> shownLayer(const Trace& trace, const Explainer& method, const PaneSpec& pane,
                              const std::string& chosen) {
  const int last = static_cast<int>(trace.layers.size()) - 1;
  const int own = pane.layer == "input" ? kInputLayer : trace.findLayer(pane.layer);
  const bool named = pane.layer == "input" || own >= 0;
  if (named && method.appliesTo(trace, own)) return own;

  const int from = trace.findLayer(chosen);
  for (int layer = from; layer > kInputLayer; --layer) {
    if (method.appliesTo(trace, layer)) return layer;
  }
  for (int layer = from + 1; layer <= last; ++layer) {
    if (method.appliesTo(trace, layer)) return layer;
  }
  return method.appliesTo(trace, kInputLayer) ? std::optional(kInputLayer) : std::nullopt;
}

std::optional<int> sameClass(const ModelInfo& from, int index, const ModelInfo& to) {
  if (index < 0 || index >= from.classes) return std::nullopt;
  if (from.classNames.empty() || to.classNames.empty()) {
    return from.classes == to.classes ? std::optional(index) : std::nullopt;
  }
  const auto found = std::find(to.classNames.begin(), to.classNames.end(), from.className(index));
  if (found == to.classNames.end()) return std::nullopt;
  return static_cast<int>(found - to.classNames.begin());
}

}  // namespace filterlens
