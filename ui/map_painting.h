// How a map's colours get onto a canvas: only the visible part, at the device's resolution, placed
// by the network's geometry.
#pragma once

#include <QImage>
#include <QPainter>

#include "core/render/overlay.h"
#include "ui/view_transform.h"

namespace filterlens {

/// A map and how to show it.
struct ShownMap {
  std::shared_ptr<const Heatmap> map;
  OverlayStyle style;  ///< opacity 1: it is applied when painting

  bool operator==(const ShownMap&) const;
};

/// A picture of the part of a map that lies on the canvas, and where.
struct MapPicture {
  QImage image;   ///< in device pixels
  QRectF canvas;  ///< where it belongs
};

MapPicture pictureOf(const ShownMap&, const PhotoPlacement&, const ViewTransform&, QSizeF canvas,
                     double deviceScale);

/// Outlines of the selected cells of a Ranks map, where they are large enough to see them apart.
void paintCellOutlines(QPainter&, const Heatmap&, const PhotoPlacement&, const ViewTransform&);

/// Where the network's input lies, dashed.
void paintInputFrame(QPainter&, const PhotoPlacement&, const ViewTransform&);

/// The outline of a cell, visible on any picture; as large as can be seen.
void paintInspectedCell(QPainter&, const QRectF& canvas, const QColor& accent);

/// A cross at a position, visible on any picture.
void paintCross(QPainter&, QPointF at);

}  // namespace filterlens
