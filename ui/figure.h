// Figure: rows of panels (picture, title, colour bar, caption) painted by QPainter onto any paint
// device: the sheet of `filterlens explain`, and whatever else is exported.
//
// Lengths are points (1/72 inch), whatever the device's resolution.
#pragma once

#include <QImage>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <functional>
#include <optional>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/render/colormap.h"

namespace filterlens {

/// A colour bar under a picture, with numbers at its ends and in the middle.
struct FigureScale {
  const Colormap* colormap = nullptr;
  ValueRange range;
};

/// A line of a bar chart.
struct FigureBar {
  QString label;
  QString value;          ///< as text, e.g. "93.1 %"
  double fraction = 0;    ///< length of the bar, 0..1
  bool accented = false;  ///< the one that the rest of the figure speaks of
};

/// A picture, or else a bar chart, with what is written around it.
struct FigurePanel {
  QString title;                 ///< one line, elided
  QString caption;               ///< below, broken into lines
  QImage picture;                ///< fills the panel's width
  std::vector<QRectF> outlines;  ///< cells, as fractions of the picture's width and height
  /// Draws lines and letters over the picture, which lies in this rectangle; empty: none.
  std::function<void(QPainter&, const QRectF&)> marks;
  std::optional<FigureScale> scale;
  QString rightTitle;                     ///< of a picture that shows two things beside each other
  std::optional<FigureScale> rightScale;  ///< takes the right half of the colour bar's place
  std::vector<FigureBar> bars;
  int span = 1;  ///< columns that it takes
};

struct FigureRow {
  QString heading;
  QString detail;  ///< beside the heading, lighter
  std::vector<FigurePanel> panels;
};

struct Figure {
  QString title;
  QString detail;  ///< below the title, lighter
  std::vector<FigureRow> rows;
  QString footer;            ///< lines
  double pictureAspect = 1;  ///< height / width of the place for pictures
};

/// Width of a panel that takes one column.
inline constexpr double kFigurePanelWidth = 160;
/// Width of a panel that takes several columns.
double figurePanelWidth(int columns);

/// What paintFigure covers. Needs a QGuiApplication, as the fonts decide.
QSizeF figureSize(const Figure&);

/// Paints from (0, 0) on; scale the painter for the device. Needs a QGuiApplication.
void paintFigure(QPainter&, const Figure&);

/// The figure as pixels.
QImage figureImage(const Figure&, double dotsPerInch);

}  // namespace filterlens
