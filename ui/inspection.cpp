#include "ui/inspection.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "core/explain/inspected_cell.h"

namespace filterlens {
namespace {

struct Place {
  int row = 0;
  int col = 0;
};

/// nullptr where the trace has no such layer, or the layer no such cell.
const LayerTrace* layerOf(const Trace& trace, const InspectedCell& inspected) {
  const int layer = trace.findLayer(inspected.layer);
  if (layer < 0) return nullptr;
  const LayerTrace& found = trace.layers[static_cast<std::size_t>(layer)];
  const int cells = found.tokenGeometry.rows() * found.tokenGeometry.cols();
  return inspected.cell >= 0 && inspected.cell < cells ? &found : nullptr;
}

Place placeOf(const LayerTrace& layer, int cell) {
  return {cell / layer.tokenGeometry.cols(), cell % layer.tokenGeometry.cols()};
}

int nearestCell(const AxisMap& axis, double position) {
  return std::clamp(static_cast<int>(std::lround(axis.cellAt(position))), 0, axis.size() - 1);
}

}  // namespace

std::optional<InspectedCell> cellAt(const Analysis& analysis, const std::string& layer,
                                    QPointF photo) {
  const int index = analysis.trace.findLayer(layer);
  if (index < 0) return std::nullopt;
  const MapGeometry& cells = analysis.trace.layers[static_cast<std::size_t>(index)].tokenGeometry;
  const int row = cells.y.cellContaining(analysis.placement.inputY(photo.y()));
  const int col = cells.x.cellContaining(analysis.placement.inputX(photo.x()));
  if (row < 0 || col < 0) return std::nullopt;
  return InspectedCell{layer, row * cells.cols() + col};
}

std::optional<InspectedCell> sameCellIn(const Trace& trace, const InspectedCell& inspected,
                                        const std::string& layer) {
  const LayerTrace* from = layerOf(trace, inspected);
  const LayerTrace* to = layerOf(trace, {layer, 0});
  if (!from || !to) return std::nullopt;
  if (from == to) return inspected;
  const Place place = placeOf(*from, inspected.cell);
  const MapGeometry& cells = to->tokenGeometry;
  const int row = nearestCell(cells.y, from->tokenGeometry.y.centre(place.row));
  const int col = nearestCell(cells.x, from->tokenGeometry.x.centre(place.col));
  return InspectedCell{layer, row * cells.cols() + col};
}

InspectedCell steppedCell(const Trace& trace, const InspectedCell& inspected, int cols, int rows) {
  const LayerTrace* layer = layerOf(trace, inspected);
  if (!layer) return inspected;
  const Place place = placeOf(*layer, inspected.cell);
  const MapGeometry& cells = layer->tokenGeometry;
  const int row = std::clamp(place.row + rows, 0, cells.rows() - 1);
  const int col = std::clamp(place.col + cols, 0, cells.cols() - 1);
  return {inspected.layer, row * cells.cols() + col};
}

std::optional<QRectF> photoRectOf(const Analysis& analysis, const InspectedCell& inspected) {
  const LayerTrace* layer = layerOf(analysis.trace, inspected);
  if (!layer) return std::nullopt;
  const Place place = placeOf(*layer, inspected.cell);
  const RectF rect = analysis.placement.cellRect(layer->tokenGeometry, place.row, place.col);
  return QRectF(rect.x, rect.y, rect.width, rect.height);
}

QString placeText(const LayerTrace& layer, int cell) {
  const Place place = placeOf(layer, cell);
  QString text = QStringLiteral("(%1, %2)").arg(place.row).arg(place.col);
  if (layer.selection.empty()) return text;
  const auto rank = rankOf(layer, cell);
  return rank ? QCoreApplication::translate("Inspection", "%1, rank %2").arg(text).arg(*rank)
              : QCoreApplication::translate("Inspection", "%1, not selected").arg(text);
}

Parameters withInspectedCell(Parameters parameters, const Explainer& method, const Trace& trace,
                             int layer, const std::optional<InspectedCell>& inspected) {
  if (!inspected || layer < 0 || !showsOneCell(method) ||
      parameters.numbers().contains(kCellParameter)) {
    return parameters;
  }
  const auto& name = trace.layers[static_cast<std::size_t>(layer)].name;
  if (const auto cell = sameCellIn(trace, *inspected, name)) {
    parameters.set(kCellParameter, static_cast<double>(cell->cell));
  }
  return parameters;
}

}  // namespace filterlens
