#include "core/measure/measures.h"

#include <algorithm>
#include <array>

namespace filterlens {

std::span<const MeasureSpec> measureSpecs() {
  using enum MeasureFamily;
  static constexpr std::array kSpecs{
      MeasureSpec{"energy", "energy", Localisation,
                  "Share of the map's positive mass inside the boxes."},
      MeasureSpec{"energy_above_floor", "above floor", Localisation,
                  "The same after the map's smallest positive part was taken from every cell; for "
                  "filter masks, which are nowhere below 0.4576."},
      MeasureSpec{"energy_by_chance", "chance", Localisation,
                  "The energy of equal values on the same cells: the boxes' share of the area that "
                  "the map covers."},
      MeasureSpec{"pointing", "pointing", Localisation,
                  "How often the map's largest value lies in a box (the cell's centre; tolerance "
                  "0; equal maxima count by their mean)."},
      MeasureSpec{"pointing_by_chance", "chance", Localisation,
                  "How often a cell drawn by chance does."},
      MeasureSpec{"blank", "blank", Localisation,
                  "Share of maps without a positive value; their energy counts as chance."},
      MeasureSpec{"selected_in_boxes", "selected in box", Selection,
                  "Share of the selected cells whose centre lies in a box."},
      MeasureSpec{"centre_in_boxes", "middle in box", Selection,
                  "Share of as many cells around the input's middle: what a selection gets that "
                  "knows nothing of the photo but that objects tend to be there."},
      MeasureSpec{"cells_in_boxes", "all in box", Selection,
                  "Share of all cells whose centre lies in a box: what selecting by chance gives."},
      MeasureSpec{"selection_ratio", "ratio to chance", Selection,
                  "The selected cells' share divided by that of all cells, photo by photo; 1 is "
                  "chance."},
      MeasureSpec{"centre_ratio", "middle's ratio", Selection,
                  "The same of the cells around the middle; a selection that is not above it "
                  "does no more than look there."},
      MeasureSpec{"probability_own", "own", Faithfulness,
                  "Probability of the target class with the network's own K cells."},
      MeasureSpec{"probability_next", "next K", Faithfulness,
                  "The same with the K cells that follow them in the filter mask's order. Later "
                  "layers choose anew; \"all\" replaces the cells of all filter layers at once, by "
                  "the masks of the unchanged run."},
      MeasureSpec{"probability_random", "random K", Faithfulness,
                  "The same with K of all cells drawn by chance, the mean over the draws."},
      MeasureSpec{"probability_bottom", "bottom K", Faithfulness,
                  "The same with the K cells of the smallest filter mask."},
      MeasureSpec{"drop_next", "drop next", Faithfulness,
                  "Own minus next, photo by photo: above 0 where the selection matters."},
      MeasureSpec{"drop_random", "drop random", Faithfulness, "Own minus random."},
      MeasureSpec{"drop_bottom", "drop bottom", Faithfulness, "Own minus bottom."},
      MeasureSpec{"deletion", "deletion", Perturbation,
                  "Area under the target's probability as the input's pixels are set to 0 (after "
                  "normalisation) in the map's order, the largest value first; low is good."},
      MeasureSpec{"insertion", "insertion", Perturbation,
                  "The same as pixels are put back into the input under a Gaussian of 11 x 11 "
                  "pixels and sigma 5; high is good. Compare both with \"random\" and \"centre\"."},
  };
  return kSpecs;
}

const MeasureSpec* findMeasure(std::string_view id) {
  const auto all = measureSpecs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const MeasureSpec& spec) { return spec.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace filterlens
