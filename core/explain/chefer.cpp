// Gradient x attention after Chefer et al., through the rollout's operators.
#include <algorithm>

#include "core/explain/methods.h"
#include "core/explain/rollout.h"
#include "core/explain/rollout_methods.h"

namespace filterlens {
namespace {

/// Every matrix of the chain is at least the one without gradients, so no value is negative.
void subtract(Grid<double>& whole, const Grid<double>& part) {
  for (std::size_t i = 0; i < whole.values.size(); ++i) {
    whole.values[i] = std::max(0.0, whole.values[i] - part.values[i]);
  }
}

Result<Heatmap> chefer(const Trace& trace, int layer, const Parameters& parameters) {
  RolloutOptions options;
  options.residualWeight = parameters.number("residual-weight");
  options.attention = AttentionWeighting::Added;
  auto relevance = relevanceAt(trace, layer, options, uniformStart(trace));
  if (!relevance) return relevance.error();
  if (parameters.choice("shows") == "added") {
    options.attention = AttentionWeighting::None;
    const auto without = relevanceAt(trace, layer, options, uniformStart(trace));
    if (!without) return without.error();
    subtract(*relevance, *without);
  }
  Heatmap map = flowMap(trace, layer, *relevance);
  map.targetClass = trace.targetClass;
  if (finiteRange(map.values).high == 0) {
    map.note =
        "No attention above this map speaks for the class: its logit rises with none of their "
        "weights.";
  }
  return map;
}

}  // namespace

Explainer cheferExplainer() {
  return {
      .id = "chefer",
      .label = "Gradient x attention",
      .help =
          "Where attention that speaks for the class reads from: each attention matrix times the "
          "gradient of the class's logit, where positive, added up from the last map down to here.",
      .limits =
          "It knows no evidence against a class and nothing that did not pass through attention; "
          "convolutions and pooling share relevance out as in the rollout; the last layer's output "
          "has no map, since no attention lies above it.",
      .source =
          "Chefer et al., Generic Attention-model Explainability, arXiv 2103.15679, equations 5 "
          "and 6 (R <- R + F R, F the mean over heads of relu(dA * A)), extended here to "
          "convolutions, pooling and filter blocks.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {{.id = "shows",
                      .label = "Shows",
                      .help = "What attention adds alone, or all relevance, of which most passes "
                              "through residuals and starts on all cells alike.",
                      .choices = {"added", "all"}},
                     {.id = "residual-weight",
                      .label = "Residual weight",
                      .help = "Share of relevance that stays on its cell at residuals around "
                              "convolutions and blocks.",
                      .minimum = 0,
                      .maximum = 1,
                      .fallback = 0.5,
                      .choices = {}}},
      .appliesTo =
          [](const Trace& trace, int layer) {
            const int last = static_cast<int>(trace.layers.size()) - 1;
            return trace.targetClass >= 0 && layer >= kInputLayer && layer < last;
          },
      .compute = chefer,
  };
}

}  // namespace filterlens
