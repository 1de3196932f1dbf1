#include "core/measure/protocol.h"

#include "core/measure/bootstrap.h"
#include "core/measure/fidelity.h"
#include "core/measure/road.h"
#include "core/measure/sensitivity.h"

namespace filterlens {
namespace {

std::string familyProtocol(MeasureFamily family, const MeasureRequest& request) {
  const auto steps = std::to_string(request.steps);
  switch (family) {
    case MeasureFamily::Localisation:
      return "Localisation: a cell counts with its real extent over the photo, as far as the "
             "network was given it. Pointing takes the centre of the largest cell, tolerance 0. "
             "IoU "
             "marks the cells above the map's mean.";
    case MeasureFamily::Selection:
      return "Selection: a cell lies in a box where its centre does.";
    case MeasureFamily::Faithfulness:
      return "Selection faithfulness: the K cells of a filter layer are replaced by the next K of "
             "its mask, by K drawn at random (mean of " +
             std::to_string(request.draws) +
             " draws) or by the K with the smallest mask; layers that are not replaced choose "
             "anew.";
    case MeasureFamily::Perturbation:
      return "Deletion and insertion: " + steps + " steps (" + std::to_string(request.steps + 1) +
             " points), all colours of a pixel together. Deletion replaces by 0 in normalised "
             "space; insertion begins with the input under a Gaussian of 11 x 11 pixels, sigma 5, "
             "with zeros around. Area by the trapezoid rule, 0 to 1.";
    case MeasureFamily::Road:
      return "ROAD: 10, 20, … 90 % of the pixels, replaced by the weighted mean of their "
             "neighbours "
             "(1/6 beside, 1/12 across, solved for all of them together) and noise of 0.01; means "
             "over these " +
             std::to_string(kRoadPoints) + " points.";
    case MeasureFamily::Masking:
      return "Average drop and increase: the normalised input times the map, which is stretched to "
             "0..1 (of signed maps the positive part).";
    case MeasureFamily::Fidelity:
      return "Infidelity and correlation: " + std::to_string(FidelityTest::kDraws) +
             " draws; each sets a fifth of 12 x 12 cells to 0; the map's sums are scaled by "
             "E[ab] / E[a²].";
    case MeasureFamily::Sparseness:
      return "Gini: magnitudes at the input's pixels; sequential maps are stretched to 0..1 first.";
    case MeasureFamily::Sensitivity:
      return "Max-sensitivity: " + std::to_string(kSensitivityDraws) +
             " inputs with uniform noise within 0.02 (normalised), the target's class kept, the "
             "selection free.";
    case MeasureFamily::Randomisation:
      return "Sanity checks: the head, then every stage from the last to the first gets weights as "
             "before a training (PyTorch's rules; norms without effect); the other class is drawn. "
             "Magnitudes divided by the largest; a map that becomes constant counts as 0, one that "
             "is so at first is left out.";
  }
  return {};
}

}  // namespace

std::vector<std::string> protocolOf(const MeasureRequest& request) {
  std::vector<std::string> sentences{
      "f is the softmax probability of the photo's known class, or else of the class predicted for "
      "the unchanged photo; it stays that class throughout.",
      "Maps are ranked from the largest value, ties by index, interpolated linearly between their "
      "cells. Measures that run the network for each map take " +
          std::string(
              request.allLayers
                  ? "every map."
                  : "a method's map at the input, or else at the last layer, or else (filter "
                    "masks) at every layer that has one."),
      "Baselines: \"random\" (every pixel by chance), \"centre\" (a Gaussian in the middle, a "
      "quarter "
      "of the side wide), \"uniform\" (equal values; for localisation) and the filter masks "
      "themselves (\"importance\").",
  };
  for (const auto& spec : measureFamilies()) {
    if (request.families.contains(spec.family)) {
      sentences.push_back(familyProtocol(spec.family, request));
    }
  }
  sentences.push_back("Means over photos, with 95 % percentile bootstrap intervals (" +
                      std::to_string(kBootstrapResamples) + " resamples of photos). Seed " +
                      std::to_string(request.seed) +
                      "; what is drawn for a photo depends on the seed and its name alone.");
  return sentences;
}

}  // namespace filterlens
