// Inspection: the one cell of a layer that a user points at: where it lies in the photo, and in
// other layers.
#pragma once

#include <QPointF>
#include <QRectF>
#include <QString>
#include <optional>
#include <string>

#include "core/explain/explainer.h"
#include "ui/analysis.h"
#include "ui/choices.h"

namespace filterlens {

/// A layer's cell under a position of the photo, in photo pixels; none outside all cells, and where
/// there is no such layer.
std::optional<InspectedCell> cellAt(const Analysis&, const std::string& layer, QPointF photo);
/// The cell of another layer that encloses its middle; the nearest one where none does. None where
/// one of the layers is not there.
std::optional<InspectedCell> sameCellIn(const Trace&, const InspectedCell&,
                                        const std::string& layer);
/// So many columns and rows on, as far as there are cells.
InspectedCell steppedCell(const Trace&, const InspectedCell&, int cols, int rows);
/// The part of the photo that it covers; none where its layer has no such cell.
std::optional<QRectF> photoRectOf(const Analysis&, const InspectedCell&);
/// "(28, 19), rank 14"; "(28, 19), not selected"; "(3, 4)" where a layer selects no tokens.
QString placeText(const LayerTrace&, int cell);

/// The parameters of a pane at a layer; for a method that shows one cell, and a pane that does not
/// say which, with the inspected one.
Parameters withInspectedCell(Parameters, const Explainer&, const Trace&, int layer,
                             const std::optional<InspectedCell>&);

}  // namespace filterlens
