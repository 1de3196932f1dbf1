#include "ui/map_title.h"

#include <QCoreApplication>
#include <QLocale>

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

QStringList rangeCaptions(const MapStyle& style, const Heatmap& map) {
  if (map.scale == HeatmapScale::Ranks) {
    const bool one = finiteRange(map.values).high == 0;
    return {one ? say("rank 0, the only token") : say("rank, 0 is the strongest"), say("rank")};
  }
  switch (style.origin) {
    case RangeOrigin::Method: {
      const QString method = fromUtf8(findExplainer(map.method)->label);
      return {say("range of %1 in %2 panes").arg(method).arg(style.panes),
              say("range of %1 panes").arg(style.panes), say("%1 panes").arg(style.panes)};
    }
    case RangeOrigin::Percentile: {
      const QString ends = say("%1–%2").arg(QLocale().toString(style.percentile),
                                            QLocale().toString(100 - style.percentile));
      return {say("percentile %1").arg(ends), say("%1 %").arg(ends)};
    }
    case RangeOrigin::Fixed:
      return {say("manual range"), say("manual")};
    case RangeOrigin::Map:
      break;
  }
  return {say("own range"), say("own")};
}

QString colourCaption(const MapStyle& style, const Heatmap& map) {
  QStringList parts{rangeCaptions(style, map).front()};
  if (style.overlay.threshold > 0 && map.scale != HeatmapScale::Ranks) {
    const QString share = QLocale().toString(style.overlay.threshold * 100, 'g', 3);
    parts << (map.scale == HeatmapScale::Diverging ? say("%1 % around zero not painted").arg(share)
                                                   : say("lowest %1 % not painted").arg(share));
  }
  return joinedTitle(parts);
}

QString joinedTitle(const QStringList& parts) { return parts.join(QStringLiteral(" · ")); }

}  // namespace filterlens
