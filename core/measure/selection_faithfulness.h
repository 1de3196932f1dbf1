// Selection faithfulness: what the prediction loses where filter layers get other cells than those
// that they would select. It tests what FilterViT (arXiv 2410.22709) is named for: that the filter
// mask finds the cells that matter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/engine.h"
#include "core/measure/measures.h"

namespace filterlens {

/// Which cells take the place of a filter layer's own K.
enum class Replacement {
  Next,    ///< those that follow in the mask's order
  Random,  ///< K different ones of all cells, its own among them
  Bottom,  ///< those with the smallest mask
};

/// K cells of a Filter layer that recorded its mask, in the mask's order (Random: of the draw).
/// Where fewer than K follow, Next takes the last K, and some of them are the layer's own: see
/// overlapNote. Fails where the record is damaged. seed: of the draw.
Result<std::vector<int>> replacementCells(const LayerTrace&, Replacement, std::uint64_t seed = 0);

/// A sentence where K is more than half of the cells, so that replacements share cells with the
/// layer's own selection; empty otherwise.
std::string overlapNote(const LayerTrace&);

struct FaithfulnessOptions {
  int draws = 5;           ///< of the random cells; their mean counts
  std::uint64_t seed = 0;  ///< of these draws: one for each photo
};

/// The measures of MeasureFamily::Faithfulness for each Filter layer of an unchanged run, and,
/// where there is more than one, for all at once (each by the masks of the unchanged run; layers
/// that are not replaced choose anew from what reaches them). The run is a recorded one of this
/// input; its target class is the one whose probability counts. Empty where the network has no such
/// layer.
Result<std::vector<Measurement>> selectionFaithfulness(const Model&, const InputTensor&,
                                                       const Trace& unchanged,
                                                       const FaithfulnessOptions&, const Progress&);

}  // namespace filterlens
