#include "core/measure/measures.h"

#include <algorithm>
#include <array>

#include "core/listed.h"

namespace filterlens {

std::span<const MeasureFamilySpec> measureFamilies() {
  using enum MeasureFamily;
  static constexpr std::array kFamilies{
      MeasureFamilySpec{Localisation, "localisation", "Where maps point"},
      MeasureFamilySpec{Selection, "selection", "Where the selected cells are"},
      MeasureFamilySpec{
          Faithfulness, "faithfulness",
          "Probability of the class where filter layers get other cells than their own"},
      MeasureFamilySpec{Perturbation, "perturbation",
                        "Taking pixels away and putting them back in a map's order"},
      MeasureFamilySpec{Road, "road", "Replacing pixels by their surroundings in a map's order"},
      MeasureFamilySpec{Masking, "masking", "Keeping only what a map shows"},
      MeasureFamilySpec{Fidelity, "fidelity", "Whether a map's sums foretell what is lost"},
      MeasureFamilySpec{Sparseness, "sparseness", "How concentrated maps are"},
      MeasureFamilySpec{Sensitivity, "sensitivity", "How steady maps are"},
      MeasureFamilySpec{Randomisation, "randomisation",
                        "What is left of maps where weights or class are others"},
  };
  return kFamilies;
}

const MeasureFamilySpec& specOf(MeasureFamily family) {
  const auto all = measureFamilies();
  return *std::find_if(all.begin(), all.end(),
                       [&](const MeasureFamilySpec& spec) { return spec.family == family; });
}

MeasureFamilies allMeasureFamilies() {
  MeasureFamilies families;
  for (const auto& spec : measureFamilies()) families.insert(spec.family);
  return families;
}

Result<MeasureFamilies> measureFamiliesNamed(std::span<const std::string> ids) {
  if (ids.empty()) return allMeasureFamilies();
  MeasureFamilies families;
  for (const auto& id : ids) {
    const auto all = measureFamilies();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const MeasureFamilySpec& spec) { return spec.id == id; });
    if (found == all.end()) {
      return Error{"There are no measures \"" + id + "\"; there are " +
                   listed(all, &MeasureFamilySpec::id) + "."};
    }
    families.insert(found->family);
  }
  return families;
}

