// Token maps: values of a layer's tokens on the cells that they stand for, and the one cell whose
// attention is asked for. What all methods about attention share.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/explain/explainer.h"
#include "core/grid.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

// ---- heads and encoder layers

/// "heads" and "encoder-layer": which of a layer's attention matrices to show.
std::vector<ParameterSpec> attentionParameters();
/// Index of the encoder layer that was asked for. Fails with a sentence where there is none.
Result<std::size_t> chosenEncoderLayer(const LayerTrace&, const Parameters&);
/// One value a token from [heads, tokens]: one head's, or a fusion over all heads.
Result<std::vector<float>> oneValueAToken(const LayerTrace&, std::span<const float> heads,
                                          const Parameters&);

// ---- tokens and cells

/// Whether a layer's tokens are some of its cells (Filter, Dropout), not all of them.
bool choosesTokens(const LayerTrace&);
/// The tokens' values, in the order of LayerTrace, on the grid of LayerTrace::tokenGeometry; the
/// cells that are no token hold NaN. Fails with a sentence on a damaged record.
Result<Grid<float>> onTokenGrid(const LayerTrace&, const std::vector<float>& tokens);
/// Which token a cell of LayerTrace::tokenGeometry is; none for a cell that was not selected.
std::optional<std::size_t> tokenOf(const LayerTrace&, int cell);

// ---- the one cell

/// "cell": an index into LayerTrace::tokenGeometry, row * cols + col.
ParameterSpec cellParameter();
/// The cell that was asked for; firstCell() where none was. Fails with a sentence where the layer
/// has no such cell.
Result<int> chosenCell(const LayerTrace&, const Parameters&);
/// "Cell (28, 19), the token of rank 14 of 256", "Bin (3, 4)", "Cell (3, 4), not selected".
std::string cellText(const LayerTrace&, int cell);

}  // namespace filterlens
