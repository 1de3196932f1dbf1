#include "ui/pane_title.h"

#include <QCoreApplication>

#include "ui/text.h"

namespace filterlens {
namespace {

QString say(const char* text) { return QCoreApplication::translate("PaneTitle", text); }

/// What a sentence calls a model: its network, or its file where both have the same network.
QString nameInWords(const Session& session, ModelSlot slot) {
  const bool same = session.network(ModelSlot::First) == session.network(ModelSlot::Second);
  return same ? modelName(session, slot) : fromUtf8(session.network(slot)->title);
}

QStringList linkParts(const PaneSpec& pane) {
  if (!pane.view) return {};
  return {pane.view->follows ? say("moved") : say("not linked")};
}

QString nothingInSecond(const Session& session, const PaneSpec& pane, const Explainer& method) {
  constexpr auto kSlot = ModelSlot::Second;
  const auto first = session.layerOf(pane);
  const std::string layer = first                ? layerName(session.analysis()->trace, *first)
                            : pane.layer.empty() ? session.choices().layer
                                                 : pane.layer;
  const QString name = nameInWords(session, kSlot);
  if (layer != "input" && session.analysis(kSlot)->trace.findLayer(layer) < 0) {
    return say("%1 has no layer called %2.").arg(name, fromUtf8(layer));
  }
  return say("%1 has nothing to show for %2 at %3.")
      .arg(name, fromUtf8(method.label), blockLabel(*session.network(kSlot), layer));
}

}  // namespace

QString modelMark(ModelSlot slot) {
  return slot == ModelSlot::First ? QStringLiteral("A") : QStringLiteral("B");
}

QString modelName(const Session& session, ModelSlot slot) {
  const ModelInfo* info = session.modelInfo(slot);
  if (!info) return {};
  const auto other = slot == ModelSlot::First ? ModelSlot::Second : ModelSlot::First;
  const ModelInfo* another = session.modelInfo(other);
  const QString name = fromPath(info->path.stem());
  const bool same = another && another->path.stem() == info->path.stem();
  return same ? fileName(info->path.parent_path()) + QLatin1Char('/') + name : name;
}

QStringList titleParts(const Session& session, const ComparedPane& compared, const Heatmap* map) {
  const auto& [pane, slot] = compared;
  QStringList parts;
  if (pane.method == kPhotoMethod) return parts << say("Photo") << linkParts(pane);
  if (session.hasSecondModel()) parts << modelMark(slot);
  const Explainer* method = findExplainer(map ? map->method : pane.method);
  if (!method) return parts << fromUtf8(pane.method);
  const Architecture* network = session.network(slot);
  parts << fromUtf8(method->label) << linkParts(pane);
  const std::string layer = map ? map->layer : pane.layer;
  if (network && !layer.empty()) parts << blockLabel(*network, layer);
  if (map && map->targetClass >= 0) parts << session.className(map->targetClass, slot);
  for (const ParameterSpec& parameter : method->parameters) {
    const auto& choices = pane.parameters.choices();
    const auto chosen = choices.find(parameter.id);
    if (chosen == choices.end()) continue;
    parts << say("%1: %2").arg(fromUtf8(parameter.label).toLower(), fromUtf8(chosen->second));
  }
  const auto& analysis = session.analysis(slot);
  if (map && analysis && network && network->drawsTokens()) {
    parts << say("seed %1").arg(analysis->trace.seed);
  }
  return parts;
}

QString paneTitle(const Session& session, const ComparedPane& pane) {
  const auto map = session.shownMap(pane);
  return titleParts(session, pane, map.get()).join(QStringLiteral(" · "));
}

QString whyNoMap(const Session& session, const ComparedPane& compared) {
  const auto& [pane, slot] = compared;
  if (pane.method == kPhotoMethod) return {};
  const Explainer* method = findExplainer(pane.method);
  if (!method) {
    return say("This version of FilterLens knows no method called %1.").arg(fromUtf8(pane.method));
  }
  if (!session.analysis(slot)) return session.problem(slot);
  if (session.requestFor(pane, slot)) return {};
  if (slot == ModelSlot::First) return say("This network has nothing to show here.");
  if (session.layerOf(pane, slot)) {
    return say("%1 has no class called %2.")
        .arg(nameInWords(session, slot), session.className(session.target()));
  }
  return nothingInSecond(session, pane, *method);
}

}  // namespace filterlens
