// Readout: what a map says at one position of the photo; the same words in every pane and panel.
#pragma once

#include <QPointF>
#include <QString>
#include <optional>

#include "core/model/trace.h"
#include "core/render/overlay.h"

namespace filterlens {

struct Readout {
  int row = 0;
  int col = 0;
  QString value;  ///< "0.731", "rank 14 of 256", "not selected"
  QString brief;  ///< for narrow places: "0.731", "rank 14", "–"
};

/// The cell under a position of the photo, in photo pixels, and its own value, whatever the display
/// makes of it. None outside the network's input and outside all cells.
std::optional<Readout> readoutAt(const Heatmap&, const PhotoPlacement&, QPointF photoPosition);

/// The rank of the cell of a layer's selection that lies under a position of the photo; none where
/// it was not selected, or where the layer selects nothing.
std::optional<int> rankAt(const LayerTrace&, const PhotoPlacement&, QPointF photoPosition);

}  // namespace filterlens
