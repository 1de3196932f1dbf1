// The sheet: one picture with everything about an explained photo side by side.
#pragma once

#include "app/explained_photo.h"
#include "ui/figure.h"

namespace filterlens {

/// First row: photo, predictions, maps of the input. Then a row for each layer that has maps.
/// Pictures have as many pixels as they need at this resolution.
Figure sheetOf(const ExplainedPhoto&, double dotsPerInch);

}  // namespace filterlens
