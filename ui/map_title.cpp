#include "ui/map_title.h"

#include <QCoreApplication>

#include "core/explain/explainer.h"
#include "core/explain/inspected_cell.h"
#include "ui/network_stages.h"
#include "ui/text.h"

namespace filterlens {
namespace {

QString say(const char* text) { return QCoreApplication::translate("MapTitle", text); }

}  // namespace

QStringList chosenParameters(const Explainer& method, const Parameters& parameters) {
  QStringList words;
  for (const ParameterSpec& spec : method.parameters) {
    if (spec.id == kCellParameter) continue;  // marked in the panes
    const std::string id(spec.id);
    if (spec.isChoice()) {
      const auto found = parameters.choices().find(id);
      const std::string value =
          found == parameters.choices().end() ? std::string(spec.choices.front()) : found->second;
      if (value == spec.choices.front() && id != kSelectionParameter) continue;
      words << say("%1: %2").arg(fromUtf8(spec.label).toLower(), fromUtf8(value));
    } else {
      const auto found = parameters.numbers().find(id);
      if (found == parameters.numbers().end() || found->second == spec.fallback) continue;
      words << say("%1: %2").arg(fromUtf8(spec.label).toLower(), numberText(found->second));
    }
  }
  return words;
}

QStringList titleParts(const Heatmap& map, const ModelInfo& info, std::uint64_t seed,
                       TitleLayer layer) {
  const Explainer& method = *findExplainer(map.method);
  QStringList parts{fromUtf8(method.label)};
  if (layer == TitleLayer::Named) parts << blockLabel(*info.architecture, map.layer);
  if (map.targetClass >= 0) parts << QString::fromStdString(info.className(map.targetClass));
  parts << chosenParameters(method, map.parameters);
  if (info.architecture->drawsTokens()) parts << say("seed %1").arg(seed);
  return parts;
}

QString joinedTitle(const QStringList& parts) { return parts.join(QStringLiteral(" · ")); }

}  // namespace filterlens