// NOLINTNEXTLINE(readability-function-size): a table.
std::span<const MeasureSpec> measureSpecs() {
  using enum MeasureFamily;
  using enum Better;
  static constexpr std::array kSpecs{
      MeasureSpec{"energy", "energy", Localisation, High,
                  "Share of the map's positive mass inside the boxes."},
      MeasureSpec{"energy_above_floor", "above floor", Localisation, High,
                  "The same after the map's smallest positive part was taken from every cell; for "
                  "filter masks, which are nowhere below 0.4576."},
      MeasureSpec{"energy_by_chance", "chance", Localisation, Neither,
                  "The energy of equal values on the same cells: the boxes' share of the area that "
                  "the map covers."},
      MeasureSpec{"pointing", "pointing", Localisation, High,
                  "How often the map's largest value lies in a box (the cell's centre; tolerance "
                  "0; equal maxima count by their mean)."},
      MeasureSpec{"pointing_by_chance", "chance", Localisation, Neither,
                  "How often a cell drawn by chance does."},
      MeasureSpec{"overlap", "IoU", Localisation, High,
                  "Intersection over union, by area, of the boxes and the cells above the map's "
                  "mean."},
      MeasureSpec{"blank", "blank", Localisation, Low,
                  "Share of maps without a positive value; their energy counts as chance."},
      MeasureSpec{"selected_in_boxes", "selected in box", Selection, High,
                  "Share of the selected cells whose centre lies in a box."},
      MeasureSpec{"centre_in_boxes", "middle in box", Selection, Neither,
                  "Share of as many cells around the input's middle: what a selection gets that "
                  "knows nothing of the photo but that objects tend to be there."},
      MeasureSpec{"cells_in_boxes", "all in box", Selection, Neither,
                  "Share of all cells whose centre lies in a box: what selecting by chance gives."},
      MeasureSpec{"selection_ratio", "ratio to chance", Selection, High,
                  "The selected cells' share divided by that of all cells, photo by photo; 1 is "
                  "chance."},
      MeasureSpec{"centre_ratio", "middle's ratio", Selection, Neither,
                  "The same of the cells around the middle; a selection that is not above it "
                  "does no more than look there."},
      MeasureSpec{"probability_own", "own", Faithfulness, Neither,
                  "Probability of the target class with the network's own K cells."},
      MeasureSpec{"probability_next", "next K", Faithfulness, Neither,
                  "The same with the K cells that follow them in the filter mask's order. Later "
                  "layers choose anew; \"all\" replaces the cells of all filter layers at once, by "
                  "the masks of the unchanged run."},
      MeasureSpec{"probability_random", "random K", Faithfulness, Neither,
                  "The same with K of all cells drawn by chance, the mean over the draws."},
      MeasureSpec{"probability_bottom", "bottom K", Faithfulness, Neither,
                  "The same with the K cells of the smallest filter mask."},
      MeasureSpec{"drop_next", "drop next", Faithfulness, High,
                  "Own minus next, photo by photo: above 0 where the selection matters."},
      MeasureSpec{"drop_random", "drop random", Faithfulness, High, "Own minus random."},
      MeasureSpec{"drop_bottom", "drop bottom", Faithfulness, High, "Own minus bottom."},
      MeasureSpec{"deletion", "deletion", Perturbation, Low,
                  "Area under the target's probability as the input's pixels are set to 0 (after "
                  "normalisation) in the map's order, the largest value first; low is good."},
      MeasureSpec{"insertion", "insertion", Perturbation, High,
                  "The same as pixels are put back into the input under a Gaussian of 11 x 11 "
                  "pixels and sigma 5; high is good. Compare both with \"random\" and \"centre\"."},
      MeasureSpec{"road_most", "most first", Road, Low,
                  "ROAD: mean probability of the target as 10, 20, … 90 % of the pixels, the map's "
                  "largest first, are replaced by noisy linear imputation; low is good."},
      MeasureSpec{"road_least", "least first", Road, High,
                  "The same with the map's smallest first; high is good."},
      MeasureSpec{"road", "difference", Road, High,
                  "Least first minus most first, -1 to 1: 1 is perfect, 0 is chance."},
      MeasureSpec{"average_drop", "average drop", Masking, Low,
                  "Share of the target's probability that is lost where the input is multiplied by "
                  "the map, stretched to 0..1; 0 where it rises; low is good."},
      MeasureSpec{"average_increase", "increase", Masking, High,
                  "How often that probability rises instead; high is good."},
      MeasureSpec{"infidelity", "infidelity", Fidelity, Low,
                  "Mean squared gap between what the target's probability loses where a random "
                  "fifth of 12 x 12 cells is set to 0 and the map's sum over them, scaled to fit "
                  "best; 0 is perfect."},
      MeasureSpec{"fidelity", "correlation", Fidelity, High,
                  "Correlation of the two over the draws, -1 to 1: 1 is perfect, 0 is chance."},
      MeasureSpec{"gini", "Gini", Sparseness, Neither,
                  "Gini index of the map's magnitudes at the input's pixels (sequential maps "
                  "stretched to 0..1): 0 is even, 1 all in one point. A sparse map is clear, not "
                  "therefore right."},
      MeasureSpec{"max_sensitivity", "max-sensitivity", Sensitivity, Low,
                  "Largest relative change of the map over 10 inputs that differ by uniform noise "
                  "of at most 0.02 (normalised); the network selects anew for each. Low is steady, "
                  "not therefore right."},
      MeasureSpec{"reinit_rank", "all weights new", Randomisation, Neither,
                  "Rank correlation of the map's magnitudes with those after head and all stages "
                  "were re-initialised. Near 0 is good: a map that stays alike does not show what "
                  "was learned. "
                  "\"@STAGE\" in the files: re-initialised from the head down to that stage."},
      MeasureSpec{"reinit_ssim", "all new, SSIM", Randomisation, Neither,
                  "The same as structural similarity of the magnitudes divided by the largest."},
      MeasureSpec{"class_rank", "other class", Randomisation, Neither,
                  "Rank correlation with the map of another class, drawn by chance; only of "
                  "methods that have a map for each class."},
      MeasureSpec{"class_ssim", "other class, SSIM", Randomisation, Neither,
                  "The same as structural similarity."},
  };
  return kSpecs;
}

const MeasureSpec* findMeasure(std::string_view id) {
  id = id.substr(0, id.find('@'));
  const auto all = measureSpecs();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const MeasureSpec& spec) { return spec.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace filterlens
