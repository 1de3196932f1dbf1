#include "ui/map_title.h"

#include <QCoreApplication>

#include "core/explain/explainer.h"
#include "core/explain/inspected_cell.h"
#include "ui/network_stages.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kHashDigits = 12;

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

QString provenance(const Heatmap& map, const ModelInfo& info, std::uint64_t seed) {
  const Explainer& method = *findExplainer(map.method);
  const QStringList parameters = chosenParameters(method, map.parameters);
  return say("Made by %1 at %2%3, %4, with %5 (SHA-256 %6…), seed %7.")
      .arg(fromUtf8(method.label), fromUtf8(map.layer),
           map.targetClass < 0
               ? QString()
               : say(" for class %1").arg(QString::fromStdString(info.className(map.targetClass))),
           parameters.isEmpty() ? say("all parameters at their defaults")
                                : parameters.join(QStringLiteral(", ")),
           fileName(info.path), QString::fromStdString(info.sha256).left(kHashDigits))
      .arg(seed);
}

}  // namespace filterlens
