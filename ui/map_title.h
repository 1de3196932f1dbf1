// What a map is called, in the same words in panes, comparisons, figures and sheets.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>

#include "core/engine.h"
#include "core/explain/explainer.h"
#include "ui/map_style.h"

namespace filterlens {

/// Whether a title names the layer: not where a heading above it does.
enum class TitleLayer { Named, Omitted };

/// Method, layer, class, what differs from the method's defaults, and the seed where the network
/// draws its tokens by chance.
QStringList titleParts(const Heatmap&, const ModelInfo&, std::uint64_t seed,
                       TitleLayer = TitleLayer::Named);
/// "heads: max", for parameters that are not at their defaults; and always whether runs select for
/// themselves, since that changes what a map means.
QStringList chosenParameters(const Explainer&, const Parameters&);

/// Where a map's range comes from, in fewer and fewer words: "range of Grad-CAM in 3 panes".
QStringList rangeCaptions(const MapStyle&, const Heatmap&);
/// How its colours are to be read: "percentile 1–99 · lowest 20 % not painted".
QString colourCaption(const MapStyle&, const Heatmap&);

/// "Grad-CAM · block 3 · dog".
QString joinedTitle(const QStringList& parts);

}  // namespace filterlens
