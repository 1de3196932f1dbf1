// Plots of measures as inline SVG, in the colours of the page that they stand in.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/measure/summary.h"

namespace filterlens {

/// A text with what HTML takes for markup written out.
std::string escaped(std::string_view text);

/// "Grad-CAM, network.1": what a row of a table or plot is of.
std::string rowLabel(const MeasureRow&);
/// Whether a row is of a map that knows nothing of the network.
bool isBaseline(const MeasureRow&);

/// One measure of all maps: means as points with their intervals, baselines in grey, and a line
/// through the random map's. Empty where fewer than two maps have it.
std::string intervalPlot(std::string_view measure, const std::vector<MeasureRow>&);

/// How like maps are to those of the trained network as more of it is re-initialised: a curve for
/// each map over the points of "measure@…". Empty where there are none.
std::string curvePlot(std::string_view measure, const std::vector<MeasureRow>&);

/// Probability of the class with a filter layer's own cells, and with others in their place: bars,
/// layer by layer. Empty where it was not measured.
std::string selectionPlot(const std::vector<MeasureRow>&);

}  // namespace filterlens
