// What the panes show, as pictures.
#pragma once

#include <QImage>

#include "ui/figure.h"
#include "ui/shown.h"

namespace filterlens {

/// A pane at the photo's own resolution.
QImage paneImage(const Shown&, const ShownPane&);
/// The comparison at the photo's own resolution.
QImage comparisonImage(const Shown&);
/// All panes, those of a second model row by row below those of the first, or the comparison; with
/// titles, colour bars and where they come from.
Figure shownFigure(const Shown&, double dotsPerInch);

}  // namespace filterlens
