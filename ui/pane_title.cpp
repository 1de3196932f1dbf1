#include "ui/pane_title.h"

#include <QCoreApplication>

#include "core/explain/inspected_cell.h"
#include "ui/inspection.h"
#include "ui/map_title.h"
#include "ui/network_stages.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kAfterLayer = 2;  // in a title

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

/// "(28, 19), rank 14"; empty where a map is not that of one cell.
QString cellPart(const Trace& trace, const Heatmap& map) {
  const Explainer* method = findExplainer(map.method);
  const int layer = trace.findLayer(map.layer);
  if (layer < 0 || !method || !showsOneCell(*method)) return {};
  const LayerTrace& recorded = trace.layers[static_cast<std::size_t>(layer)];
  const int cell = static_cast<int>(map.parameters.number(kCellParameter));
  return placeText(recorded, cell == kNoCell ? firstCell(recorded) : cell);
}

/// As a map is called; while it is not there, as it will be called as far as is known.
QStringList mapParts(const Session& session, const ComparedPane& compared, const Heatmap* map) {
  const auto& [pane, slot] = compared;
  const auto& analysis = session.analysis(slot);
  if (map && session.model(slot) && analysis) {
    QStringList parts = titleParts(*map, *session.modelInfo(slot), analysis->trace.seed);
    const QString cell = cellPart(analysis->trace, *map);
    if (!cell.isEmpty()) parts.insert(kAfterLayer, cell);
    return parts;
  }
  const Explainer* method = findExplainer(pane.method);
  if (!method) return {fromUtf8(pane.method)};
  QStringList parts{fromUtf8(method->label)};
  const Architecture* network = session.network(slot);
  if (network && !pane.layer.empty()) parts << blockLabel(*network, pane.layer);
  return parts + chosenParameters(*method, pane.parameters);
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
  if (pane.method == kPhotoMethod) return QStringList(say("Photo")) + linkParts(pane);
  QStringList parts = mapParts(session, compared, map);
  for (const QString& link : linkParts(pane)) parts.insert(1, link);
  if (session.hasSecondModel()) parts.prepend(modelMark(slot));
  if (map && slot == ModelSlot::First && session.changedAnalysis()) {
    parts << (session.isBeforeShown() ? say("before") : say("what if"));
  }
  return parts;
}

QString paneTitle(const Session& session, const ComparedPane& pane) {
  return joinedTitle(titleParts(session, pane, session.shownMap(pane).get()));
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
