// How a map gets onto a canvas: its colours, only where they are seen and at the device's
// resolution; contours and token marks as vectors. Everything is placed by the network's geometry,
// and drawn alike on the screen and in figures.
#pragma once

#include <QColor>
#include <QImage>
#include <QPainter>
#include <QPolygonF>
#include <QTransform>
#include <vector>

#include "core/render/contours.h"
#include "ui/map_style.h"
#include "ui/view_transform.h"

namespace filterlens {

/// A map and how to show it.
struct ShownMap {
  std::shared_ptr<const Heatmap> map;
  OverlayStyle style;  ///< opacity 1: it is applied when painting
  int contours = 0;
  TokenMarks tokens = TokenMarks::Colours;

  bool operator==(const ShownMap&) const;
};
ShownMap shownMap(std::shared_ptr<const Heatmap>, const MapStyle&);

/// The colours of a map over a part of the photo, as they lie over it; those of selected tokens
/// with the rest dimmed, where their marks have colours at all.
QImage mapColours(const ShownMap&, const PhotoPlacement&, const PhotoRegion&);

/// A picture of the part of a map that lies on a part of the canvas, and where.
struct MapPicture {
  QImage image;   ///< in device pixels
  QRectF canvas;  ///< where it belongs
};
MapPicture pictureOf(const ShownMap&, const PhotoPlacement&, const ViewTransform&,
                     const QRectF& part, double deviceScale);

/// The selected cells of a Ranks map, by rank.
std::vector<int> selectionOf(const Grid<float>& ranks);

/// What is drawn over a map's colours, in photo pixels. Does not change with zoom and pan.
struct MapMarks {
  struct Contour {
    QPolygonF line;
    int order = 0;          ///< of its level, 0 the lowest
    bool negative = false;  ///< of a signed map: dashed
  };
  std::vector<Contour> contours;
  std::vector<QRectF> tokens;   ///< cells by rank
  std::vector<QColor> colours;  ///< by rank
  TokenMarks style = TokenMarks::Colours;

  [[nodiscard]] bool empty() const { return contours.empty() && tokens.empty(); }
};
MapMarks marksOf(const ShownMap&, const PhotoPlacement&);

/// photoToCanvas: without rotation. Lines keep their width at any zoom; ranks are written in the
/// painter's font. opacity: that of the map's colours, for the marks that belong to them.
void paintMarks(QPainter&, const MapMarks&, const QTransform& photoToCanvas, double opacity);

/// Where the network's input lies, dashed.
void paintInputFrame(QPainter&, const PhotoPlacement&, const ViewTransform&);

/// The outline of a cell, visible on any picture; as large as can be seen.
void paintInspectedCell(QPainter&, const QRectF& canvas, const QColor& accent);

/// A cross at a position, visible on any picture.
void paintCross(QPainter&, QPointF at);

}  // namespace filterlens
