// What a map is called, in the same words in panes, comparisons, figures and sheets.
#pragma once

#include <QString>
#include <QStringList>
#include <cstdint>

#include "core/engine.h"
#include "core/explain/heatmap.h"
#include "ui/session.h"

namespace filterlens {

/// Whether a title names the layer: not where a heading above it does.
enum class TitleLayer { Named, Omitted };

/// Method, layer, class, what differs from the method's defaults, and the seed where the network
/// draws its tokens by chance.
QStringList titleParts(const Heatmap&, const ModelInfo&, std::uint64_t seed,
                       TitleLayer = TitleLayer::Named);
/// Of a pane: as its map is called, or, while it has none, as it will be called as far as is known;
/// second, whether it is not linked with the others.
QStringList titleParts(const Session&, const PaneSpec&, const Heatmap* map);

/// "Grad-CAM · block 3 · dog".
QString joinedTitle(const QStringList& parts);

/// Method, layer, class, parameters, model's hash and seed in one sentence.
QString provenance(const Heatmap&, const ModelInfo&, std::uint64_t seed);

}  // namespace filterlens
