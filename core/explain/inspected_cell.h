// The inspected cell: some methods show one cell of a layer, which a user points at.
#pragma once

#include <optional>
#include <string_view>

#include "core/explain/explainer.h"

namespace filterlens {

/// The parameter by which such methods take it: an index into LayerTrace::tokenGeometry, row * cols
/// + col.
inline constexpr std::string_view kCellParameter = "cell";
/// Its value where no cell was chosen: firstCell().
inline constexpr int kNoCell = -1;

/// Whether a method shows one cell.
bool showsOneCell(const Explainer&);

/// The cell to begin with: the token of rank 0, or the cell in the middle where all cells attend.
int firstCell(const LayerTrace&);

/// A cell's rank among the selected ones, 0 first; none where the layer selects none, or not this.
std::optional<int> rankOf(const LayerTrace&, int cell);

}  // namespace filterlens
